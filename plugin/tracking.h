/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_TRACKING_H
#define RSTCAUSE_TRACKING_H

#include <epan/packet.h>

#include "rstcause.h"

/* What Wireshark's TCP conversation tracking knows of one header of the frame being dissected. */
typedef struct tcp_tracking {
    rstcause_tracking segment;
    int64_t stream; /* tcp.stream; below 0 when there is no conversation */
} tcp_tracking;

/* Reads, changes nothing. Works after the TCP dissector has seen the frame, on its first pass. */
tcp_tracking tracking_of(packet_info *pinfo, const rstcause_packet *packet);

#endif
