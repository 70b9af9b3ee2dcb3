/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* dladdr */

#include "help.h"

#include <stdbool.h>

#include <glib.h>

#ifdef G_OS_UNIX
#include <dlfcn.h>

static char *
find_page(void)
{
    Dl_info self;
    char *folder, *file, *url = NULL;

    if (!dladdr((const void *)&help_page, &self))
        return NULL;
    folder = g_path_get_dirname(self.dli_fname);
    file = g_build_filename(folder, "rstcause.html", NULL);
    if (g_file_test(file, G_FILE_TEST_IS_REGULAR))
        url = g_filename_to_uri(file, NULL, NULL); /* NULL for a relative path */
    g_free(file);
    g_free(folder);
    return url;
}

const char *
help_page(void)
{
    static char *url;
    static bool searched;

    if (!searched) {
        url = find_page();
        searched = true;
    }
    return url;
}
#else
const char *
help_page(void)
{
    return NULL;
}
#endif
