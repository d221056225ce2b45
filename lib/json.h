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
 * range becomes 0; the walk below has its digits. */
json_t *kis_json_parse_foreign(
	const char *p, size_t n, int code, struct kis_err *err);

/* Walks the values of an object or array as they are written, in a document
 * that kis_json_parse() or kis_json_parse_foreign() has accepted: in the order
 * of jansson's own iteration. */
struct kis_json_walk {
	const char *at, *end; /* borrows the document */
	int is_object;
};

/* Starts at the object or array that is n bytes at p. */
void kis_json_walk(struct kis_json_walk *w, const char *p, size_t n);

/* Returns the next value, len bytes, borrowed; NULL after the last. */
const char *kis_json_walk_next(struct kis_json_walk *w, size_t *len);

/* Appends a value without the whitespace between its tokens; digits and escapes
 * stay as they are written. */
void kis_json_compact(struct kis_buf *out, const char *p, size_t n);

/* 1 if n bytes begin with an object, an array or a string and end before its
 * end. Whether they are JSON up to there is not looked at. */
int kis_json_is_cut(const char *p, size_t n);

/* The value as text, returns-owned; takes value. NULL without memory. What
 * both held is wiped, so the caller frees the text by kis_mem_free_secret(). */
char *kis_json_dump(json_t *value, size_t flags);

/* The member's text; NULL if it is missing or no string. Borrowed from obj. */
const char *kis_json_text(const json_t *obj, const char *key);

#endif
