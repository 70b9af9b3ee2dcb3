/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "experts.h"

#include <string.h>

#include <epan/expert.h>

/* The values of rstcause.impact, and how severe Wireshark calls them. */
static const struct {
    const char *impact;
    int severity;
} severities[] = {{"problem", PI_WARN}, {"notice", PI_NOTE}, {"normal", PI_CHAT}};

/* For each cause, in the catalogue's order, an expert field of each severity, all three with the cause's one name: so
 * the Expert Information groups by cause within what they mean. Registered once, kept for the life of the process. */
static expert_field *expert_fields;
static expert_field ei_contradiction = EI_INIT;

static expert_field *
field_of(size_t cause, const char *impact)
{
    size_t i = 0;

    while (i + 1 < array_length(severities) && strcmp(severities[i].impact, impact) != 0)
        i++;
    return &expert_fields[cause * array_length(severities) + i];
}

static void
register_expert_fields(expert_module_t *module)
{
    const size_t count = rstcause_cause_count() * array_length(severities);
    ei_register_info *entries = g_new0(ei_register_info, count);
    size_t i;

    expert_fields = g_new(expert_field, count);
    for (i = 0; i < count; i++) {
        const rstcause_cause cause = rstcause_cause_at(i / array_length(severities));
        const int severity = severities[i % array_length(severities)].severity;
        const int group = strcmp(cause.category, "network") == 0 ? PI_SECURITY : PI_SEQUENCE;
        const ei_register_info entry = {
            &expert_fields[i],
            {g_strdup_printf("rstcause.expert.%s", cause.reason), group, severity,
             g_strdup_printf("Reset: %s", cause.title), EXPFILL}};

        expert_fields[i] = (expert_field)EI_INIT;
        entries[i] = entry;
    }
    expert_register_field_array(module, entries, (int)count);
}

static void
register_contradiction(expert_module_t *module)
{
    static ei_register_info entry[] = {
        {&ei_contradiction, {"rstcause.expert.contradiction", PI_SECURITY, PI_WARN,
            "The host named in an earlier reset did not send it", EXPFILL}},
    };

    expert_register_field_array(module, entry, array_length(entry));
}

void
experts_register(int proto)
{
    expert_module_t *module = expert_register_protocol(proto);

    register_expert_fields(module);
    register_contradiction(module);
}

void
experts_add(packet_info *pinfo, proto_item *item, const rstcause_verdict *verdict)
{
    const size_t index = MIN(rstcause_cause_index(verdict->reason), rstcause_cause_count() - 1);

    expert_add_info_format(pinfo, item, field_of(index, verdict->impact), "%s (%s): %s", verdict->reason,
                           verdict->confidence_text, verdict->headline);
}

void
experts_add_contradiction(packet_info *pinfo, proto_item *item, uint32_t reset)
{
    expert_add_info_format(pinfo, item, &ei_contradiction,
                           "The reset in frame %u was not sent by this host, which goes on", reset);
}
