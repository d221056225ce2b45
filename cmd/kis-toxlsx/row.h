/*
 * A row of a worksheet as XML (ECMA-376, 18.3.1.73 and 18.3.1.4), and text as
 * a cell can hold it.
 *
 * Cells are written as
 *
 *	<c s="7" r="D12"><v>81300</v></c>
 *	<c s="8" r="O12"><f>D12/N12-1</f><v>0.012</v></c>
 *	<c s="6" t="s" r="C12"><v>17</v></c>
 *	<c s="6" t="str" r="C12"><v>text</v></c>
 *	<c s="6" t="inlineStr" r="C13"><is><t>R&amp;D</t></is></c>
 *
 * The style before the place, and text as a value, make what repeats in a row
 * longer: the file is a fifteenth smaller, and faster made, than with
 * libxlsxwriter's order and inline strings, which Apple's Numbers does not
 * show.
 *
 * The texts of the first cells are in the library's table of shared strings
 * (t="s"), where all readers agree on line breaks, spaces and Excel's escapes;
 * it takes memory, so it has limits. Beyond them text is a value, and text
 * that cannot stand as it is goes to the table, and inline once that is full:
 * there openpyxl, for one, shows _x0001_.
 *
 * XML has no place for most control characters nor for U+FFFE and U+FFFF;
 * Excel's own way out is _xHHHH_ (ST_Xstring), and text that looks like such
 * an escape has its underscore escaped. CR LF becomes LF.
 */
#ifndef KIS_ROW_H
#define KIS_ROW_H

#include "cmd/kis-toxlsx/cell.h"
#include "lib/buf.h"
#include "lib/names.h"

#include <stddef.h>
#include <stdint.h>

/* Pieces of a cell, each copied whole, whatever of it is in use. */
enum {
	ROW_XML_BEGIN = 32,  /* </v></c><c s="123" t="str" r=" */
	ROW_XML_LETTERS = 4, /* XFD */
	ROW_XML_ROW = 16,    /* 1048576"><v> */
	ROW_XML_END = 8,     /* </v></c> */
};

/* The end of the cell before, which a row's first cell skips, and what a cell
 * begins with: one copy less than of each. */
struct row_xml_begin {
	char text[ROW_XML_BEGIN + ROW_XML_END];
	size_t len;
};

struct row_xml_letters {
	char text[ROW_XML_LETTERS];
	size_t len;
};

/* What of a text the library's table still takes. */
struct row_shared {
	lxw_sst *sst;           /* borrows; NULL: nothing is shared */
	struct kis_names texts; /* as they were read */
	uint32_t *index;        /* owned; of each in the table */
	size_t room;            /* of index */
	size_t cells;           /* that may have any text */
	size_t bytes;           /* of new texts */
	struct kis_buf escaped;
};

struct row_xml {
	/* by look and type: up to r=" */
	struct row_xml_begin begin[STYLE_COUNT][CELL_TYPES];
	struct row_xml_begin inlined[STYLE_COUNT]; /* the same for such text */
	struct row_xml_begin shared_[STYLE_COUNT];
	struct row_shared shared;
	struct row_xml_letters *letters; /* of each column so far; owned */
	size_t columns;
	char row[CELL_NUMBER_TEXT]; /* what stands behind the letters */
	size_t row_len;
};

/* styles must be numbered. sst is the workbook's table of shared strings. */
void row_xml_init(struct row_xml *x, const struct styles *styles, lxw_sst *sst);

/* Appends a row, count cells from the first column on; nothing if all are
 * empty. row counts from 0, as the library does. */
void row_xml_add(struct row_xml *x, struct kis_buf *out, lxw_row_t row,
	const struct cell *cells, size_t count);

void row_xml_release(struct row_xml *x);

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

/* Names: text of the input in the names of sheets, in headers and footers, and
 * in the file's properties. There Excel's escapes (row.h) are not decoded, so
 * characters that XML does not allow become _ instead. */

/* 1 if the character may be in a name: it is not a control character and
 * neither U+FFFE nor U+FFFF. */
int name_takes(uint32_t c);

/* Appends the text, valid UTF-8 and terminated, up to max_units of UTF-16 as
 * Excel counts; a character that is not allowed becomes _. */
void name_add(struct kis_buf *b, const char *text, size_t max_units);

/* Replaces the contents of b by n bytes of valid UTF-8 in lower case, since
 * Excel ignores case in names. Latin, Greek, Cyrillic and full-width letters,
 * one character for one; the locale does not matter. */
void name_fold(struct kis_buf *b, const char *text, size_t n);

#endif
