/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_MENUS_H
#define RSTCAUSE_MENUS_H

/* Registers what a right click on a reset offers under "Conversation Filter" (also in the Analyze
 * menu): its evidence, the resets of its endpoint, all resets with its cause; and the page of causes
 * under Tools, where it is installed. */
void menus_register(int proto);

#endif
