/*
 * Writes a row of a worksheet as XML (ECMA-376, 18.3.1.73 and 18.3.1.4), and
 * escapes text for cells.
 *
 * The forms of a cell:
 *
 *	<c s="7" r="D12"><v>81300</v></c>
 *	<c s="8" r="O12"><f>D12/N12-1</f><v>0.012</v></c>
 *	<c s="6" t="s" r="C12"><v>17</v></c>
 *	<c s="6" t="str" r="C12"><v>text</v></c>
 *	<c s="6" t="inlineStr" r="C13"><is><t>R&amp;D</t></is></c>
 *
 * The style precedes the reference, and text is written as a value, because
 * the repeated strings of a row are longer then. The file becomes 7 % smaller
 * and faster to write than with libxlsxwriter's order and inline strings.
 * Apple's Numbers does not show inline strings.
 *
 * The texts of the first cells go to the library's table of shared strings
 * (t="s"), where all readers agree on line breaks, spaces and Excel's escapes.
 * The table uses memory, so it has limits. Beyond them, plain text is written
 * as a value. Text that needs escapes goes to a reserved part of the table and,
 * once that is full, inline, where some readers (openpyxl) show _x0001_ as is.
 *
 * XML does not allow most control characters, U+FFFE and U+FFFF. Excel writes
 * them as _xHHHH_ (ST_Xstring); in text that looks like such an escape, the
 * underscore is escaped. CR LF becomes LF.
 */
#ifndef KIS_ROW_H
#define KIS_ROW_H

#include "cmd/kis-toxlsx/cell.h"
#include "lib/buf.h"
#include "lib/names.h"

#include <stddef.h>
#include <stdint.h>

/* Sizes of the pieces of a cell's XML. A piece is always copied at full size,
 * which is faster, and then advanced by its length. */
enum {
	ROW_XML_BEGIN = 32,  /* </v></c><c s="123" t="str" r=" */
	ROW_XML_LETTERS = 4, /* XFD, the last column */
	ROW_XML_ROW = 16,    /* 1048576"><v> */
	ROW_XML_END = 8,     /* </v></c> */
};

/* The end of the previous cell and the start of this one, joined to save a
 * copy. The first cell of a row skips the end. */
struct row_xml_begin {
	char text[ROW_XML_BEGIN + ROW_XML_END];
	size_t len;
};

struct row_xml_letters {
	char text[ROW_XML_LETTERS];
	size_t len;
};

/* The library's table of shared strings, and how much text it may still
 * take. */
struct row_shared {
	lxw_sst *sst;           /* borrowed; NULL: share nothing */
	struct kis_names texts; /* texts in the table, as read */
	uint32_t *index;        /* owned; index of each in the table */
	size_t room;            /* allocated size of index */
	size_t cells;           /* cells left whose text is always shared */
	size_t bytes;           /* bytes left for new texts */
	struct kis_buf escaped;
};

struct row_xml {
	/* Indexed by style and cell type; up to r=". */
	struct row_xml_begin begin[STYLE_COUNT][CELL_TYPES];
	struct row_xml_begin inlined[STYLE_COUNT]; /* for inlineStr */
	struct row_xml_begin shared_[STYLE_COUNT];
	struct row_shared shared;
	struct row_xml_letters *letters; /* owned; of each column so far */
	size_t columns;
	char row[CELL_NUMBER_TEXT]; /* row number and "><v> */
	size_t row_len;
};

/* styles must be numbered with styles_number(). sst is the workbook's table of
 * shared strings. Borrows sst. */
void row_xml_init(struct row_xml *x, const struct styles *styles, lxw_sst *sst);

/* Appends a row of count cells, starting at the first column; nothing if all
 * cells are empty. row counts from 0, as in the library. */
void row_xml_add(struct row_xml *x, struct kis_buf *out, lxw_row_t row,
	const struct cell *cells, size_t count);

void row_xml_release(struct row_xml *x);

enum {
	CELL_TEXT_MAX_UNITS = 32767, /* per cell, in UTF-16 units */
	/* Text of this size always fits: one byte becomes at most 7, as in
	 * _x0001_. */
	CELL_TEXT_SURE_BYTES = CELL_TEXT_MAX_UNITS / 7,
};

/* Replaces the contents of out by the escaped text, NUL-terminated. The text is
 * valid UTF-8 without NUL. */
void cell_text_set(struct kis_buf *out, const char *p, size_t n);

/* Appends the escaped text as XML; &, < and > become entities. */
void cell_text_add_xml(struct kis_buf *out, const char *p, size_t n);

/* Copies the text to `to` and returns n if it needs no escape in XML; otherwise
 * returns 0. n is not 0. Works in steps of KIS_VEC16_BYTES: `to` must have room
 * for a full last step, and p must be readable as far. */
size_t cell_text_copy_plain(char *to, const char *p, size_t n);

/* Returns 1 if the text fits into a cell: at most CELL_TEXT_MAX_UNITS long.
 * Counts escapes at their written length, as the library does. */
int cell_text_fits(const char *p, size_t n);

/* Names: input text in sheet names, in headers and footers, and in the file's
 * properties. Excel does not decode its escapes (_xHHHH_) there, so characters
 * that XML does not allow become _ instead. */

/* Returns 1 if a name may contain the character: not an ASCII control
 * character, U+FFFE or U+FFFF. */
int name_takes(uint32_t c);

/* Appends at most max_units UTF-16 units of the text, which is valid UTF-8 and
 * NUL-terminated. Replaces characters that a name must not contain by _. */
void name_add(struct kis_buf *b, const char *text, size_t max_units);

/* Replaces the contents of b by the n bytes of valid UTF-8 in lower case, for
 * comparisons: Excel ignores case in names. Folds Latin, Greek, Cyrillic and
 * full-width letters, one character to one. Independent of the locale. */
void name_fold(struct kis_buf *b, const char *text, size_t n);

#endif
