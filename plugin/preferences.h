/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_PREFERENCES_H
#define RSTCAUSE_PREFERENCES_H

#include <stdbool.h>

#include "rstcause.h"

/* Registers the preferences of protocol `proto`. A value out of range is refused with a message
 * and the value before it stays; a change makes Wireshark analyse the capture again. */
void preferences_register(int proto);

/* The settings in force: always in range. */
rstcause_settings preferences_settings(void);
bool preferences_info_column(void);

#endif
