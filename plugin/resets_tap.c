/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "resets_tap.h"

#include <stdio.h>
#include <string.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "compat.h"

static int rstcause_tap = -1;

static const char CLI_STRING[] = "rstcause,resets";

/* One `-z` on the command line: the resets that passed its filter. */
typedef struct summary {
    GPtrArray *resets; /* capture_reset, owned by the file scope */
    GHashTable *counts; /* reason -> count */
} summary;

static void
summary_reset(void *data)
{
    g_ptr_array_set_size(((summary *)data)->resets, 0);
}

static tap_packet_status
summary_packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *reset,
               tap_flags_t flags _U_)
{
    g_ptr_array_add(((summary *)data)->resets, (void *)reset);
    return TAP_PACKET_REDRAW;
}

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
    for (i = 0; i < verdict->alternative_count; i++)
        printf("%s%s", i == 0 ? "      could also be: " : ", ", verdict->alternatives[i]);
    if (verdict->alternative_count > 0)
        printf("\n");
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

static void
summary_draw(void *data)
{
    const summary *shown = (const summary *)data;
    guint i;

    g_hash_table_remove_all(shown->counts);
    for (i = 0; i < shown->resets->len; i++) {
        const capture_reset *reset = (const capture_reset *)g_ptr_array_index(shown->resets, i);
        const rstcause_verdict *verdict = capture_explain(reset);
        gpointer reason;

        if (!verdict)
            continue;
        print_reset(reset);
        print_verdict(verdict);
        reason = (gpointer)verdict->reason;
        g_hash_table_insert(shown->counts, reason,
            GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(shown->counts, reason)) + 1));
    }
    printf("%u reset%s\n", shown->resets->len, shown->resets->len == 1 ? "" : "s");
    print_counts(shown->counts);
}

static void
summary_finish(void *data)
{
    summary *done = (summary *)data;

    g_ptr_array_free(done->resets, TRUE);
    g_hash_table_destroy(done->counts);
    g_free(done);
}

static bool
summary_start(const char *option, void *userdata _U_)
{
    const char *filter = option[strlen(CLI_STRING)] == ',' ? option + strlen(CLI_STRING) + 1 : NULL;
    summary *wanted = g_new0(summary, 1);
    GString *error;

    wanted->resets = g_ptr_array_new();
    wanted->counts = g_hash_table_new(g_str_hash, g_str_equal);
    error = register_tap_listener("rstcause", wanted, filter, TL_REQUIRES_NOTHING, summary_reset,
                                  summary_packet, summary_draw, summary_finish);
    if (error) {
        fprintf(stderr, "tshark: -z %s: %s\n", CLI_STRING, error->str);
        g_string_free(error, TRUE);
        summary_finish(wanted);
        return false;
    }
    return true;
}

COMPAT_TAP_INIT(summary_init, summary_start)

void
resets_tap_register(int proto _U_)
{
    static stat_tap_ui ui = {
        REGISTER_TOOLS_GROUP_UNSORTED, NULL, CLI_STRING, summary_init, 0, NULL,
    };

    rstcause_tap = register_tap("rstcause");
    register_stat_tap_ui(&ui, NULL);
}

void
resets_tap_queue(packet_info *pinfo, const capture_reset *reset)
{
    tap_queue_packet(rstcause_tap, pinfo, reset);
}
