/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_RESETS_LIST_H
#define RSTCAUSE_RESETS_LIST_H

#include <glib.h>

/* Prints every reset (capture_reset) explained, then a count per reason. */
void resets_list_print(const GPtrArray *resets);

#endif
