/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rows.h"

#include <string.h>

static int continued = -1;

void
rows_register(int proto)
{
    static hf_register_info field[] = {
        {&continued, {"Rest of a long text", "rstcause.continued", FT_NONE, BASE_NONE, NULL, 0,
            "What one row of the packet details has no room for", HFILL}},
    };

    proto_register_field_array(proto, field, array_length(field));
}

void
rows_add_text(proto_tree *tree, int field, tvbuff_t *tvb, const char *text)
{
    if (text[0] != '\0')
        proto_item_set_generated(proto_tree_add_string(tree, field, tvb, 0, 0, text));
}

/* How much of `text` goes on one row of the packet details, up to the space between two words. Rows
 * of about the same length leave no word alone on the last one. */
static size_t
row_length(const char *text)
{
    const size_t most = 140;
    const size_t whole = strlen(text);
    const size_t rows = whole / most + 1;
    size_t length = MIN(most, whole / rows + 10);

    if (whole <= most)
        return whole;
    while (length > 0 && text[length] != ' ')
        length--;
    return length > 0 ? length : whole;
}

/* The field with its whole value, but shown on several rows: Wireshark cuts long ones off. */
void
rows_add_paragraph(proto_tree *tree, int field, tvbuff_t *tvb, const char *name, const char *text)
{
    size_t shown = row_length(text);

    if (text[0] == '\0')
        return;
    proto_item_set_generated(proto_tree_add_string_format(tree, field, tvb, 0, 0, text, "%s: %.*s",
                                                          name, (int)shown, text));
    for (text += shown; text[0] != '\0'; text += shown) {
        text++; /* the space */
        shown = row_length(text);
        proto_item_set_generated(proto_tree_add_none_format(tree, continued, tvb, 0, 0,
                                                            "    %.*s", (int)shown, text));
    }
}

void
rows_add_number(proto_tree *tree, int field, tvbuff_t *tvb, uint32_t number)
{
    proto_item_set_generated(proto_tree_add_uint(tree, field, tvb, 0, 0, number));
}

void
rows_add_frame(proto_tree *tree, int field, tvbuff_t *tvb, uint32_t frame)
{
    if (frame != 0)
        rows_add_number(tree, field, tvb, frame);
}
