/*
 * The token that kis-token printed, as kis-fetch receives it.
 */
#ifndef KIS_FETCH_TOKEN_H
#define KIS_FETCH_TOKEN_H

#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>

/* Reads the one token in the file (NULL or "-": stdin), blanks around it
 * taken off. Returns-owned, a secret; NULL with 66 when there is none, 65
 * when what is there is no token, 74 when it cannot be read. */
char *token_read(const char *path, int64_t deadline_ms,
	const struct kis_log *say, struct kis_err *err);

#endif
