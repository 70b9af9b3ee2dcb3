/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracking.h"

#include <epan/dissectors/packet-tcp.h>

#include "compat.h"

/* tcp_acked.flags, private to packet-tcp.c but the same in 4.0, 4.4 and 4.6. */
enum {
    TCP_A_RETRANSMISSION = 0x0001,
    TCP_A_KEEP_ALIVE = 0x0008,
    TCP_A_OUT_OF_ORDER = 0x0200,
    TCP_A_FAST_RETRANSMISSION = 0x0400,
    TCP_A_SPURIOUS_RETRANSMISSION = 0x4000,
};
#define RETRANSMISSION_FLAGS \
    (TCP_A_RETRANSMISSION | TCP_A_FAST_RETRANSMISSION | TCP_A_SPURIOUS_RETRANSMISSION)
#define NOT_NEW_FLAGS (RETRANSMISSION_FLAGS | TCP_A_KEEP_ALIVE | TCP_A_OUT_OF_ORDER)

static void
set_ip_address(address *to, uint8_t version, const uint8_t *bytes)
{
    if (version == 4)
        set_address(to, AT_IPv4, 4, bytes);
    else
        set_address(to, AT_IPv6, 16, bytes);
}

/* In a tunnel pinfo speaks of the innermost header: lend it this one's addresses. Nothing in the
 * look-up throws, so they are always given back. */
static conversation_t *
find_conversation_of(packet_info *pinfo, const rstcause_packet *packet)
{
    const address src = pinfo->src;
    const address dst = pinfo->dst;
    const guint32 srcport = pinfo->srcport;
    const guint32 destport = pinfo->destport;
    conversation_t *conversation;

    set_ip_address(&pinfo->src, packet->ip_version, packet->source);
    set_ip_address(&pinfo->dst, packet->ip_version, packet->destination);
    pinfo->srcport = compat_pntoh16(packet->bytes);
    pinfo->destport = compat_pntoh16(packet->bytes + 2);
    conversation = compat_find_tcp_conversation(pinfo);
    pinfo->src = src;
    pinfo->dst = dst;
    pinfo->srcport = srcport;
    pinfo->destport = destport;
    return conversation;
}

/* The note that TCP's analysis left on this segment. tcpd->ta cannot serve: sub-dissectors clear
 * it. The table's keys are absolute numbers, whatever the preferences say. */
static guint16
analysis_flags(const struct tcp_analysis *tcpd, const packet_info *pinfo,
               const rstcause_packet *packet)
{
    guint32 frame = pinfo->num;
    guint32 seq = compat_pntoh32(packet->bytes + 4);
    guint32 ack = compat_pntoh32(packet->bytes + 8);
    wmem_tree_key_t key[] = {{1, &frame}, {1, &seq}, {1, &ack}, {0, NULL}};
    const struct tcp_acked *acked
        = (const struct tcp_acked *)wmem_tree_lookup32_array(tcpd->acked_table, key);

    return acked ? acked->flags : 0;
}

tcp_tracking
tracking_of(packet_info *pinfo, const rstcause_packet *packet)
{
    tcp_tracking tracking = {{false, false, false}, -1};
    const conversation_t *conversation;
    const struct tcp_analysis *tcpd;
    guint16 flags;

    if (packet->captured < 12)
        return tracking;
    conversation = find_conversation_of(pinfo, packet);
    if (!conversation)
        return tracking;
    tcpd = (const struct tcp_analysis *)conversation_get_proto_data(
        conversation, proto_get_id_by_filter_name("tcp"));
    if (!tcpd)
        return tracking;
    tracking.stream = tcpd->stream;
    /* NULL when tcp.analyze_sequence_numbers is off: the counts are unknown, not zero. */
    if (!tcpd->flow1.tcp_analyze_seq_info)
        return tracking;
    flags = analysis_flags(tcpd, pinfo, packet);
    tracking.segment.available = true;
    tracking.segment.retransmission = (flags & RETRANSMISSION_FLAGS) != 0;
    tracking.segment.not_new = (flags & NOT_NEW_FLAGS) != 0;
    return tracking;
}
