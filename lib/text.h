/*
 * Validates and measures UTF-8 text, and makes it safe to print. The locale is
 * never used, because cron jobs run in the C locale and must have the same
 * results.
 */
#ifndef KIS_TEXT_H
#define KIS_TEXT_H

#include "lib/buf.h"

#include <stddef.h>
#include <stdint.h>

/* Returns 1 if all n bytes are printable ASCII other than the space, as in
 * credentials, tokens and addresses. */
int kis_text_is_graphic(const char *p, size_t n);

/* Returns the length of the valid UTF-8 at the start of p; n if all of it is
 * valid. Overlong forms, surrogates and values over U+10FFFF are invalid (RFC
 * 3629). */
size_t kis_text_utf8_valid(const char *p, size_t n);

/* Returns the character at *p and moves *p after it. The text up to end must be
 * valid UTF-8 and not empty. */
uint32_t kis_text_utf8_next(const char **p, const char *end);

/* Returns the number of terminal columns of valid UTF-8, which is also close to
 * the width in a spreadsheet cell: 2 for East Asian wide characters, 0 for
 * combining characters, otherwise 1. */
size_t kis_text_width(const char *p, size_t n);

/* Removes surrounding whitespace (space, tab, CR, LF), then one pair of quotes
 * and the whitespace inside it, which pasting may add to a credential. Changes
 * s in place and returns it. */
char *kis_text_strip(char *s);

/* Returns the length of the byte order mark at the start, 3 or 0. Windows
 * editors write one before UTF-8 text. */
size_t kis_text_bom(const char *p, size_t n);

/* Narrows the text to exclude whitespace at both ends. */
void kis_text_trim(const char **p, size_t *n);

/* Appends text so that it cannot control a terminal: control characters (C0,
 * DEL, C1), characters that end a line or change the direction of text, and
 * invalid UTF-8 are written as \xNN for each byte. */
void kis_text_escape(struct kis_buf *out, const char *p, size_t n);

/* What replaces a character that controls a terminal. */
enum kis_text_tame {
	KIS_TEXT_TAME_JSON = 1, /* \u escape, which is equivalent in JSON */
	KIS_TEXT_TAME_TEXT,     /* U+FFFD */
	KIS_TEXT_TAME_BYTES,    /* ?, for another encoding than UTF-8 */
};

/* Like kis_text_escape(), but how selects what replaces a character, and the
 * characters in keep (ASCII) are not replaced. */
void kis_text_tame(struct kis_buf *out, const char *p, size_t n,
	enum kis_text_tame how, const char *keep);

#endif
