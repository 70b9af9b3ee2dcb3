/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_COMPAT_H
#define RSTCAUSE_COMPAT_H

/* What differs between Wireshark 4.0, 4.4 and 4.6, and nothing else: the only file that asks for
 * the version. */

#include <ws_version.h>

#include <stdlib.h>

#include <epan/conversation.h>
#include <epan/packet.h>
#include <wiretap/wtap.h> /* from 4.4 on packet.h no longer brings it */
#include <wsutil/pint.h>

#define RSTCAUSE_WIRESHARK \
    (WIRESHARK_VERSION_MAJOR * 100 + WIRESHARK_VERSION_MINOR)

/* 4.2 moved boolean preferences from gboolean to bool. */
#if RSTCAUSE_WIRESHARK >= 402
typedef bool compat_bool;
#else
typedef gboolean compat_bool;
#endif

/* 4.6 renamed the readers of big-endian numbers. */
#if RSTCAUSE_WIRESHARK >= 406
#define compat_pntoh16 pntohu16
#define compat_pntoh32 pntohu32
#else
#define compat_pntoh16 pntoh16
#define compat_pntoh32 pntoh32
#endif

/* From 4.6 on a statistic's init callback returns whether it worked; before, nothing. */
#if RSTCAUSE_WIRESHARK >= 406
#define COMPAT_TAP_INIT(callback, init)                                \
    static bool callback(const char *option, void *userdata)           \
    {                                                                  \
        return init(option, userdata);                                 \
    }
#else
#define COMPAT_TAP_INIT(callback, init)                                \
    static void callback(const char *option, void *userdata)           \
    {                                                                  \
        if (!init(option, userdata))                                   \
            exit(1);                                                   \
    }
#endif

/* By 4.4 the callbacks of conversation filters take user data, and return bool. Makes
 * compat_register_BUILD(protocol, name). */
#if RSTCAUSE_WIRESHARK >= 404
#define COMPAT_CONVERSATION_FILTER(build, valid)                                     \
    static bool build##_valid(packet_info *pinfo, void *data _U_)                    \
    {                                                                                \
        return valid(pinfo);                                                         \
    }                                                                                \
    static char *build##_build(packet_info *pinfo, void *data _U_)                   \
    {                                                                                \
        return build(pinfo);                                                         \
    }                                                                                \
    static void compat_register_##build(const char *protocol, const char *name)      \
    {                                                                                \
        register_conversation_filter(protocol, name, build##_valid, build##_build, NULL); \
    }
#else
#define COMPAT_CONVERSATION_FILTER(build, valid)                                     \
    static gboolean build##_valid(packet_info *pinfo)                                \
    {                                                                                \
        return valid(pinfo);                                                         \
    }                                                                                \
    static void compat_register_##build(const char *protocol, const char *name)      \
    {                                                                                \
        register_conversation_filter(protocol, name, build##_valid, build);          \
    }
#endif

/* From 4.4 on a plain look-up can find a conversation without TCP data when deinterlacing is
 * configured; the strategy look-up finds the one that TCP used. It goes by pinfo's addresses. */
static inline conversation_t *
compat_find_tcp_conversation(packet_info *pinfo)
{
#if RSTCAUSE_WIRESHARK >= 406
    return find_conversation_strat(pinfo, CONVERSATION_TCP, 0, false);
#elif RSTCAUSE_WIRESHARK >= 404
    return find_conversation_strat(pinfo, CONVERSATION_TCP, 0);
#else
    return find_conversation(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP,
                             pinfo->srcport, pinfo->destport, 0);
#endif
}

#endif
