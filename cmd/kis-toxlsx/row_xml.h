/*
 * A row of a worksheet as XML (ECMA-376, 18.3.1.73 and 18.3.1.4).
 *
 * Cells are written as
 *
 *	<c s="7" r="D12"><v>81300</v></c>
 *	<c s="6" t="str" r="C12"><v>text</v></c>
 *
 *	<c s="6" t="inlineStr" r="C13"><is><t>R&amp;D</t></is></c>
 *
 * The style before the place, and text as a value, make what repeats in a row
 * longer: the file is a fifteenth smaller, and faster made, than with
 * libxlsxwriter's order and inline strings, which Apple's Numbers, besides,
 * does not show. Text that cannot stand as it is goes inline all the same:
 * there readers agree on line breaks and blanks, in a value they do not. On
 * Excel's escapes they agree nowhere but in the table of shared strings, which
 * long input has no memory for: openpyxl, for one, shows _x0001_ here.
 */
#ifndef KIS_ROW_XML_H
#define KIS_ROW_XML_H

#include "cmd/kis-toxlsx/cell.h"
#include "lib/buf.h"

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

struct row_xml {
	/* by look and type: up to r=" */
	struct row_xml_begin begin[STYLE_COUNT][CELL_BOOL + 1];
	struct row_xml_begin
		inlined[STYLE_COUNT];    /* the same for escaped text */
	struct row_xml_letters *letters; /* of each column so far; owned */
	size_t columns;
	char row[CELL_NUMBER_TEXT]; /* what stands behind the letters */
	size_t row_len;
};

/* styles must be numbered. */
void row_xml_init(struct row_xml *x, const struct styles *styles);

/* Appends a row, count cells from the first column on; nothing if all are
 * empty. row counts from 0, as the library does. */
void row_xml_add(struct row_xml *x, struct kis_buf *out, lxw_row_t row,
	const struct cell *cells, size_t count);

void row_xml_release(struct row_xml *x);

#endif
