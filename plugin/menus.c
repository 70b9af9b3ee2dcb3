/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "menus.h"

#include <epan/packet.h>

#include <epan/conversation_filter.h>
#include <epan/plugin_if.h>

#include "capture.h"
#include "compat.h"
#include "help.h"

static bool
is_reset(packet_info *pinfo)
{
    return capture_resets(pinfo) != NULL;
}

static const rstcause_verdict *
verdict_of(packet_info *pinfo)
{
    const capture_reset *reset = capture_resets(pinfo);

    return reset ? capture_explain(reset) : NULL;
}

static char *
same_endpoint(packet_info *pinfo)
{
    const rstcause_verdict *verdict = verdict_of(pinfo);

    return verdict ? g_strdup_printf("rstcause.endpoint == \"%s\"", verdict->endpoint) : NULL;
}

static char *
same_cause(packet_info *pinfo)
{
    const rstcause_verdict *verdict = verdict_of(pinfo);

    return verdict ? g_strdup_printf("rstcause.reason == \"%s\"", verdict->reason) : NULL;
}

static char *
evidence(packet_info *pinfo)
{
    const rstcause_verdict *verdict = verdict_of(pinfo);
    GString *filter;
    size_t i;

    if (!verdict)
        return NULL;
    filter = g_string_new(NULL);
    g_string_printf(filter, "frame.number in {%u", pinfo->num);
    for (i = 0; i < verdict->evidence_count; i++)
        g_string_append_printf(filter, ", %u", verdict->evidence[i].frame);
    g_string_append_c(filter, '}');
    return g_string_free(filter, FALSE);
}

COMPAT_CONVERSATION_FILTER(same_endpoint, is_reset)
COMPAT_CONVERSATION_FILTER(same_cause, is_reset)
COMPAT_CONVERSATION_FILTER(evidence, is_reset)

static void
register_help(int proto)
{
    const char *page = help_page();

    if (page) {
        ext_menu_t *menu = ext_menubar_register_menu(proto, "Reset Cause", TRUE);

        ext_menubar_set_parentmenu(menu, "Tools");
        ext_menubar_add_website(menu, "What the causes mean",
                                "Each cause: how it looks, what it is mistaken for, what to do", page);
    }
}

void
menus_register(int proto)
{
    compat_register_evidence("rstcause", "Evidence of this Reset");
    compat_register_same_endpoint("rstcause", "Resets of this Endpoint");
    compat_register_same_cause("rstcause", "Resets with this Cause");
    register_help(proto);
}
