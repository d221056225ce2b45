/*
 * Parses and writes small JSON documents: credentials, token cache, responses
 * of the server.
 *
 * Duplicate names are rejected. jansson's memory may contain tokens and
 * secrets, so it is wiped before it is freed. If memory runs out, the process
 * exits (71).
 */
#ifndef KIS_JSON_H
#define KIS_JSON_H

#include "lib/buf.h"
#include "lib/err.h"

#include <jansson.h>
#include <stddef.h>

/* Parses n bytes that must be exactly one JSON object or array. Returns a new
 * value; the caller calls json_decref(). Returns NULL and sets err, with code
 * as the exit status, if the text is invalid, has a number beyond jansson's
 * range, or would need more than 24 MiB of memory. The message may contain a
 * line and column number, but never quotes the text, which may be a secret. */
json_t *kis_json_parse(const char *p, size_t n, int code, struct kis_err *err);

/* Like kis_json_parse(), but accepts numbers beyond jansson's range. If the
 * text has such a number, each number of more than 18 characters or with an
 * exponent becomes 0. kis_json_walk_next() still returns all numbers as
 * written. */
json_t *kis_json_parse_foreign(
	const char *p, size_t n, int code, struct kis_err *err);

/* An iterator over the values of an object or array. kis_json_walk_next()
 * returns the text of each value. The document must have been accepted by
 * kis_json_parse() or kis_json_parse_foreign(). The order is that of jansson's
 * own iteration. */
struct kis_json_walk {
	const char *at, *end; /* borrowed; start and end of the unread text */
	int is_object;
};

/* Starts iterating over the object or array in the n bytes at p. Borrows p
 * while w is used. */
void kis_json_walk(struct kis_json_walk *w, const char *p, size_t n);

/* Returns the text of the next value, borrowed from the document, and sets *len
 * to its length in bytes. Returns NULL after the last value. */
const char *kis_json_walk_next(struct kis_json_walk *w, size_t *len);

/* Appends the JSON value of n bytes at p to out, without the whitespace between
 * tokens. Numbers and escapes are unchanged. */
void kis_json_compact(struct kis_buf *out, const char *p, size_t n);

/* Returns 1 if the n bytes at p are truncated: they begin with an object, array
 * or string, after optional whitespace, and end before that value is closed.
 * Does not check that the bytes are valid JSON. */
int kis_json_is_cut(const char *p, size_t n);

/* Returns value as new JSON text; the caller frees it with
 * kis_mem_free_secret(), because the text may contain secrets. Takes ownership
 * of value. flags are those of json_dumps(). Returns NULL if value is NULL or
 * cannot be written with these flags. */
char *kis_json_dump(json_t *value, size_t flags);

/* Returns the string value of the field called key, borrowed from obj, or NULL
 * if the field is missing or not a string. */
const char *kis_json_text(const json_t *obj, const char *key);

#endif
