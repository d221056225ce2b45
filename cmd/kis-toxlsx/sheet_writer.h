/*
 * Writing cells of one worksheet: every call of the library is checked, and
 * what was written is counted, so that reading back can tell whether all of
 * it arrived.
 */
#ifndef KIS_SHEET_WRITER_H
#define KIS_SHEET_WRITER_H

#include "cmd/kis-toxlsx/cell.h"
#include "cmd/kis-toxlsx/cell_style.h"
#include "lib/buf.h"

#include <stdint.h>

struct row_stream;

struct writer {
	lxw_worksheet *ws;           /* the workbook's */
	const struct styles *styles; /* borrows */
	char *name;                  /* of the sheet; owned */
	uint64_t rows;               /* so far, that hold cells */
	uint64_t cells;              /* so far, blank ones too */
	int64_t row;                 /* the last one written to; -1 before */
	struct kis_buf text;         /* of the cell at hand, escaped */
	const struct row_stream *stream; /* rows that are not the library's,
					    or NULL; borrows */
};

/* 0, or -1 for what the library says: 71 no memory, 74 a temporary file, else
 * 70, since what it refuses is checked before. */
int writer_check(lxw_error e, struct kis_err *err);

/* Writes one cell. Each cell is written once, row after row; row and col count
 * from 0. Text is valid UTF-8, borrowed; empty text and an empty cell write
 * nothing. All that write fail as writer_check() says: with 71 or 74, with 70
 * where the library refuses what it should not have been given. */
int writer_cell(struct writer *w, lxw_row_t row, lxw_col_t col,
	const struct cell *c, struct kis_err *err);
int writer_text(struct writer *w, lxw_row_t row, lxw_col_t col,
	const char *text, enum style style, struct kis_err *err);
int writer_number(struct writer *w, lxw_row_t row, lxw_col_t col, double number,
	enum style style, struct kis_err *err);
int writer_blank(struct writer *w, lxw_row_t row, lxw_col_t col,
	enum style style, struct kis_err *err);

/* A formula and the value that readers show who do not compute. */
int writer_formula(struct writer *w, lxw_row_t row, lxw_col_t col,
	const char *formula, double value, enum style style,
	struct kis_err *err);

/* n bytes of text that lead to the page url, of ASCII, when clicked. */
int writer_link(struct writer *w, lxw_row_t row, lxw_col_t col,
	const char *text, size_t n, const char *url, struct kis_err *err);

/* Text over the columns first to last of one row, merged if they are several,
 * which count as cells each. */
int writer_over(struct writer *w, lxw_row_t row, lxw_col_t first,
	lxw_col_t last, const char *text, enum style style,
	struct kis_err *err);

#endif
