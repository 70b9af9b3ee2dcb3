/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture.h"

#include <epan/addr_resolv.h>
#include <epan/proto_data.h>
#include <epan/to_str.h>

#include "compat.h"
#include "preferences.h"
#include "tcp_hook.h"
#include "tracking.h"

static int proto_rstcause = -1;
static rstcause_session *session;

static const char *
service_name(uint16_t port)
{
    return try_serv_name_lookup(PT_TCP, port);
}

static void
begin_file(void)
{
    const rstcause_settings settings = preferences_settings();
    session = rstcause_session_new(&settings, service_name);
}

static void
end_file(void)
{
    rstcause_session_free(session);
    session = NULL;
}

void
capture_register(int proto)
{
    proto_rstcause = proto;
    register_init_routine(begin_file);
    register_cleanup_routine(end_file);
}

static const char *
endpoint_text(packet_info *pinfo, uint8_t version, const uint8_t *bytes, uint16_t port)
{
    address ip;
    char *text;

    if (version == 4)
        set_address(&ip, AT_IPv4, 4, bytes);
    else
        set_address(&ip, AT_IPv6, 16, bytes);
    text = address_to_str(pinfo->pool, &ip);
    return wmem_strdup_printf(wmem_file_scope(), version == 4 ? "%s:%u" : "[%s]:%u", text, port);
}

static void
keep(packet_info *pinfo, const rstcause_packet *packet, uint32_t id, int64_t stream)
{
    capture_reset *reset = wmem_new0(wmem_file_scope(), capture_reset);
    capture_reset *last;

    reset->id = id;
    reset->frame = packet->frame;
    reset->stream = stream;
    reset->time = pinfo->abs_ts;
    reset->source = endpoint_text(pinfo, packet->ip_version, packet->source,
                                  compat_pntoh16(packet->bytes));
    reset->destination = endpoint_text(pinfo, packet->ip_version, packet->destination,
                                       compat_pntoh16(packet->bytes + 2));

    last = (capture_reset *)p_get_proto_data(wmem_file_scope(), pinfo, proto_rstcause, 0);
    if (!last) {
        p_add_proto_data(wmem_file_scope(), pinfo, proto_rstcause, 0, reset);
        return;
    }
    while (last->next)
        last = last->next;
    last->next = reset;
}

static void
analyse(packet_info *pinfo, const tcp_header *header)
{
    const rstcause_observation seen = rstcause_observe(session, &header->packet);
    tcp_tracking tracking = {{false, false, false}, -1};

    if (seen.wants_tracking) {
        tracking = tracking_of(pinfo, &header->packet);
        rstcause_note_tracking(session, &tracking.segment);
    }
    if (seen.reset)
        keep(pinfo, &header->packet, seen.reset, tracking.stream);
}

const capture_reset *
capture_frame(packet_info *pinfo)
{
    if (!session)
        return NULL;
    if (!PINFO_FD_VISITED(pinfo)) {
        const tcp_header *header;

        for (header = tcp_hook_headers(pinfo); header; header = header->next)
            analyse(pinfo, header);
    }
    return (const capture_reset *)p_get_proto_data(wmem_file_scope(), pinfo, proto_rstcause, 0);
}

const rstcause_verdict *
capture_explain(const capture_reset *reset)
{
    return session ? rstcause_explain(session, reset->id) : NULL;
}
