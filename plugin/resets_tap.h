/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_RESETS_TAP_H
#define RSTCAUSE_RESETS_TAP_H

#include <epan/packet.h>

#include "capture.h"

/* Registers the tap "rstcause" and its text summary for tshark, `-z rstcause,resets[,filter]`:
 * every reset with its final verdict, then a count per reason. */
void resets_tap_register(int proto);

/* Hands one reset to whoever listens; on every pass. */
void resets_tap_queue(packet_info *pinfo, const capture_reset *reset);

#endif
