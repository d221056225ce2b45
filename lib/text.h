/*
 * Text as bytes of UTF-8: checking it, measuring it, making it safe to show.
 * Nothing here looks at the locale: cron's is C, and the answer must be the
 * same there.
 */
#ifndef KIS_TEXT_H
#define KIS_TEXT_H

#include "lib/buf.h"

#include <stddef.h>
#include <stdint.h>

/* 1 if all n bytes are printable ASCII and none is a blank: what keys, tokens
 * and addresses are made of. */
int kis_text_is_graphic(const char *p, size_t n);

/* Length of the valid UTF-8 at the start of p; n when all of it is. Overlong
 * forms, surrogates and values over U+10FFFF are invalid (RFC 3629). */
size_t kis_text_utf8_valid(const char *p, size_t n);

/* Takes one character from valid UTF-8 at *p, advances *p; *p < end. */
uint32_t kis_text_utf8_next(const char **p, const char *end);

/* Columns that valid UTF-8 takes on a terminal or, near enough, in a cell:
 * 2 for East Asian wide characters, 0 for combining ones, else 1. */
size_t kis_text_width(const char *p, size_t n);

/* Strips blanks (space, tab, CR, LF) and then one pair of surrounding quotes
 * with the blanks inside it: what a paste leaves around a key. In place;
 * returns s. */
char *kis_text_strip(char *s);

/* Bytes of the byte order mark at the start, which editors of Windows put
 * before UTF-8: 3 or 0. */
size_t kis_text_bom(const char *p, size_t n);

/* Narrows [*p, *p + *n) to what stands between blanks at both ends. */
void kis_text_trim(const char **p, size_t *n);

/* Appends text for a terminal: control characters (C0, DEL, C1), those that
 * turn the direction of writing or end a line, and bytes that are not UTF-8
 * as \xNN, so that what a server or a file says cannot drive the terminal. */
void kis_text_escape(struct kis_buf *out, const char *p, size_t n);

/* What becomes of a character that drives a terminal. */
enum kis_text_tame {
	KIS_TEXT_TAME_JSON = 1, /* \u escape: within JSON it means the same */
	KIS_TEXT_TAME_TEXT,     /* U+FFFD */
	KIS_TEXT_TAME_BYTES,    /* ?, in text of another encoding than UTF-8 */
};

/* Appends data for a terminal: as kis_text_escape(), but characters become what
 * how says, and those in keep (ASCII) stay. */
void kis_text_tame(struct kis_buf *out, const char *p, size_t n,
	enum kis_text_tame how, const char *keep);

#endif
