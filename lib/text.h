/*
 * Validates and measures UTF-8 text, and replaces characters that are not safe
 * to print. The locale does not affect these functions, because cron jobs,
 * which run in the C locale, must have the same results as other runs.
 */
#ifndef KIS_TEXT_H
#define KIS_TEXT_H

#include "lib/buf.h"

#include <stddef.h>
#include <stdint.h>

/* Returns 1 if all n bytes are printable ASCII other than the space, as
 * required in credentials, tokens and addresses. */
int kis_text_is_graphic(const char *p, size_t n);

/* Returns the number of bytes at p, up to n, before the first byte that is not
 * valid UTF-8; n if all are valid. Overlong forms, surrogates and values over
 * U+10FFFF are invalid (RFC 3629). */
size_t kis_text_utf8_valid(const char *p, size_t n);

/* Returns the code point of the character at *p and moves *p after the
 * character. The text up to end must be valid UTF-8 and not empty. */
uint32_t kis_text_utf8_next(const char **p, const char *end);

/* Returns the number of terminal columns of the valid UTF-8 text of n bytes at
 * p: 2 for each East Asian wide character, 0 for a combining character,
 * otherwise 1. This is also close to the width in a spreadsheet cell. */
size_t kis_text_width(const char *p, size_t n);

/* Removes surrounding whitespace (space, tab, CR, LF), then one pair of
 * surrounding quotes and the whitespace next to them. Pasting may add these
 * characters to a credential. Changes s in place and returns s. */
char *kis_text_strip(char *s);

/* Returns 3, the length of a byte order mark, if the text begins with one,
 * otherwise 0. Windows editors write a byte order mark before UTF-8 text. */
size_t kis_text_bom(const char *p, size_t n);

/* Returns 1 if the text is UTF-16. Detects it by its byte order mark, or by a
 * NUL in one of the first two bytes: in UTF-16, one of the two bytes of an
 * ASCII character is NUL. */
int kis_text_is_utf16(const char *p, size_t n);

/* Returns 1 if the n bytes at p contain the secret, which may be NULL. A secret
 * of less than 16 bytes is not searched for: such a text could be there by
 * chance. */
int kis_text_has_secret(const char *p, size_t n, const char *secret);

/* Moves *p and reduces *n to exclude whitespace at both ends of the text. */
void kis_text_trim(const char **p, size_t *n);

/* Appends text to out so that it cannot control a terminal: control characters
 * (C0, DEL, C1), characters that end a line or change the direction of text,
 * and invalid UTF-8 are written as \xNN for each byte. */
void kis_text_escape(struct kis_buf *out, const char *p, size_t n);

/* The replacement of a character that controls a terminal. */
enum kis_text_tame {
	KIS_TEXT_TAME_JSON = 1, /* \u escape, which is equivalent in JSON */
	KIS_TEXT_TAME_TEXT,     /* U+FFFD (replacement character) */
	/* "?"; bytes over 0x7F are kept, because the text is not UTF-8 */
	KIS_TEXT_TAME_BYTES,
};

/* Like kis_text_escape(), but does not replace the ASCII characters in the
 * string keep. The argument "how" selects the replacement. */
void kis_text_tame(struct kis_buf *out, const char *p, size_t n,
	enum kis_text_tame how, const char *keep);

#endif
