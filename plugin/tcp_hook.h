/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_TCP_HOOK_H
#define RSTCAUSE_TCP_HOOK_H

#include <epan/packet.h>

#include "rstcause.h"

/* A TCP header of the frame being dissected; a frame has several in a tunnel. */
typedef struct tcp_header {
    struct tcp_header *next; /* in the order of the packet, outermost first */
    rstcause_packet packet;  /* its bytes are the frame's own */
} tcp_header;

/*
 * Puts itself in front of the TCP dissector in the ip.proto table, so that each TCP header is
 * seen on every pass, with or without a tree. TCP dissects as before. Call at hand-off; calling
 * again does nothing. Headers are kept only while protocol `proto` is enabled and only on a
 * frame's first pass; headers quoted in ICMP errors are not.
 */
void tcp_hook_install(int proto);

/* The headers of this frame, NULL when it has none. They live as long as pinfo->pool. */
const tcp_header *tcp_hook_headers(packet_info *pinfo);

#endif
