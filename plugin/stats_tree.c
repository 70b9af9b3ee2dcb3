/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats_tree.h"

#include <epan/stats_tree.h>

#include "capture.h"
#include "compat.h"

static const char BY_CAUSE[] = "By cause";
static const char BY_ENDPOINT[] = "By endpoint";
static const char BY_ORIGIN[] = "By origin";
static const char BY_IMPACT[] = "By impact";

static int by_cause, by_endpoint, by_origin, by_impact;

static void
tree_begin(stats_tree *tree)
{
    by_cause = stats_tree_create_node(tree, BY_CAUSE, 0, STAT_DT_INT, TRUE);
    stat_node_set_flags(tree, BY_CAUSE, 0, TRUE, ST_FLG_SORT_TOP);
    by_endpoint = stats_tree_create_node(tree, BY_ENDPOINT, 0, STAT_DT_INT, TRUE);
    by_origin = stats_tree_create_node(tree, BY_ORIGIN, 0, STAT_DT_INT, TRUE);
    by_impact = stats_tree_create_node(tree, BY_IMPACT, 0, STAT_DT_INT, TRUE);
}

/* One row, and below it the same in detail. */
static void
count(stats_tree *tree, const char *branch_name, int branch, const char *row, const char *detail)
{
    int parent;

    tick_stat_node(tree, branch_name, 0, TRUE);
    parent = tick_stat_node(tree, row, branch, TRUE);
    tick_stat_node(tree, detail, parent, FALSE);
}

/* In tshark's one pass the verdict is the one of this moment; in Wireshark, and with -2, final. */
static tap_packet_status
tree_packet(stats_tree *tree, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *data,
            tap_flags_t flags _U_)
{
    const rstcause_verdict *verdict = capture_explain((const capture_reset *)data);

    if (!verdict || verdict->copy)
        return TAP_PACKET_DONT_REDRAW;
    count(tree, BY_CAUSE, by_cause, verdict->reason, verdict->endpoint);
    count(tree, BY_ENDPOINT, by_endpoint, verdict->endpoint, verdict->reason);
    count(tree, BY_ORIGIN, by_origin, verdict->origin[0] != '\0' ? verdict->origin : "not known",
          verdict->reason);
    count(tree, BY_IMPACT, by_impact, verdict->impact, verdict->reason);
    return TAP_PACKET_REDRAW;
}

void
stats_tree_register_resets(void)
{
    stats_tree_register_plugin("rstcause", "rstcause", "Reset Causes", 0, tree_packet, tree_begin,
                               NULL);
}
