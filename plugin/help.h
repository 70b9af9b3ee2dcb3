/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RSTCAUSE_HELP_H
#define RSTCAUSE_HELP_H

/* URL of the page of causes (docs/causes.html), installed beside the plugin; NULL when it is not
 * there. A cause's part of it is "#reason". Lives as long as the process. */
const char *help_page(void);

#endif
