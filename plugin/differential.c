/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "differential.h"

#include "rows.h"

static int hf_evidence = -1;
static int hf_evidence_frame = -1;
static int hf_doubt = -1;
static int hf_alternative = -1;
static int hf_ruled_out = -1;
static int hf_ruled_out_frame = -1;
static int hf_ruled_out_count = -1;
static gint ett_evidence = -1;
static gint ett_ruled_out = -1;

static hf_register_info fields[] = {
    {&hf_evidence, {"Evidence", "rstcause.evidence", FT_STRING, BASE_NONE, NULL, 0,
        "A frame and what it shows", HFILL}},
    {&hf_evidence_frame, {"Evidence frame", "rstcause.evidence.frame", FT_FRAMENUM, BASE_NONE,
        NULL, 0, NULL, HFILL}},
    {&hf_doubt, {"Doubt", "rstcause.doubt", FT_STRING, BASE_NONE, NULL, 0,
        "What keeps the verdict from being surer", HFILL}},
    {&hf_alternative, {"Alternative", "rstcause.alternative", FT_STRING, BASE_NONE, NULL, 0,
        "Another reason that would look the same", HFILL}},
    {&hf_ruled_out, {"Ruled out", "rstcause.ruled_out", FT_STRING, BASE_NONE, NULL, 0,
        "A reason that it is not, and why", HFILL}},
    {&hf_ruled_out_frame, {"Ruled out by frame", "rstcause.ruled_out.frame", FT_FRAMENUM, BASE_NONE,
        NULL, 0, "The frame that rules a reason out, where it is not the reset itself", HFILL}},
    {&hf_ruled_out_count, {"Reasons ruled out", "rstcause.ruled_out.count", FT_UINT32, BASE_DEC,
        NULL, 0, "How many reasons are ruled out", HFILL}},
};

void
differential_register(int proto)
{
    static gint *subtrees[] = {&ett_evidence, &ett_ruled_out};

    proto_register_field_array(proto, fields, array_length(fields));
    proto_register_subtree_array(subtrees, array_length(subtrees));
}

/* For filters and exports: a row that is a link says the same already. */
static void
add_unseen(proto_tree *tree, int field, tvbuff_t *tvb, const char *text)
{
    proto_item_set_hidden(proto_tree_add_string(tree, field, tvb, 0, 0, text));
}

/* The row itself is the link to the frame. */
static void
add_evidence(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const rstcause_evidence *evidence)
{
    char *text = wmem_strdup_printf(pinfo->pool, "frame %u: %s", evidence->frame, evidence->shows);
    proto_item *item = proto_tree_add_uint_format(tree, hf_evidence_frame, tvb, 0, 0,
                                                  evidence->frame, "Evidence: %s", text);

    proto_item_set_generated(item);
    add_unseen(proto_item_add_subtree(item, ett_evidence), hf_evidence, tvb, text);
}

static void
add_alternative(proto_tree *tree, tvbuff_t *tvb, const char *reason)
{
    const char *title = rstcause_cause_at(rstcause_cause_index(reason)).title;

    proto_item_set_generated(proto_tree_add_string_format(
        tree, hf_alternative, tvb, 0, 0, reason, "Could also be: %s (%s)", reason, title));
}

/* A link like evidence, where there is a frame to go to. All texts stand at one depth: else -T ek
 * would name the field twice, and a program would read one of the two. */
static void
add_rival(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const rstcause_ruled_out *rival)
{
    char *text = wmem_strdup_printf(pinfo->pool, "%s: %s", rival->reason, rival->why);

    if (rival->frame == 0) {
        proto_item_set_generated(
            proto_tree_add_string_format(tree, hf_ruled_out, tvb, 0, 0, text, "%s", text));
        return;
    }
    proto_item_set_generated(proto_tree_add_uint_format(
        tree, hf_ruled_out_frame, tvb, 0, 0, rival->frame, "%s (frame %u)", text, rival->frame));
    add_unseen(tree, hf_ruled_out, tvb, text);
}

static void
add_ruled_out(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const rstcause_verdict *verdict)
{
    const unsigned count = (unsigned)verdict->ruled_out_count;
    proto_item *item;
    proto_tree *rivals;
    size_t i;

    if (count == 0)
        return;
    item = proto_tree_add_uint_format(tree, hf_ruled_out_count, tvb, 0, 0, count, "Ruled out (%u)",
                                      count);
    proto_item_set_generated(item);
    rivals = proto_item_add_subtree(item, ett_ruled_out);
    for (i = 0; i < verdict->ruled_out_count; i++)
        add_rival(rivals, tvb, pinfo, &verdict->ruled_out[i]);
}

void
differential_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
                 const rstcause_verdict *verdict)
{
    size_t i;

    for (i = 0; i < verdict->evidence_count; i++)
        add_evidence(tree, tvb, pinfo, &verdict->evidence[i]);
    for (i = 0; i < verdict->doubt_count; i++)
        rows_add_paragraph(tree, hf_doubt, tvb, "Doubt", verdict->doubts[i]);
    for (i = 0; i < verdict->alternative_count; i++)
        add_alternative(tree, tvb, verdict->alternatives[i]);
    add_ruled_out(tree, tvb, pinfo, verdict);
}
