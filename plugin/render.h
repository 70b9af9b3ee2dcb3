/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_RENDER_H
#define RSTCAUSE_RENDER_H

#include <epan/packet.h>

#include "rstcause.h"

/* Registers the fields and expert entries of protocol `proto`. */
void render_register(int proto);

/* Draws one verdict: a "Reset Cause" subtree with every field, and its expert entry. */
void render_verdict(const rstcause_verdict *verdict, tvbuff_t *tvb, packet_info *pinfo,
                    proto_tree *tree);

/* In place of a verdict that nobody reads: lets protocol hierarchies (-z io,phs) count the frame. */
void render_presence(tvbuff_t *tvb, proto_tree *tree);

/* Adds the note on a frame that shows the reset in frame `reset` to be forged. */
void render_contradiction(uint32_t reset, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* Puts the reason in front of the Info column. */
void render_info(const rstcause_verdict *verdict, packet_info *pinfo);

#endif
