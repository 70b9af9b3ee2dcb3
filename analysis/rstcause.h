/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_H
#define RSTCAUSE_H

/*
 * The C interface of the analysis core: the only door between Wireshark's side and ours.
 *
 * Conventions
 *  1. No function throws or aborts. Out of memory shows as NULL, zero or an empty answer.
 *  2. Structs going in are read during the call only; nothing keeps their pointers.
 *  3. Strings coming out are UTF-8, never NULL, owned by the session, and valid until the next
 *     rstcause_explain() on it, or its end. Catalogue strings live as long as the process.
 *  4. A frame number of 0, and a count below 0, mean "none" or "not known".
 *  5. A session is used by one thread at a time. Sessions share nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rstcause_session rstcause_session;

/* ---- Settings --------------------------------------------------------------------------- */

typedef struct rstcause_settings {
    uint32_t data_retransmissions; /* 1..255: of one segment, before its sender gives up */
    uint32_t syn_retransmissions;  /* 1..127: of a SYN or SYN-ACK */
    uint32_t idle_seconds;         /* 1..604800: a silence that can be a cause */
    uint32_t time_wait_seconds;    /* 1..3600: how long a closed connection is remembered */
    uint32_t minimum_confidence;   /* 1..3: less sure verdicts are shown as "unknown" */
} rstcause_settings;

/* The documented defaults: 5, 2, 60, 240, 1. */
rstcause_settings rstcause_default_settings(void);

/* NULL when every value is in range, else a sentence that names the first one that is not and
 * its range. The sentence is static. */
const char *rstcause_settings_problem(const rstcause_settings *settings);

/* ---- One pass over one capture ---------------------------------------------------------- */

/* What a TCP port is called ("https"), or NULL. The string is copied at once. */
typedef const char *(*rstcause_service_name)(uint16_t port);

/* The name of a service that people know by its port, or NULL: a rstcause_service_name. */
const char *rstcause_well_known_service(uint16_t port);

/* NULL when a setting is out of range or memory is short. `service_name` may be NULL: explanations
 * then hold port numbers alone. */
rstcause_session *rstcause_session_new(const rstcause_settings *settings,
                                       rstcause_service_name service_name);
void rstcause_session_free(rstcause_session *session); /* NULL is fine */

typedef struct rstcause_packet {
    uint32_t frame;        /* from 1 */
    int64_t time_ns;       /* since the Unix epoch */
    uint32_t interface_id; /* of the capture file */
    uint8_t ip_version;    /* 4 or 6; else the packet is ignored */
    uint8_t hop_limit;     /* TTL or hop limit */
    uint16_t ip_id;        /* IPv4 */
    uint32_t flow_label;   /* IPv6 */
    uint8_t source[16];    /* network order; the first 4 bytes for IPv4 */
    uint8_t destination[16];
    uint8_t link_source[6]; /* MAC address of the sending interface; all zero: not known */
    uint32_t length;       /* TCP header and payload, by the IP header */
    uint32_t captured;     /* bytes of that in `bytes` */
    const uint8_t *bytes;  /* from the TCP header on; with all of the payload, messages can be followed */
} rstcause_packet;

typedef struct rstcause_observation {
    uint32_t reset;      /* id of the reset, from 1; 0: the packet is none */
    bool wants_tracking; /* call rstcause_note_tracking() for this packet */
    uint32_t contradicts; /* frame of a reset whose supposed sender lives on, as this packet shows */
} rstcause_observation;

/* Takes each TCP packet once, in capture order. */
rstcause_observation rstcause_observe(rstcause_session *session, const rstcause_packet *packet);

typedef struct rstcause_tracking {
    bool available;      /* Wireshark's sequence analysis is on and knows the conversation */
    bool retransmission; /* of any kind */
    bool not_new;        /* a retransmission, out of order, or a keep-alive */
} rstcause_tracking;

/* What Wireshark's tracking says of the packet observed last. */
void rstcause_note_tracking(rstcause_session *session, const rstcause_tracking *tracking);

/* ---- The verdict ------------------------------------------------------------------------ */

typedef struct rstcause_evidence {
    uint32_t frame;
    const char *shows;
} rstcause_evidence;

/* A rival of the verdict that is not the cause. */
typedef struct rstcause_ruled_out {
    const char *reason; /* token of the catalogue */
    uint32_t frame;     /* that shows it is not; 0: the reset itself */
    const char *why;    /* a short clause: "a kernel's flow label, which no reject rule sets" */
} rstcause_ruled_out;

typedef struct rstcause_verdict {
    const char *reason;          /* token of the catalogue */
    const char *title;           /* the same in a few words */
    const char *category;
    uint32_t confidence;         /* 1 possible, 2 likely, 3 certain */
    const char *confidence_text;
    const char *impact;          /* "normal", "notice" or "problem" */
    const char *harm;            /* a clause: what was lost, or may have been, or that nothing was */
    uint32_t harm_frame;         /* that shows it; 0: the reset itself */
    const char *origin;          /* "client", "server", "network", or "" when not known */
    const char *headline;        /* the explanation's first words, for one line */
    const char *explanation;
    const char *advice;
    const char *endpoint;        /* "address:port" that the verdict is about */
    const char *stated;          /* what the reset itself says, or "" */
    uint32_t trigger;            /* frame */
    uint32_t repeat_of;          /* frame */
    bool copy;                   /* the same packet, seen at another capture point before */
    uint32_t contradicted_by;    /* frame */
    const char *stage;           /* "post_syn", "post_ack", "post_psh", "later", or "" */
    const char *path;            /* between two capture points: "delivered", "made_between",
                                    "lost_between", or "" */
    int32_t hops;                /* to where a device on the way made it; below 0: not known */
    int64_t retransmissions;         /* of the oldest unacknowledged segment */
    int64_t stream_retransmissions;  /* Wireshark's count in the sender's direction */
    int64_t idle_ns;                 /* silence before */
    const rstcause_evidence *evidence;
    size_t evidence_count;
    const char *const *alternatives; /* tokens of the rivals that stand */
    size_t alternative_count;
    const rstcause_ruled_out *ruled_out; /* the rivals that do not */
    size_t ruled_out_count;
    const char *const *doubts; /* clauses: what keeps the verdict from being surer */
    size_t doubt_count;
} rstcause_verdict;

/* The verdict as of the packets observed so far. NULL for an id that was never given out or when
 * memory is short. */
const rstcause_verdict *rstcause_explain(rstcause_session *session, uint32_t reset);

/* ---- The report -------------------------------------------------------------------------- */

typedef enum rstcause_report_form {
    RSTCAUSE_REPORT_TEXT, /* for people: at most 100 columns, times in local time */
    RSTCAUSE_REPORT_JSON  /* for programs: docs/report.schema.json, times in UTC */
} rstcause_report_form;

/* What these resets come to: by cause and endpoint, problems first, as of the packets observed so
 * far. Ids that were never given out are left out. NULL when memory is short; valid until the next
 * call of this function on the session. */
const char *rstcause_report(rstcause_session *session, const uint32_t *resets, size_t count,
                            rstcause_report_form form);

/* ---- The catalogue ---------------------------------------------------------------------- */

typedef struct rstcause_cause {
    const char *reason;
    const char *title;
    const char *category;
    const char *reference;
    bool detected; /* false: named as an alternative only */
} rstcause_cause;

size_t rstcause_cause_count(void);
/* Where a verdict's `reason`, or one of its `alternatives`, stands in the catalogue; the count when it
 * is no token of it. */
size_t rstcause_cause_index(const char *reason);
/* `index` below rstcause_cause_count(); else every string is empty. */
rstcause_cause rstcause_cause_at(size_t index);

#ifdef __cplusplus
}
#endif

#endif
