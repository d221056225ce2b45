/*
 * Which server is asked: KIS's own, or the one of KIS_BASE_URL with the CA
 * file of KIS_CACERT.
 */
#ifndef KIS_SERVER_H
#define KIS_SERVER_H

#include "lib/err.h"

/* Returns-owned "https://host:port" without a slash at the end; NULL and 78
 * for what is no such address or not https. */
char *kis_server_url(struct kis_err *err);

/* Sets *file to the further CA file, returns-owned, or NULL if there is none.
 * -1 and 78 when it cannot be read. */
int kis_server_ca(char **file, struct kis_err *err);

enum { KIS_SERVER_NOTE = 128 };

/* Writes " (at HOST, set by KIS_BASE_URL)" where the server is not KIS's own,
 * else "". Returns out. */
const char *kis_server_note(const char *base_url, char out[KIS_SERVER_NOTE]);

#endif
