/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture.h"

#include <epan/proto_data.h>
#include <epan/to_str.h>

#include "compat.h"
#include "preferences.h"
#include "tcp_hook.h"
#include "tracking.h"

/* What a frame keeps of us, by key. */
enum { RESETS, CONTRADICTION };

static int proto_rstcause = -1;
static rstcause_session *session;
static void (*before_end)(void);

#define UNKNOWN_INTERFACE UINT32_MAX
static uint32_t first_interface = UNKNOWN_INTERFACE;
static bool several_interfaces;

static void
begin_file(void)
{
    first_interface = UNKNOWN_INTERFACE;
    several_interfaces = false;
    const rstcause_settings settings = preferences_settings();
    session = rstcause_session_new(&settings, rstcause_well_known_service);
}

static void
end_file(void)
{
    if (before_end)
        before_end();
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

void
capture_before_end(void (*ending)(void))
{
    before_end = ending;
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
    reset->interface_id = packet->interface_id;
    reset->source = endpoint_text(pinfo, packet->ip_version, packet->source,
                                  compat_pntoh16(packet->bytes));
    reset->destination = endpoint_text(pinfo, packet->ip_version, packet->destination,
                                       compat_pntoh16(packet->bytes + 2));

    last = (capture_reset *)p_get_proto_data(wmem_file_scope(), pinfo, proto_rstcause, RESETS);
    if (!last) {
        p_add_proto_data(wmem_file_scope(), pinfo, proto_rstcause, RESETS, reset);
        return;
    }
    while (last->next)
        last = last->next;
    last->next = reset;
}

/* Keeps the frame number of the reset itself in place of a pointer. */
static void
keep_contradiction(packet_info *pinfo, uint32_t reset_frame)
{
    if (!p_get_proto_data(wmem_file_scope(), pinfo, proto_rstcause, CONTRADICTION))
        p_add_proto_data(wmem_file_scope(), pinfo, proto_rstcause, CONTRADICTION,
                         GUINT_TO_POINTER(reset_frame));
}

static bool
analyse(packet_info *pinfo, const tcp_header *header)
{
    const rstcause_observation seen = rstcause_observe(session, &header->packet);
    tcp_tracking tracking = {{false, false, false}, -1};

    if (first_interface == UNKNOWN_INTERFACE)
        first_interface = header->packet.interface_id;
    several_interfaces |= header->packet.interface_id != first_interface;
    if (seen.wants_tracking) {
        tracking = tracking_of(pinfo, &header->packet);
        rstcause_note_tracking(session, &tracking.segment);
    }
    if (seen.contradicts)
        keep_contradiction(pinfo, seen.contradicts);
    if (seen.reset)
        keep(pinfo, &header->packet, seen.reset, tracking.stream);
    return seen.reset || seen.contradicts;
}

bool
capture_observe(packet_info *pinfo)
{
    const tcp_header *header;
    bool kept = false;

    if (!session || PINFO_FD_VISITED(pinfo))
        return true;
    for (header = tcp_hook_headers(pinfo); header; header = header->next)
        kept |= analyse(pinfo, header);
    return kept;
}

const capture_reset *
capture_resets(packet_info *pinfo)
{
    return (const capture_reset *)p_get_proto_data(wmem_file_scope(), pinfo, proto_rstcause,
                                                   RESETS);
}

uint32_t
capture_contradicts(packet_info *pinfo)
{
    return GPOINTER_TO_UINT(p_get_proto_data(wmem_file_scope(), pinfo, proto_rstcause,
                                             CONTRADICTION));
}

bool
capture_has_points(void)
{
    return several_interfaces;
}

const rstcause_verdict *
capture_explain(const capture_reset *reset)
{
    return session ? rstcause_explain(session, reset->id) : NULL;
}

const char *
capture_report(const GPtrArray *resets, rstcause_report_form form)
{
    uint32_t *ids = g_new(uint32_t, resets->len);
    const char *text;
    guint i;

    for (i = 0; i < resets->len; i++)
        ids[i] = ((const capture_reset *)g_ptr_array_index(resets, i))->id;
    text = session ? rstcause_report(session, ids, resets->len, form) : NULL;
    g_free(ids);
    return text ? text : "";
}
