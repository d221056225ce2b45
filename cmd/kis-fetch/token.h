/*
 * Reads the access token that kis-token printed.
 */
#ifndef KIS_FETCH_TOKEN_H
#define KIS_FETCH_TOKEN_H

#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>

/* Reads the token in the file at path and removes the whitespace around it. If
 * path is NULL or "-", reads standard input without a deadline. Warns if other
 * users can read the file. Returns a new string; the caller frees it with
 * kis_mem_free_secret(). Returns NULL and sets err: 65 if the token is invalid,
 * 66 if the file cannot be opened or contains no token, 74 if reading fails, or
 * 75 if a FIFO has sent no token by deadline_ms. */
char *token_read(const char *path, int64_t deadline_ms,
	const struct kis_log *logger, struct kis_err *err);

#endif
