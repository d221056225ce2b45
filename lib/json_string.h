/*
 * Strings of JSON text (RFC 8259, section 7): where they end, whether they are
 * valid, and what they mean.
 *
 * The text that is read is followed by a newline, at which every function
 * here stops, and by KIS_NDJSON_READ_PAST readable bytes (lib/ndjson.h).
 */
#ifndef KIS_JSON_STRING_H
#define KIS_JSON_STRING_H

#include "lib/vec16.h"

#include <stddef.h>

/* Why a string is invalid. */
enum kis_json_flaw {
	KIS_JSON_CUT,     /* it has no closing quote */
	KIS_JSON_CONTROL, /* a raw control character */
	KIS_JSON_ESCAPE,  /* no escape of JSON, or half a surrogate pair */
	KIS_JSON_NUL,     /* \u0000 */
	KIS_JSON_UTF8,    /* RFC 3629 does not allow the bytes */
};

/* Returns the length of the run of plain characters at p, at most 16: ASCII
 * without quote, backslash and control characters. */
static inline size_t kis_json_plain_bytes(const char *p)
{
	kis_vec16 word = kis_vec16_load(p);

	/* as signed numbers, bytes beyond ASCII are less than a space */
	return kis_vec16_first((kis_vec16)(word == KIS_VEC16_SPLAT('"')) |
			       (kis_vec16)(word == KIS_VEC16_SPLAT('\\')) |
			       (kis_vec16)(word < KIS_VEC16_SPLAT(' ')));
}

/* Returns the closing quote of the string that continues at p, and sets
 * *escaped if it has escapes. If the string is invalid, returns NULL and sets
 * *flaw and *flaw_at. */
const char *kis_json_string_end(const char *p, int *escaped,
	enum kis_json_flaw *flaw, const char **flaw_at);

/* Decodes the valid string contents from p to end into to, which may be p.
 * Returns the end of the decoded text, which is never longer. */
char *kis_json_decode(char *to, const char *p, const char *end);

/* Writes the valid JSON value from p to end into to, which may be p: without
 * whitespace between tokens, with no escapes but the necessary ones, numbers
 * as written. Returns the end, never beyond end. */
char *kis_json_compact_value(char *to, const char *p, const char *end);

#endif
