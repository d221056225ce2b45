/*
 * Validates and decodes strings in JSON text (RFC 8259, section 7).
 *
 * The text must end with a newline, followed by KIS_NDJSON_READ_PAST
 * (lib/ndjson.h) more readable bytes. The functions may read these bytes but do
 * not parse them.
 */
#ifndef KIS_JSON_STRING_H
#define KIS_JSON_STRING_H

#include "lib/vec16.h"

#include <stddef.h>

/* The reason why a string is invalid. */
enum kis_json_flaw {
	KIS_JSON_CUT,     /* no closing quote before the newline */
	KIS_JSON_CONTROL, /* an unescaped control character */
	KIS_JSON_ESCAPE,  /* invalid escape or half a surrogate pair */
	KIS_JSON_NUL,     /* \u0000 */
	KIS_JSON_UTF8,    /* invalid UTF-8 (RFC 3629) */
};

/* Returns the number of plain characters at p, up to the first character that
 * is not plain, at most 16. A plain character is ASCII other than a quote, a
 * backslash or a control character. */
static inline size_t kis_json_plain_bytes(const char *p)
{
	kis_vec16 word = kis_vec16_load(p);

	/* The comparison with a space also finds non-ASCII characters, because
	 * their bytes are negative as signed numbers. */
	return kis_vec16_first((kis_vec16)(word == KIS_VEC16_SPLAT('"')) |
			       (kis_vec16)(word == KIS_VEC16_SPLAT('\\')) |
			       (kis_vec16)(word < KIS_VEC16_SPLAT(' ')));
}

/* Finds the end of the string that contains p. p must point to the start of a
 * character or escape, or to the closing quote. Returns the closing quote. Sets
 * *escaped to 1 if there is an escape at or after p, otherwise leaves it
 * unchanged. If the string is invalid, returns NULL and sets *flaw to the
 * reason and *flaw_at to the position of the error. If the string is valid,
 * *flaw and *flaw_at may still be changed. */
const char *kis_json_string_end(const char *p, int *escaped,
	enum kis_json_flaw *flaw, const char **flaw_at);

/* Decodes the valid string contents from p to end and writes the result at to,
 * which may equal p. Returns the end of the result, which is never longer than
 * the source. */
char *kis_json_decode(char *to, const char *p, const char *end);

/* Writes the valid JSON value from p to end at to, which may equal p. Removes
 * whitespace between tokens and unnecessary escapes; numbers are unchanged.
 * Returns the end of the result, which is never longer than the source. */
char *kis_json_compact_value(char *to, const char *p, const char *end);

#endif
