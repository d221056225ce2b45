/*
 * Recognises input in a format other than NDJSON, which users may pass to
 * kis-tocsv or kis-toxlsx by mistake, and suggests a command that converts it.
 */
#ifndef KIS_NDJSON_MISTAKE_H
#define KIS_NDJSON_MISTAKE_H

#include "lib/err.h"

#include <stddef.h>

/* Checks the format of a file by its first n bytes, at p. If the file has a
 * known format other than NDJSON, sets err (65) and returns 1; otherwise
 * returns 0. file is the file's name, or NULL for standard input. is_cut is 1
 * if the first line is invalid because it ends within a value. */
int kis_ndjson_is_mistake(const char *p, size_t n, const char *file, int is_cut,
	struct kis_err *err);

/* Sets err (65) to report that the input is a response of the API, as
 * 'kis-fetch --raw' writes it. file is the file's name, or NULL for standard
 * input. Always returns -1. */
int kis_ndjson_is_response(const char *file, struct kis_err *err);

#endif
