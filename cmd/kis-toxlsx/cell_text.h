/*
 * Text as a cell can hold it.
 *
 * A workbook is XML, which has no place for most control characters nor for
 * U+FFFE and U+FFFF; Excel's own way out is _xHHHH_ (ECMA-376, ST_Xstring),
 * and text that looks like such an escape has its underscore escaped.
 */
#ifndef KIS_CELL_TEXT_H
#define KIS_CELL_TEXT_H

#include "lib/buf.h"

#include <stddef.h>

enum {
	CELL_TEXT_MAX_UNITS = 32767, /* of one cell, counted in UTF-16 */
	CELL_TEXT_SURE_BYTES = CELL_TEXT_MAX_UNITS / 7, /* that fit always:
				one byte becomes 7 at most, as _x0001_ */
};

/* Replaces what out holds by the text, escaped; a terminated string. The
 * text is valid UTF-8 without NUL. */
void cell_text_set(struct kis_buf *out, const char *p, size_t n);

/* Appends the same as XML, & < > as entities too. */
void cell_text_add_xml(struct kis_buf *out, const char *p, size_t n);

/* Copies the text if it stands for itself in XML and returns n, else 0; in
 * steps of a machine word, for which there is room in to and which may be
 * read behind p. n is not 0. */
size_t cell_text_copy_plain(char *to, const char *p, size_t n);

/* 1 if a cell can hold the text: it is at most CELL_TEXT_MAX_UNITS long,
 * escapes counted as written, since the library counts them so. */
int cell_text_fits(const char *p, size_t n);

#endif
