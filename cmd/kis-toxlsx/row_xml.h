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

enum { ROW_XML_PIECE = 32 }; /* copied whole, whatever is in use of it */

struct row_xml_piece {
	char text[ROW_XML_PIECE];
	size_t len;
};

struct row_xml {
	/* what a cell begins with, by look and type: up to r=" */
	struct row_xml_piece begin[STYLE_COUNT][CELL_BOOL + 1];
	struct row_xml_piece
		inlined[STYLE_COUNT];  /* the same for escaped text */
	struct row_xml_piece *letters; /* of each column so far; owned */
	size_t columns;
	struct row_xml_piece row; /* what stands behind the letters */
};

/* styles must be numbered. */
void row_xml_init(struct row_xml *x, const struct styles *styles);

/* Appends a row, count cells from the first column on; nothing if all are
 * empty. row counts from 0, as the library does. */
void row_xml_add(struct row_xml *x, struct kis_buf *out, lxw_row_t row,
	const struct cell *cells, size_t count);

void row_xml_release(struct row_xml *x);

#endif
