/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_EXPERTS_H
#define RSTCAUSE_EXPERTS_H

#include <epan/packet.h>

#include "rstcause.h"

/* Registers an expert entry for each cause, so that the Expert Information groups by cause, and one
 * for frames that show a reset to be forged. */
void experts_register(int proto);

void experts_add(packet_info *pinfo, proto_item *item, const rstcause_verdict *verdict);

/* The frame shows that the reset in frame `reset` was not sent by the host it names. */
void experts_add_contradiction(packet_info *pinfo, proto_item *item, uint32_t reset);

#endif
