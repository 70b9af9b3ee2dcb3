/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_STATS_TREE_H
#define RSTCAUSE_STATS_TREE_H

/* Registers the window Statistics > Reset Causes and tshark's `-z rstcause,tree[,filter]`: resets by
 * cause, endpoint, origin and impact, with their rates. */
void stats_tree_register_resets(void);

#endif
