/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "resets_list.h"

#include <stdio.h>

#include "capture.h"

/* Local time, as a log on the reader's machine would say it. */
static void
print_time(const nstime_t *time)
{
    GDateTime *moment = g_date_time_new_from_unix_local(time->secs);
    char *text = moment ? g_date_time_format(moment, "%Y-%m-%d %H:%M:%S") : NULL;

    printf("%s.%06d", text ? text : "?", time->nsecs / 1000);
    g_free(text);
    if (moment)
        g_date_time_unref(moment);
}

static void
print_rival(const rstcause_ruled_out *rival)
{
    printf("      not %s: %s", rival->reason, rival->why);
    if (rival->frame != 0)
        printf(" (frame %u)", rival->frame);
    printf("\n");
}

static void
print_verdict(const rstcause_verdict *verdict)
{
    size_t i;

    printf("    %s, %s: %s\n", verdict->reason, verdict->confidence_text, verdict->explanation);
    if (verdict->repeat_of != 0) { /* the first one has said the rest */
        printf("\n");
        return;
    }
    for (i = 0; i < verdict->evidence_count; i++)
        printf("      frame %u: %s\n", verdict->evidence[i].frame, verdict->evidence[i].shows);
    for (i = 0; i < verdict->doubt_count; i++)
        printf("      doubt: %s\n", verdict->doubts[i]);
    for (i = 0; i < verdict->alternative_count; i++)
        printf("%s%s", i == 0 ? "      could also be: " : ", ", verdict->alternatives[i]);
    if (verdict->alternative_count > 0)
        printf("\n");
    for (i = 0; i < verdict->ruled_out_count; i++)
        print_rival(&verdict->ruled_out[i]);
    printf("      next: %s\n\n", verdict->advice);
}

static void
print_reset(const capture_reset *reset)
{
    printf("Frame %u  ", reset->frame);
    print_time(&reset->time);
    if (reset->stream >= 0)
        printf("  stream %" G_GINT64_FORMAT, reset->stream);
    printf("  %s -> %s", reset->source, reset->destination);
    if (capture_has_points())
        printf("  (interface %u)", reset->interface_id & 0xffff);
    printf("\n");
}

/* In the catalogue's order, so that two captures compare line by line. */
static void
print_counts(GHashTable *counts)
{
    size_t i;

    for (i = 0; i < rstcause_cause_count(); i++) {
        const rstcause_cause cause = rstcause_cause_at(i);
        const guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, cause.reason));

        if (count > 0)
            printf("%7u  %-24s %s\n", count, cause.reason, cause.title);
    }
}

void
resets_list_print(const GPtrArray *resets)
{
    GHashTable *counts = g_hash_table_new(g_str_hash, g_str_equal); /* reason -> count */
    guint i;

    for (i = 0; i < resets->len; i++) {
        const capture_reset *reset = (const capture_reset *)g_ptr_array_index(resets, i);
        const rstcause_verdict *verdict = capture_explain(reset);
        gpointer reason;

        if (!verdict)
            continue;
        print_reset(reset);
        print_verdict(verdict);
        reason = (gpointer)verdict->reason;
        g_hash_table_insert(counts, reason,
            GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(counts, reason)) + 1));
    }
    printf("%u reset%s\n", resets->len, resets->len == 1 ? "" : "s");
    print_counts(counts);
    g_hash_table_destroy(counts);
}
