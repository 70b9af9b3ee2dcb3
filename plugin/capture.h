/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_CAPTURE_H
#define RSTCAUSE_CAPTURE_H

#include <epan/packet.h>

#include "rstcause.h"

/* A reset of the capture, as kept for later passes. Lives as long as the file. */
typedef struct capture_reset {
    struct capture_reset *next; /* in the same frame */
    uint32_t id;                /* for rstcause_explain() */
    uint32_t frame;
    int64_t stream;             /* tcp.stream, below 0 when not known */
    nstime_t time;
    uint32_t interface_id;      /* the capture point */
    const char *source;         /* "address:port" */
    const char *destination;
} capture_reset;

/* Registers the analysis of one capture file: begun and ended by Wireshark's own routines. */
void capture_register(int proto);

/* Has `ending` called before the analysis of a file ends. */
void capture_before_end(void (*ending)(void));

/* Analyses the frame on its first pass. False when it is known that nothing is kept for it: no reset
 * and no contradiction. */
bool capture_observe(packet_info *pinfo);

/* The frame's resets, on every pass; NULL without any. */
const capture_reset *capture_resets(packet_info *pinfo);

/* The frame of an earlier reset whose supposed sender lives on, as this frame shows; else 0. */
uint32_t capture_contradicts(packet_info *pinfo);

/* The capture has packets of more than one interface. */
bool capture_has_points(void);

/* The verdict as of now; NULL when memory is short. Valid until the next call. */
const rstcause_verdict *capture_explain(const capture_reset *reset);

/* What these resets (capture_reset) come to, as of now; "" when memory is short. Valid until the
 * next call. */
const char *capture_report(const GPtrArray *resets, rstcause_report_form form);

#endif
