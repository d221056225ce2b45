/*
 * Small whole JSON documents, strictly: credentials, the cache, the server's
 * answers. Duplicate members are refused. Memory that jansson frees is wiped
 * first, because tokens and secrets pass through it, and memory that it does
 * not get ends the process (71).
 */
#ifndef KIS_JSON_H
#define KIS_JSON_H

#include "lib/buf.h"
#include "lib/err.h"

#include <jansson.h>
#include <stddef.h>

/* Parses n bytes that must be one JSON value and nothing else. On failure
 * NULL and err (with code) saying line and column, never the text itself:
 * it may be a secret. Text of so many values that they would take more than
 * 24 MiB is refused, and so are numbers beyond jansson's range. Returns-owned
 * (json_decref). */
json_t *kis_json_parse(const char *p, size_t n, int code, struct kis_err *err);

/* The same for a document whose numbers nobody here reads: one beyond jansson's
 * range becomes 0; kis_json_raw() has its digits. */
json_t *kis_json_parse_foreign(
	const char *p, size_t n, int code, struct kis_err *err);

/* Appends a value of a document that kis_json_parse() has accepted, as compact
 * JSON, digits and escapes as they were written. The value is found by depth
 * steps from the document's own: each is the index, from 0, of a member or an
 * element, which must exist. */
void kis_json_raw(struct kis_buf *out, const char *text, size_t n,
	const size_t *path, size_t depth);

/* 1 if n bytes begin a JSON value and end before its end; 0 if there are too
 * many values to tell. */
int kis_json_is_cut(const char *p, size_t n);

/* The value as text, returns-owned; takes value. NULL without memory. What
 * both held is wiped, so the caller frees the text by kis_mem_free_secret(). */
char *kis_json_dump(json_t *value, size_t flags);

/* The member's text; NULL if it is missing or no string. Borrowed from obj. */
const char *kis_json_text(const json_t *obj, const char *key);

#endif
