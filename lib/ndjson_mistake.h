/*
 * What people pass to the converters by mistake, recognised by its first
 * bytes, and the command that helps.
 */
#ifndef KIS_NDJSON_MISTAKE_H
#define KIS_NDJSON_MISTAKE_H

#include "lib/err.h"

#include <stddef.h>

/* If the n bytes at the start of a file are of another format than NDJSON, sets
 * err (65) and returns 1. file is its name, NULL for standard input. is_cut:
 * the first line is not NDJSON because it ends inside a value. */
int kis_ndjson_is_mistake(const char *p, size_t n, const char *file, int is_cut,
	struct kis_err *err);

/* The same for a response of the API, as 'kis-fetch --raw' writes it. Returns
 * -1. */
int kis_ndjson_is_response(const char *file, struct kis_err *err);

#endif
