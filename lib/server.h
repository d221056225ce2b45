/*
 * Determines the server from the environment: KIS's own server, or the server
 * at KIS_BASE_URL. KIS_CACERT is the path of an additional CA file.
 */
#ifndef KIS_SERVER_H
#define KIS_SERVER_H

#include "lib/err.h"

/* Returns the address of the server as a new string, with the host name in
 * lower case and without a trailing slash; the caller frees it. Returns NULL
 * and sets err (78) if KIS_BASE_URL is not the https address of a server. */
char *kis_server_url(struct kis_err *err);

/* Sets *file to the path of the additional CA file, a new string that the
 * caller frees, or to NULL if KIS_CACERT is not set. Returns 0, or -1 and sets
 * err (78) if the file cannot be read or is not a regular file; *file is then
 * NULL. */
int kis_server_ca(char **file, struct kis_err *err);

enum { KIS_SERVER_NOTE = 128 }; /* buffer size for kis_server_note() */

/* Writes " (at HOST, set by KIS_BASE_URL)" to out if base_url is not the
 * address of KIS's own server, otherwise "". If base_url is NULL, writes "".
 * Returns out. */
const char *kis_server_note(const char *base_url, char out[KIS_SERVER_NOTE]);

#endif
