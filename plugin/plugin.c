/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The symbols that Wireshark looks for in a plugin. */

#define WS_BUILD_DLL
#include <ws_symbol_export.h>
#include <ws_version.h>

#include <epan/packet.h>

void proto_register_rstcause(void);
void proto_reg_handoff_rstcause(void);

WS_DLL_PUBLIC_DEF const gchar plugin_version[] = RSTCAUSE_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

/* 4.2 and later list what a plugin is; 1 is WS_PLUGIN_DESC_DISSECTOR. */
uint32_t
plugin_describe(void)
{
    return 1;
}

void
plugin_register(void)
{
    static proto_plugin plugin;

    plugin.register_protoinfo = proto_register_rstcause;
    plugin.register_handoff = proto_reg_handoff_rstcause;
    proto_register_plugin(&plugin);
}
