/*
 * Text of the input where it is a name or stands on a page: in the names of
 * sheets, in headers and footers, in the file's properties. There Excel's
 * escapes (cell_text.h) are not undone, so what XML has no place for becomes
 * _ instead.
 */
#ifndef KIS_NAME_H
#define KIS_NAME_H

#include "lib/buf.h"

#include <stdint.h>

/* 1 if the character may stand in a name: it is no control character and
 * neither U+FFFE nor U+FFFF. */
int name_takes(uint32_t c);

/* Appends the text, valid UTF-8 and terminated, up to max_units of UTF-16 as
 * Excel counts; what may not stand becomes _. */
void name_add(struct kis_buf *b, const char *text, size_t max_units);

/* Replaces what b holds by n bytes of valid UTF-8 in lower case: what Excel
 * takes for one name, whatever the case, has one form. Latin, Greek, Cyrillic
 * and full-width letters, one character for one; the locale is not asked. */
void name_fold(struct kis_buf *b, const char *text, size_t n);

#endif
