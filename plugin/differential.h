/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_DIFFERENTIAL_H
#define RSTCAUSE_DIFFERENTIAL_H

#include <epan/packet.h>

#include "rstcause.h"

/* The rows of a verdict that say why it is this cause and no other: what proves it, what keeps it from
 * being surer, what else it could be, and what it is not. */
void differential_register(int proto);

/* Adds them to `tree`, in this order. */
void differential_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
                      const rstcause_verdict *verdict);

#endif
