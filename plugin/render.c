/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render.h"

#include "differential.h"
#include "experts.h"
#include "help.h"
#include "rows.h"

static int proto_rstcause = -1;

static int hf_reason = -1;
static int hf_category = -1;
static int hf_confidence = -1;
static int hf_origin = -1;
static int hf_impact = -1;
static int hf_harm = -1;
static int hf_harm_frame = -1;
static int hf_explanation = -1;
static int hf_advice = -1;
static int hf_trigger = -1;
static int hf_retransmissions = -1;
static int hf_retransmissions_stream = -1;
static int hf_retransmissions_unknown = -1;
static int hf_help = -1;
static int hf_idle = -1;
static int hf_endpoint = -1;
static int hf_stated = -1;
static int hf_repeat_of = -1;
static int hf_contradicted_by = -1;
static int hf_contradicts = -1;
static int hf_stage = -1;
static int hf_path = -1;
static int hf_hops = -1;
static gint ett_rstcause = -1;

static const value_string confidence_names[] = {
    {1, "possible"},
    {2, "likely"},
    {3, "certain"},
    {0, NULL},
};

static hf_register_info fields[] = {
    {&hf_reason, {"Reason", "rstcause.reason", FT_STRING, BASE_NONE, NULL, 0,
        "Why this reset was sent", HFILL}},
    {&hf_category, {"Category", "rstcause.category", FT_STRING, BASE_NONE, NULL, 0,
        "Kind of reason", HFILL}},
    {&hf_confidence, {"Confidence", "rstcause.confidence", FT_UINT8, BASE_DEC,
        VALS(confidence_names), 0, "How sure the reason is", HFILL}},
    {&hf_origin, {"Origin", "rstcause.origin", FT_STRING, BASE_NONE, NULL, 0,
        "Who decided to send it: client, server or network", HFILL}},
    {&hf_impact, {"Impact", "rstcause.impact", FT_STRING, BASE_NONE, NULL, 0,
        "What it means: normal, notice or problem", HFILL}},
    {&hf_harm, {"Harm", "rstcause.harm", FT_STRING, BASE_NONE, NULL, 0,
        "What was lost by this reset, or may have been, or that nothing was", HFILL}},
    {&hf_harm_frame, {"Shown by", "rstcause.harm.frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
        "The frame that shows what was lost: the request, the answer's beginning", HFILL}},
    {&hf_explanation, {"Explanation", "rstcause.explanation", FT_STRING, BASE_NONE, NULL, 0,
        NULL, HFILL}},
    {&hf_advice, {"Advice", "rstcause.advice", FT_STRING, BASE_NONE, NULL, 0,
        "What to check or change next", HFILL}},
    {&hf_trigger, {"Trigger", "rstcause.trigger", FT_FRAMENUM, BASE_NONE,
        FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, "The frame that this reset answers", HFILL}},
    {&hf_retransmissions, {"Retransmissions", "rstcause.retransmissions", FT_UINT32, BASE_DEC,
        NULL, 0, "How often the sender's oldest unacknowledged segment was sent again", HFILL}},
    {&hf_retransmissions_stream, {"Retransmissions in this direction (Wireshark's count)",
        "rstcause.retransmissions.stream", FT_UINT32, BASE_DEC, NULL, 0,
        "Wireshark's count for the sender's direction of the stream", HFILL}},
    {&hf_retransmissions_unknown, {"Retransmissions unknown", "rstcause.retransmissions.unknown",
        FT_BOOLEAN, BASE_NONE, NULL, 0, "TCP sequence analysis is off", HFILL}},
    {&hf_idle, {"Idle before", "rstcause.idle", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
        "Silence before the reset or before what it answers, keep-alives aside", HFILL}},
    {&hf_help, {"More on this cause", "rstcause.help", FT_STRING, BASE_NONE, NULL, 0,
        "Its part of the page of causes; a double click copies its address, Tools > Reset Cause opens it", HFILL}},
    {&hf_endpoint, {"Endpoint", "rstcause.endpoint", FT_STRING, BASE_NONE, NULL, 0,
        "Address and port concerned", HFILL}},
    {&hf_stated, {"Stated reason", "rstcause.stated", FT_STRING, BASE_NONE, NULL, 0,
        "What the reset itself says", HFILL}},
    {&hf_repeat_of, {"Repeat of", "rstcause.repeat_of", FT_FRAMENUM, BASE_NONE, NULL, 0,
        "The earlier reset that this one repeats", HFILL}},
    {&hf_contradicted_by, {"Contradicted by", "rstcause.contradicted_by", FT_FRAMENUM, BASE_NONE,
        NULL, 0, "A later frame that the sender of a genuine reset would not send", HFILL}},
    {&hf_contradicts, {"Contradicts the reset in frame", "rstcause.contradicts", FT_FRAMENUM,
        BASE_NONE, NULL, 0, "This frame shows that the host named in that reset lives on", HFILL}},
    {&hf_stage, {"Stage", "rstcause.stage", FT_STRING, BASE_NONE, NULL, 0,
        "How far the connection had come: post_syn, post_ack, post_psh or later", HFILL}},
    {&hf_path, {"Between the capture points", "rstcause.path", FT_STRING, BASE_NONE, NULL, 0,
        "In two captures merged: delivered, made_between or lost_between", HFILL}},
    {&hf_hops, {"Hops", "rstcause.hops", FT_UINT8, BASE_DEC, NULL, 0,
        "Hops from here to where a device on the way made the reset, by its TTL", HFILL}},
};

void
render_register(int proto)
{
    static gint *subtrees[] = {&ett_rstcause};

    proto_rstcause = proto;
    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
    rows_register(proto);
    differential_register(proto);
    experts_register(proto);
}

static void
add_help(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const char *reason)
{
    const char *page = help_page();
    proto_item *item;

    if (!page)
        return;
    item = proto_tree_add_string_format(
        tree, hf_help, tvb, 0, 0, wmem_strdup_printf(pinfo->pool, "%s#%s", page, reason),
        "More on this cause: Tools > Reset Cause; a double click here copies its page's address");
    proto_item_set_generated(item);
    proto_item_set_url(item);
}

static void
add_counts(proto_tree *tree, tvbuff_t *tvb, const rstcause_verdict *verdict)
{
    if (verdict->retransmissions >= 0) {
        rows_add_number(tree, hf_retransmissions, tvb, (uint32_t)verdict->retransmissions);
        rows_add_number(tree, hf_retransmissions_stream, tvb, (uint32_t)verdict->stream_retransmissions);
    } else {
        proto_item_set_generated(proto_tree_add_boolean_format(
            tree, hf_retransmissions_unknown, tvb, 0, 0, TRUE,
            "Retransmissions: unknown (TCP sequence analysis is off)"));
    }
    if (verdict->idle_ns >= 0) {
        nstime_t idle = {(time_t)(verdict->idle_ns / 1000000000),
                         (int)(verdict->idle_ns % 1000000000)};
        proto_item_set_generated(proto_tree_add_time(tree, hf_idle, tvb, 0, 0, &idle));
    }
}

void
render_verdict(const rstcause_verdict *verdict, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    proto_item *top = proto_tree_add_protocol_format(
        tree, proto_rstcause, tvb, 0, 0, "Reset Cause: %s (%s): %s", verdict->reason,
        verdict->confidence_text, verdict->headline);
    proto_tree *subtree = proto_item_add_subtree(top, ett_rstcause);

    proto_item_set_generated(top);
    rows_add_paragraph(subtree, hf_explanation, tvb, "Why", verdict->explanation);
    rows_add_paragraph(subtree, hf_advice, tvb, "Next", verdict->advice);
    differential_add(subtree, tvb, pinfo, verdict);
    rows_add_frame(subtree, hf_trigger, tvb, verdict->trigger);
    rows_add_frame(subtree, hf_repeat_of, tvb, verdict->repeat_of);
    rows_add_frame(subtree, hf_contradicted_by, tvb, verdict->contradicted_by);
    rows_add_text(subtree, hf_reason, tvb, verdict->reason);
    rows_add_number(subtree, hf_confidence, tvb, verdict->confidence);
    rows_add_text(subtree, hf_impact, tvb, verdict->impact);
    rows_add_paragraph(subtree, hf_harm, tvb, "Harm", verdict->harm);
    rows_add_frame(subtree, hf_harm_frame, tvb, verdict->harm_frame);
    rows_add_text(subtree, hf_origin, tvb, verdict->origin);
    rows_add_text(subtree, hf_path, tvb, verdict->path);
    if (verdict->hops >= 0)
        rows_add_number(subtree, hf_hops, tvb, (uint32_t)verdict->hops);
    rows_add_text(subtree, hf_stage, tvb, verdict->stage);
    rows_add_text(subtree, hf_endpoint, tvb, verdict->endpoint);
    rows_add_text(subtree, hf_stated, tvb, verdict->stated);
    rows_add_text(subtree, hf_category, tvb, verdict->category);
    add_counts(subtree, tvb, verdict);
    add_help(subtree, tvb, pinfo, verdict->reason);
    experts_add(pinfo, top, verdict);
}

void
render_presence(tvbuff_t *tvb, proto_tree *tree)
{
    proto_tree_add_item(tree, proto_rstcause, tvb, 0, 0, ENC_NA);
}

/* A line of its own, not the protocol: "rstcause" selects the resets. */
void
render_contradiction(uint32_t reset, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    proto_item *item = proto_tree_add_uint_format(
        tree, hf_contradicts, tvb, 0, 0, reset,
        "Reset Cause: this frame shows that the reset in frame %u was not sent by this host", reset);

    proto_item_set_generated(item);
    experts_add_contradiction(pinfo, item, reset);
}

void
render_info(const rstcause_verdict *verdict, packet_info *pinfo)
{
    col_prepend_fstr(pinfo->cinfo, COL_INFO, "[Cause: %s, %s] ", verdict->reason,
                     verdict->confidence_text);
}
