/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "experts.h"

#include <string.h>

#include <epan/expert.h>

/* One expert field per cause, in the catalogue's order, so that the Expert Information groups by
 * cause. Registered once, kept for the life of the process. */
static expert_field *expert_fields;
static expert_field ei_contradiction = EI_INIT;

static int
severity_of(const char *impact)
{
    if (strcmp(impact, "normal") == 0)
        return PI_CHAT;
    return strcmp(impact, "problem") == 0 ? PI_WARN : PI_NOTE;
}

static void
register_expert_fields(expert_module_t *module)
{
    const size_t count = rstcause_cause_count();
    ei_register_info *entries = g_new0(ei_register_info, count);
    size_t i;

    expert_fields = g_new(expert_field, count);
    for (i = 0; i < count; i++) {
        const rstcause_cause cause = rstcause_cause_at(i);
        const int group = strcmp(cause.category, "network") == 0 ? PI_SECURITY : PI_SEQUENCE;
        const ei_register_info entry = {
            &expert_fields[i],
            {g_strdup_printf("rstcause.expert.%s", cause.reason), group, severity_of(cause.impact),
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

    expert_add_info_format(pinfo, item, &expert_fields[index], "%s (%s): %s", verdict->reason,
                           verdict->confidence_text, verdict->headline);
}

void
experts_add_contradiction(packet_info *pinfo, proto_item *item, uint32_t reset)
{
    expert_add_info_format(pinfo, item, &ei_contradiction,
                           "The reset in frame %u was not sent by this host, which goes on", reset);
}
