/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "menus.h"

#include <string.h>

#include <epan/packet.h>

#include <epan/conversation_filter.h>
#include <epan/plugin_if.h>

#include "capture.h"
#include "compat.h"
#include "help.h"

static bool
is_reset(packet_info *pinfo)
{
    return capture_resets(pinfo) != NULL;
}

static const rstcause_verdict *
verdict_of(packet_info *pinfo)
{
    const capture_reset *reset = capture_resets(pinfo);

    return reset ? capture_explain(reset) : NULL;
}

static char *
same_endpoint(packet_info *pinfo)
{
    const rstcause_verdict *verdict = verdict_of(pinfo);

    return verdict ? g_strdup_printf("rstcause.endpoint == \"%s\"", verdict->endpoint) : NULL;
}

static char *
same_cause(packet_info *pinfo)
{
    const rstcause_verdict *verdict = verdict_of(pinfo);

    return verdict ? g_strdup_printf("rstcause.reason == \"%s\"", verdict->reason) : NULL;
}

static char *
evidence(packet_info *pinfo)
{
    const rstcause_verdict *verdict = verdict_of(pinfo);
    GString *filter;
    size_t i;

    if (!verdict)
        return NULL;
    filter = g_string_new(NULL);
    g_string_printf(filter, "frame.number in {%u", pinfo->num);
    for (i = 0; i < verdict->evidence_count; i++)
        g_string_append_printf(filter, ", %u", verdict->evidence[i].frame);
    g_string_append_c(filter, '}');
    return g_string_free(filter, FALSE);
}

COMPAT_CONVERSATION_FILTER(same_endpoint, is_reset)
COMPAT_CONVERSATION_FILTER(same_cause, is_reset)
COMPAT_CONVERSATION_FILTER(evidence, is_reset)

static ext_menu_t *
submenu(ext_menu_t *menu, const char *label)
{
    GList *child;

    for (child = menu->children; child; child = child->next) {
        ext_menu_t *entry = (ext_menu_t *)child->data;

        if (entry->type == EXT_MENUBAR_MENU && strcmp(entry->label, label) == 0)
            return entry;
    }
    return ext_menubar_add_submenu(menu, label);
}

/* What the categories have in common. Wireshark aborts when a menu has more than five submenus (it takes
 * their number for their depth, WiresharkMainWindow::externalMenuHelper). */
static const char *
part_of_menu(const char *category)
{
    if (strcmp(category, "refused") == 0 || strcmp(category, "abandoned") == 0)
        return "Before a connection came about";
    if (strcmp(category, "timeout") == 0 || strcmp(category, "state_lost") == 0)
        return "Timeouts and lost state";
    return strcmp(category, "application") == 0 ? "Applications" : "Others";
}

static void
add_cause(ext_menu_t *menu, const rstcause_cause *cause, const char *page)
{
    char *label = g_strdup_printf("%s: %s", cause->reason, cause->title);
    char *part = g_strdup_printf("%s#%s", page, cause->reason);

    ext_menubar_add_website(submenu(menu, part_of_menu(cause->category)), label, NULL, part);
    g_free(part);
    g_free(label);
}

/* Tools > Reset Cause. A click in the packet details only copies an address, a click here opens it. */
static void
register_help(int proto)
{
    const char *page = help_page();
    ext_menu_t *menu;
    size_t i;

    if (!page)
        return;
    menu = ext_menubar_register_menu(proto, "Reset Cause", TRUE);
    ext_menubar_set_parentmenu(menu, "Tools");
    ext_menubar_add_website(menu, "What the causes mean",
                            "Each cause: how it looks, what it is mistaken for, what to do", page);
    ext_menubar_add_separator(menu);
    for (i = 0; i < rstcause_cause_count(); i++) {
        const rstcause_cause cause = rstcause_cause_at(i);

        add_cause(menu, &cause, page);
    }
}

void
menus_register(int proto)
{
    compat_register_evidence("rstcause", "Evidence of this Reset");
    compat_register_same_endpoint("rstcause", "Resets of this Endpoint");
    compat_register_same_cause("rstcause", "Resets with this Cause");
    register_help(proto);
}
