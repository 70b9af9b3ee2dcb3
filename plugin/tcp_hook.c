/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp_hook.h"

#include <string.h>

#include <epan/dissectors/packet-ip.h>
#include <epan/ipproto.h>
#include <epan/proto_data.h>

#include "compat.h"

static dissector_handle_t tcp_handle;
static int proto_rstcause = -1;
static protocol_t *protocol;

static bool
read_ip_header(const packet_info *pinfo, void *ip_header, rstcause_packet *packet)
{
    const ws_ip4 *ip4 = WS_IP4_PTR(ip_header);
    const ws_ip6 *ip6 = WS_IP6_PTR(ip_header);

    if (ip4 && pinfo->src.type == AT_IPv4 && pinfo->dst.type == AT_IPv4) {
        packet->ip_version = 4;
        packet->hop_limit = ip4->ip_ttl;
        packet->ip_id = ip4->ip_id;
    } else if (ip6 && pinfo->src.type == AT_IPv6 && pinfo->dst.type == AT_IPv6) {
        packet->ip_version = 6;
        packet->hop_limit = ip6->ip6_hop;
        packet->flow_label = ip6->ip6_flw;
    } else {
        return false;
    }
    memcpy(packet->source, pinfo->src.data, (size_t)pinfo->src.len);
    memcpy(packet->destination, pinfo->dst.data, (size_t)pinfo->dst.len);
    return true;
}

/* Each interface of each section of a pcapng file is an observation point of its own. */
static uint32_t
interface_of(const packet_info *pinfo)
{
    const wtap_rec *rec = pinfo->rec;
    uint32_t id = 0;

    if (rec->presence_flags & WTAP_HAS_INTERFACE_ID)
        id = rec->rec_header.packet_header.interface_id;
    if (rec->presence_flags & WTAP_HAS_SECTION_NUMBER)
        id += rec->section_number << 16;
    return id;
}

static void
record(tvbuff_t *tvb, packet_info *pinfo, void *ip_header)
{
    tcp_header *header = wmem_new0(pinfo->pool, tcp_header);
    rstcause_packet *packet = &header->packet;
    tcp_header *last;

    if (!read_ip_header(pinfo, ip_header, packet))
        return;
    if (pinfo->dl_src.type == AT_ETHER)
        memcpy(packet->link_source, pinfo->dl_src.data, sizeof packet->link_source);
    packet->frame = pinfo->num;
    packet->time_ns = (int64_t)pinfo->abs_ts.secs * 1000000000 + pinfo->abs_ts.nsecs;
    packet->interface_id = interface_of(pinfo);
    packet->length = tvb_reported_length(tvb);
    packet->captured = tvb_captured_length(tvb);
    if (packet->captured > 0)
        packet->bytes = tvb_get_ptr(tvb, 0, (int)packet->captured);

    last = (tcp_header *)p_get_proto_data(pinfo->pool, pinfo, proto_rstcause, 0);
    if (!last) {
        p_add_proto_data(pinfo->pool, pinfo, proto_rstcause, 0, header);
        return;
    }
    while (last->next)
        last = last->next;
    last->next = header;
}

/* Records before the call: nothing after it runs when TCP throws. */
static int
dissect_in_front_of_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *ip_header)
{
    const bool wanted = !PINFO_FD_VISITED(pinfo) && !pinfo->flags.in_error_pkt
        && proto_is_protocol_enabled(protocol);

    if (wanted)
        record(tvb, pinfo, ip_header);
    return call_dissector_only(tcp_handle, tvb, pinfo, tree, ip_header);
}

void
tcp_hook_install(int proto)
{
    dissector_handle_t hook;

    if (tcp_handle)
        return;
    tcp_handle = dissector_get_uint_handle(find_dissector_table("ip.proto"), IP_PROTO_TCP);
    if (!tcp_handle)
        return;
    proto_rstcause = proto;
    protocol = find_protocol_by_id(proto);
    /* No protocol of its own: the hook adds no layer, and disabling rstcause must not disable
     * TCP. Wireshark 4.0 needs the description. */
    hook = create_dissector_handle_with_name_and_description(
        dissect_in_front_of_tcp, -1, NULL, "TCP (observed by rstcause)");
    dissector_add_uint("ip.proto", IP_PROTO_TCP, hook);
}

const tcp_header *
tcp_hook_headers(packet_info *pinfo)
{
    return (const tcp_header *)p_get_proto_data(pinfo->pool, pinfo, proto_rstcause, 0);
}
