/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "preferences.h"

#include <epan/prefs.h>
#include <epan/prefs-int.h>
#include <wsutil/report_message.h>

#include "compat.h"

/* What Wireshark's preference code writes to, and the last of it that was in range. */
static struct {
    guint data_retransmissions;
    guint syn_retransmissions;
    guint idle_seconds;
    guint time_wait_seconds;
    gint minimum_confidence;
    compat_bool info_column;
} chosen;
static rstcause_settings in_force;

static const enum_val_t confidence_choices[] = {
    {"possible", "Possible: nothing contradicts it", 1},
    {"likely", "Likely: fits best, others also fit", 2},
    {"certain", "Certain: no other cause known", 3},
    {NULL, NULL, 0},
};

static rstcause_settings
chosen_settings(void)
{
    rstcause_settings settings = {
        chosen.data_retransmissions, chosen.syn_retransmissions,           chosen.idle_seconds,
        chosen.time_wait_seconds,    (uint32_t)chosen.minimum_confidence,
    };
    return settings;
}

static void
choose(const rstcause_settings *settings)
{
    chosen.data_retransmissions = settings->data_retransmissions;
    chosen.syn_retransmissions = settings->syn_retransmissions;
    chosen.idle_seconds = settings->idle_seconds;
    chosen.time_wait_seconds = settings->time_wait_seconds;
    chosen.minimum_confidence = (gint)settings->minimum_confidence;
}

/* Wireshark saves its dialog's values before it asks us: write the right ones over them. */
static void
save_again(void)
{
    char *path = NULL;

    if (write_prefs(&path) != 0)
        report_failure("RSTCAUSE: the refused value is still in %s.", path ? path : "the file");
    g_free(path);
}

static void
apply(void)
{
    static bool started = false;
    const rstcause_settings wanted = chosen_settings();
    const char *problem = rstcause_settings_problem(&wanted);

    if (!problem) {
        in_force = wanted;
    } else {
        choose(&in_force);
        report_failure("RSTCAUSE preference refused: %s %s", problem,
                       started ? "The earlier values stay." : "The defaults are used.");
        if (started)
            save_again();
    }
    started = true;
}

void
preferences_register(int proto)
{
    module_t *module = prefs_register_protocol(proto, apply);

    in_force = rstcause_default_settings();
    choose(&in_force);
    chosen.info_column = TRUE;
    /* Wireshark then calls apply() as it starts, even if all values are the defaults. */
    module->prefs_changed_flags = PREF_EFFECT_DISSECTION;

    prefs_register_uint_preference(module, "data_retransmissions",
        "Data retransmissions before a timeout (1–255)",
        "How often the same segment is sent again before a reset by its sender counts as a "
        "retransmission timeout (1 to 255; Windows gives up after 5)",
        10, &chosen.data_retransmissions);
    prefs_register_uint_preference(module, "syn_retransmissions",
        "SYN retransmissions before a timeout (1–127)",
        "The same for a SYN or SYN-ACK (1 to 127; Windows gives up after 2)",
        10, &chosen.syn_retransmissions);
    prefs_register_uint_preference(module, "idle_threshold", "Idle threshold in seconds (1–604800)",
        "A silence from this length on can be the cause of a reset (1 to 604800)",
        10, &chosen.idle_seconds);
    prefs_register_uint_preference(module, "time_wait", "TIME_WAIT length in seconds (1–3600)",
        "How long an endpoint remembers a connection that it has closed (1 to 3600)",
        10, &chosen.time_wait_seconds);
    prefs_register_enum_preference(module, "minimum_confidence", "Minimum confidence shown",
        "Verdicts less sure than this are shown as \"unknown\"",
        &chosen.minimum_confidence, confidence_choices, FALSE);
    prefs_register_bool_preference(module, "info_column", "Show the reason in the Info column",
        "Put the reason in front of the Info column of each reset", &chosen.info_column);
}

rstcause_settings
preferences_settings(void)
{
    return in_force;
}

bool
preferences_info_column(void)
{
    return chosen.info_column;
}
