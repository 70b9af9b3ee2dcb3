/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The C interface as a C compiler sees it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rstcause.h"

#define CHECK(condition)                                                                       \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);      \
            exit(1);                                                                           \
        }                                                                                      \
    } while (0)

static const uint8_t syn[20] = {0x9c, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x02};
static const uint8_t refusal[20] = {0, 80, 0x9c, 0x40, 0, 0, 0, 0, 0, 0, 0, 2, 0x50, 0x14};

static rstcause_observation
observe(rstcause_session *session, uint32_t frame, const uint8_t *bytes, uint8_t version)
{
    rstcause_packet packet;

    memset(&packet, 0, sizeof packet);
    packet.frame = frame;
    packet.time_ns = (int64_t)frame * 1000000;
    packet.ip_version = version;
    packet.source[0] = bytes == syn ? 1 : 2;
    packet.destination[0] = bytes == syn ? 2 : 1;
    packet.length = 20;
    packet.captured = 20;
    packet.bytes = bytes;
    return rstcause_observe(session, &packet);
}

static void
test_settings(void)
{
    rstcause_settings settings = rstcause_default_settings();

    CHECK(settings.data_retransmissions == 5 && settings.syn_retransmissions == 2);
    CHECK(settings.idle_seconds == 60 && settings.time_wait_seconds == 240);
    CHECK(rstcause_settings_problem(&settings) == NULL);
    settings.idle_seconds = 0;
    CHECK(strstr(rstcause_settings_problem(&settings), "604800") != NULL);
    CHECK(rstcause_session_new(&settings, NULL) == NULL);
}

static void
test_refusal(void)
{
    const rstcause_settings settings = rstcause_default_settings();
    rstcause_session *session = rstcause_session_new(&settings, NULL);
    rstcause_observation seen;
    const rstcause_verdict *verdict;

    CHECK(session != NULL);
    CHECK(observe(session, 1, syn, 4).reset == 0);
    CHECK(observe(session, 1, syn, 5).reset == 0); /* no IP version of ours */
    seen = observe(session, 2, refusal, 4);
    CHECK(seen.reset == 1 && seen.wants_tracking);
    CHECK(rstcause_explain(session, 0) == NULL);
    CHECK(rstcause_explain(session, 2) == NULL);
    verdict = rstcause_explain(session, 1);
    CHECK(verdict != NULL);
    CHECK(strcmp(verdict->reason, "not_listening") == 0);
    CHECK(strcmp(verdict->confidence_text, "likely") == 0 && verdict->confidence == 2);
    CHECK(strcmp(verdict->endpoint, "2.0.0.0:80") == 0);
    CHECK(verdict->trigger == 1 && verdict->repeat_of == 0);
    CHECK(verdict->evidence_count >= 1 && verdict->evidence[0].frame == 1);
    CHECK(verdict->retransmissions == -1);
    rstcause_session_free(session);
    rstcause_session_free(NULL);
}

/* Names of ports stand in what is said of them when whoever opens the session wants them. */
static void
test_service_names(void)
{
    const rstcause_settings settings = rstcause_default_settings();
    rstcause_session *session = rstcause_session_new(&settings, rstcause_well_known_service);

    CHECK(strcmp(rstcause_well_known_service(443), "https") == 0);
    CHECK(rstcause_well_known_service(8081) == NULL);
    observe(session, 1, syn, 4);
    observe(session, 2, refusal, 4);
    CHECK(strstr(rstcause_explain(session, 1)->explanation, "2.0.0.0:80 (http)") != NULL);
    rstcause_session_free(session);
}

/* Which rivals there are is the rules' matter; here, that each is whole. */
static void
test_rivals(void)
{
    const rstcause_settings settings = rstcause_default_settings();
    rstcause_session *session = rstcause_session_new(&settings, NULL);
    const rstcause_verdict *verdict;
    size_t i;

    observe(session, 1, syn, 4);
    observe(session, 2, refusal, 4);
    verdict = rstcause_explain(session, 1);
    CHECK(verdict != NULL);
    CHECK(verdict->alternative_count + verdict->ruled_out_count > 0);
    for (i = 0; i < verdict->ruled_out_count; i++) {
        CHECK(rstcause_cause_index(verdict->ruled_out[i].reason) < rstcause_cause_count());
        CHECK(strcmp(verdict->ruled_out[i].reason, verdict->reason) != 0);
        CHECK(verdict->ruled_out[i].frame < 2); /* 2 is the reset itself: 0 */
        CHECK(verdict->ruled_out[i].why[0] != '\0');
    }
    for (i = 0; i < verdict->doubt_count; i++)
        CHECK(verdict->doubts[i][0] != '\0');
    CHECK(verdict->confidence < 3 || verdict->doubt_count == 0);
    rstcause_session_free(session);
}

static void
test_catalogue(void)
{
    size_t i;

    CHECK(rstcause_cause_count() > 10);
    for (i = 0; i < rstcause_cause_count(); i++)
        CHECK(rstcause_cause_at(i).reason[0] != '\0');
    for (i = 0; i < rstcause_cause_count(); i++)
        CHECK(rstcause_cause_index(rstcause_cause_at(i).reason) == i);
    CHECK(rstcause_cause_index("no such cause") == rstcause_cause_count());
    CHECK(rstcause_cause_at(rstcause_cause_count()).reason[0] == '\0');
}

int
main(void)
{
    test_settings();
    test_rivals();
    test_refusal();
    test_service_names();
    test_catalogue();
    return 0;
}
