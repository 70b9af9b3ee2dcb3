/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "summaries.h"

#include <stdio.h>
#include <string.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "compat.h"
#include "resets_list.h"

static int rstcause_tap = -1;

static void
print_report(const GPtrArray *resets)
{
    fputs(capture_report(resets, RSTCAUSE_REPORT_TEXT), stdout);
}

static void
print_json(const GPtrArray *resets)
{
    fputs(capture_report(resets, RSTCAUSE_REPORT_JSON), stdout);
}

/* What `-z` offers. */
typedef struct summary_kind {
    const char *option;
    void (*print)(const GPtrArray *resets);
} summary_kind;

static const summary_kind KINDS[] = {
    {"rstcause,report", print_report},
    {"rstcause,json", print_json},
    {"rstcause,resets", resets_list_print},
};

/* One `-z` on the command line: the resets that passed its filter. */
typedef struct summary {
    const summary_kind *kind;
    GPtrArray *resets; /* capture_reset, owned by the file scope */
    bool printed;
} summary;

static GSList *summaries; /* those that listen */

static void
summary_reset(void *data)
{
    g_ptr_array_set_size(((summary *)data)->resets, 0);
}

static tap_packet_status
summary_packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *reset,
               tap_flags_t flags _U_)
{
    summary *growing = (summary *)data;

    g_ptr_array_add(growing->resets, (void *)reset);
    growing->printed = false;
    return TAP_PACKET_REDRAW;
}

static void
summary_draw(void *data)
{
    summary *shown = (summary *)data;

    shown->kind->print(shown->resets);
    shown->printed = true;
}

/* `tshark -M` forgets what it has read every so many packets: then each part has a report. */
static void
summaries_end_file(void)
{
    GSList *at;

    for (at = summaries; at; at = at->next) {
        summary *ended = (summary *)at->data;

        if (ended->resets->len > 0 && !ended->printed)
            summary_draw(ended);
        summary_reset(ended);
    }
}

static void
summary_finish(void *data)
{
    summaries = g_slist_remove(summaries, data);
    g_ptr_array_free(((summary *)data)->resets, TRUE);
    g_free(data);
}

static bool
summary_start(const char *option, void *kind)
{
    summary *wanted = g_new0(summary, 1);
    const char *filter;
    GString *error;

    wanted->kind = (const summary_kind *)kind;
    wanted->resets = g_ptr_array_new();
    filter = option + strlen(wanted->kind->option);
    error = register_tap_listener("rstcause", wanted, *filter == ',' ? filter + 1 : NULL,
                                  TL_REQUIRES_NOTHING, summary_reset, summary_packet,
                                  summary_draw, summary_finish);
    if (error) {
        fprintf(stderr, "tshark: -z %s: %s\n", wanted->kind->option, error->str);
        g_string_free(error, TRUE);
        summary_finish(wanted);
        return false;
    }
    summaries = g_slist_prepend(summaries, wanted);
    return true;
}

COMPAT_TAP_INIT(summary_init, summary_start)

void
summaries_register(void)
{
    static stat_tap_ui uis[array_length(KINDS)];
    size_t i;

    rstcause_tap = register_tap("rstcause");
    capture_before_end(summaries_end_file);
    for (i = 0; i < array_length(KINDS); i++) {
        const stat_tap_ui ui = {
            REGISTER_TOOLS_GROUP_UNSORTED, NULL, KINDS[i].option, summary_init, 0, NULL,
        };

        uis[i] = ui;
        register_stat_tap_ui(&uis[i], (void *)&KINDS[i]);
    }
}

void
summaries_queue(packet_info *pinfo, const capture_reset *reset)
{
    tap_queue_packet(rstcause_tap, pinfo, reset);
}
