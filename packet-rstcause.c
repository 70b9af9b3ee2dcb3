/* packet-rstcause.c
 * A post-dissector that names the cause of every TCP reset.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <epan/packet.h>
#include <epan/tap.h>

#include "plugin/capture.h"
#include "plugin/menus.h"
#include "plugin/preferences.h"
#include "plugin/render.h"
#include "plugin/stats_tree.h"
#include "plugin/summaries.h"
#include "plugin/tcp_hook.h"

void proto_register_rstcause(void);
void proto_reg_handoff_rstcause(void);

static int proto_rstcause = -1;

/* Of filters such as _ws.expert.group. Wireshark registers it after all dissectors. */
static int
proto_expert(void)
{
    static int id = -1;

    if (id == -1)
        id = proto_get_id_by_filter_name("_ws.expert");
    return id;
}

/* Does anyone look at this dissection's text? Plain statistics do not, though tshark gives them a
 * tree: spare them the words. */
static bool
is_watched(packet_info *pinfo, proto_tree *tree)
{
    return pinfo->cinfo || proto_field_is_referenced(tree, proto_rstcause)
        || proto_field_is_referenced(tree, proto_expert()) || have_tap_listener(find_tap_id("expert"));
}

static void
draw(const capture_reset *reset, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const rstcause_verdict *verdict = capture_explain(reset);

    if (!verdict)
        return;
    render_verdict(verdict, tvb, pinfo, tree);
    if (preferences_info_column())
        render_info(verdict, pinfo);
}

/* First pass: analyse. Every pass: draw the resets of this frame. Frames without a reset get
 * nothing from us, but for a note on those that prove a reset forged. */
static int
dissect_rstcause(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    const capture_reset *reset;
    uint32_t contradicted;

    if (!capture_observe(pinfo))
        return 0;
    contradicted = capture_contradicts(pinfo);
    if (contradicted && is_watched(pinfo, tree))
        render_contradiction(contradicted, tvb, pinfo, tree);
    reset = capture_resets(pinfo);
    if (!reset)
        return 0;
    for (; reset; reset = reset->next) {
        if (is_watched(pinfo, tree))
            draw(reset, tvb, pinfo, tree);
        else
            render_presence(tvb, tree);
        summaries_queue(pinfo, reset);
    }
    return (int)tvb_captured_length(tvb);
}

void
proto_register_rstcause(void)
{
    proto_rstcause = proto_register_protocol("Reset Cause", "RSTCAUSE", "rstcause");
    render_register(proto_rstcause);
    preferences_register(proto_rstcause);
    capture_register(proto_rstcause);
    summaries_register();
    stats_tree_register_resets();
    menus_register(proto_rstcause);
    register_postdissector(create_dissector_handle(dissect_rstcause, proto_rstcause));
}

void
proto_reg_handoff_rstcause(void)
{
    tcp_hook_install(proto_rstcause);
}
