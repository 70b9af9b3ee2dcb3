// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>

#include <lwip/netif.h>

/// Ethernet on a device, for lwIP. (The library's own tapif.c configures the kernel's end by
/// commands of its own, and knows one device.)
///
/// Opens the device: by a packet socket where it is an interface that exists (its own MAC address),
/// else as a TAP (the kernel's end has the device's address, ours another). Throws
/// std::system_error.
int open_link(const std::string& device);

/// The `init` of netif_add(); `netif->state` points to the file descriptor.
err_t init_link(netif* link);

/// Hands every frame that comes to lwIP, until the device is gone.
void receive_frames(netif* link);
