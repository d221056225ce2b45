/*
 * Parses and writes small JSON documents: credentials, token cache, responses
 * of the server.
 *
 * Duplicate names are rejected. Memory that jansson frees is wiped first,
 * because tokens and secrets pass through it. If memory runs out, the process
 * exits (71).
 */
#ifndef KIS_JSON_H
#define KIS_JSON_H

#include "lib/buf.h"
#include "lib/err.h"

#include <jansson.h>
#include <stddef.h>

/* Parses n bytes that must be exactly one JSON value. Returns a new value; the
 * caller calls json_decref(). Returns NULL and sets err (code) if the text is
 * invalid, has a number beyond jansson's range, or would need more than 24 MiB
 * of memory. The message gives line and column but never quotes the text, which
 * may be a secret. */
json_t *kis_json_parse(const char *p, size_t n, int code, struct kis_err *err);

/* Like kis_json_parse(), but a number beyond jansson's range becomes 0, for
 * documents whose numbers are not used as such. kis_json_walk_next() returns
 * the digits as written. */
json_t *kis_json_parse_foreign(
	const char *p, size_t n, int code, struct kis_err *err);

/* An iterator over the values of an object or array as they are written. The
 * document must have been accepted by kis_json_parse() or
 * kis_json_parse_foreign(). The order is that of jansson's own iteration. */
struct kis_json_walk {
	const char *at, *end; /* borrowed: the document */
	int is_object;
};

/* Starts at the object or array in the n bytes at p. Borrows p while w is used.
 */
void kis_json_walk(struct kis_json_walk *w, const char *p, size_t n);

/* Returns the next value and sets *len, or NULL after the last. Borrowed from
 * the document. */
const char *kis_json_walk_next(struct kis_json_walk *w, size_t *len);

/* Appends a JSON value without the whitespace between tokens. Numbers and
 * escapes are unchanged. */
void kis_json_compact(struct kis_buf *out, const char *p, size_t n);

/* Returns 1 if the n bytes begin with an object, array or string and end before
 * it is closed. Does not check that they are valid JSON. */
int kis_json_is_cut(const char *p, size_t n);

/* Returns the new text of value; the caller frees it with
 * kis_mem_free_secret(), because it may contain secrets. Takes ownership of
 * value. Returns NULL if value is NULL or cannot be written with these flags.
 */
char *kis_json_dump(json_t *value, size_t flags);

/* Returns the string value of the field key, borrowed from obj, or NULL if it
 * is missing or not a string. */
const char *kis_json_text(const json_t *obj, const char *key);

#endif
