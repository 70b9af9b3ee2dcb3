/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_SUMMARIES_H
#define RSTCAUSE_SUMMARIES_H

#include <epan/packet.h>

#include "capture.h"

/*
 * Registers the tap "rstcause" and tshark's text summaries of it, each with final verdicts even in
 * one pass:
 *   -z rstcause,report[,filter]   by cause and endpoint, problems first
 *   -z rstcause,json[,filter]     the same for programs
 *   -z rstcause,resets[,filter]   every reset explained, then a count per reason
 */
void summaries_register(void);

/* Hands one reset to whoever listens; on every pass. */
void summaries_queue(packet_info *pinfo, const capture_reset *reset);

#endif
