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
 * The style (s) precedes the reference (r), and text is written as a value
 * (t="str"), because a row then repeats longer strings, which compress better.
 * The file is 7% smaller than with libxlsxwriter's order and inline strings,
 * and faster to write. Also, Apple's Numbers does not show inline strings.
 *
 * The texts of the first cells are added to libxlsxwriter's table of shared
 * strings (t="s"), where all readers agree on line breaks, spaces and Excel's
 * escapes. The size of the table is limited, because the table uses memory.
 * Beyond the limit, text without escapes is written as a value. Text that needs
 * escapes is added to a reserved part of the table. If that part is full, the
 * text is written inline, where some readers (openpyxl) show _x0001_ unchanged.
 *
 * XML does not allow most control characters, U+FFFE and U+FFFF. Excel writes
 * these characters as _xHHHH_ (ST_Xstring); in text that looks like such an
 * escape, the underscore is escaped. CR LF becomes LF.
 */
#ifndef KIS_ROW_H
#define KIS_ROW_H

#include "cmd/kis-toxlsx/cell.h"
#include "lib/buf.h"
#include "lib/names.h"

#include <stddef.h>
#include <stdint.h>

/* Sizes, in bytes, of the buffers for the pieces of a cell's XML. A buffer is
 * always copied at full size, which is faster; the write position then advances
 * by the length of the piece. */
enum {
	/* longest start of a cell: </v></c><c s="123" t="str" r=" */
	ROW_XML_BEGIN = 32,
	ROW_XML_LETTERS = 4, /* longest column letters: XFD */
	ROW_XML_ROW = 16,    /* longest row number: 1048576"><v> */
	ROW_XML_END = 8,     /* end tags of a cell: </v></c> */
};

/* The end tags of the previous cell and the start of the current cell, joined
 * so that one copy writes both. For the first cell of a row, the end tags are
 * skipped. */
struct row_xml_begin {
	char text[ROW_XML_BEGIN + ROW_XML_END];
	size_t len;
};

struct row_xml_letters {
	char text[ROW_XML_LETTERS];
	size_t len;
};

/* libxlsxwriter's table of shared strings, and the amount of text that may
 * still be added to the table. */
struct row_shared {
	lxw_sst *sst;           /* borrowed; NULL if no text is shared */
	struct kis_names texts; /* texts in the table, before escaping */
	/* owned; for each text in `texts`, its index in the table */
	uint32_t *index;
	size_t room; /* number of allocated entries of index */
	/* number of further cells whose text is shared even if the text needs
	 * no escape */
	size_t cells;
	/* number of bytes of the table that new texts may still use */
	size_t bytes;
	struct kis_buf escaped;
};

struct row_xml {
	/* Pieces that end with `r="`, indexed by style and type of the cell. */
	struct row_xml_begin begin[STYLE_COUNT][CELL_TYPES];
	/* pieces of inline strings (t="inlineStr"), indexed by style */
	struct row_xml_begin inlined[STYLE_COUNT];
	struct row_xml_begin shared_[STYLE_COUNT];
	struct row_shared shared;
	/* owned; letters of each column that occurred so far */
	struct row_xml_letters *letters;
	size_t columns;
	/* number of the current row, followed by `"><v>` */
	char row[CELL_NUMBER_TEXT];
	size_t row_len;
};

/* Initialises x. styles must be numbered with styles_number() and are read only
 * during this call. Borrows sst, the workbook's table of shared strings, until
 * row_xml_release(); if sst is NULL, no text is shared. */
void row_xml_init(struct row_xml *x, const struct styles *styles, lxw_sst *sst);

/* Appends a row of count cells, starting at the first column. Appends nothing
 * if all cells are empty. row counts from 0, as in libxlsxwriter. */
void row_xml_add(struct row_xml *x, struct kis_buf *out, lxw_row_t row,
	const struct cell *cells, size_t count);

/* Frees the memory of x. */
void row_xml_release(struct row_xml *x);

enum {
	/* maximum length of a cell's text, in UTF-16 units */
	CELL_TEXT_MAX_UNITS = 32767,
	/* Text of at most this number of bytes always fits into a cell:
	 * escaping one byte yields at most 7 characters, as in _x0001_. */
	CELL_TEXT_SURE_BYTES = CELL_TEXT_MAX_UNITS / 7,
};

/* Replaces the contents of out with the escaped form of the n bytes at p, and
 * appends a NUL. The n bytes must be valid UTF-8 without NUL. */
void cell_text_set(struct kis_buf *out, const char *p, size_t n);

/* Appends the escaped form of the n bytes at p as XML: &, < and > also become
 * entities. */
void cell_text_add_xml(struct kis_buf *out, const char *p, size_t n);

/* Copies the n bytes of text at p to `to` and returns n. Returns 0 if the text
 * may need an escape in XML; the contents of `to` are then undefined. The check
 * is coarse: every text with _ or the byte 0xEF yields 0. n must not be 0.
 * Copies in steps of KIS_VEC16_BYTES: `to` must have space for a complete last
 * step, and p must be readable to the end of that step. */
size_t cell_text_copy_plain(char *to, const char *p, size_t n);

/* Returns 1 if the text fits into a cell: it has at most CELL_TEXT_MAX_UNITS
 * UTF-16 units. An escaped character counts as all characters of its escape (7
 * for _x0001_), as in libxlsxwriter. */
int cell_text_fits(const char *p, size_t n);

/* The next three functions handle names: text in sheet names, in headers and
 * footers, and in the file's properties. Excel does not decode escapes
 * (_xHHHH_) in names, so characters that XML does not allow become _
 * instead. */

/* Returns 1 if a name may contain the character c: it is not an ASCII control
 * character, U+FFFE or U+FFFF. */
int name_takes(uint32_t c);

/* Appends at most max_units UTF-16 units of the text, which is valid UTF-8 and
 * NUL-terminated. Writes _ in place of each ASCII control character, U+FFFE and
 * U+FFFF. Does not replace the characters []:*?/\, which are forbidden only in
 * sheet names. */
void name_add(struct kis_buf *b, const char *text, size_t max_units);

/* Replaces the contents of b with the n bytes of valid UTF-8, converted to
 * lower case, for comparisons, because Excel ignores case in names. Converts
 * Latin, Greek, Cyrillic and full-width letters, each to one letter. The result
 * does not depend on the locale. */
void name_fold(struct kis_buf *b, const char *text, size_t n);

#endif
