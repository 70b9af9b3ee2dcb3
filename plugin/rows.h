/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_ROWS_H
#define RSTCAUSE_ROWS_H

#include <epan/packet.h>

/* Rows of the packet details that the packet does not hold itself: Wireshark shows them in brackets. */
void rows_register(int proto);

/* None for an empty text. */
void rows_add_text(proto_tree *tree, int field, tvbuff_t *tvb, const char *text);

/* The field with its whole value, but shown on as many rows as it needs: Wireshark cuts long ones
 * off. `name` begins the first one. */
void rows_add_paragraph(proto_tree *tree, int field, tvbuff_t *tvb, const char *name,
                        const char *text);

void rows_add_number(proto_tree *tree, int field, tvbuff_t *tvb, uint32_t number);

/* None for frame 0. */
void rows_add_frame(proto_tree *tree, int field, tvbuff_t *tvb, uint32_t frame);

#endif
