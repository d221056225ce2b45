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
	lxw_worksheet *ws; /* the workbook's */
	const struct styles *styles;
	char *name;    /* of the sheet; owned */
	uint64_t rows; /* that hold cells */
	uint64_t cells;
	int64_t row; /* the last one written to; -1 before */
	struct kis_buf text;
	const struct row_stream *stream; /* rows that are not the library's,
					    or NULL; borrows */
};

/* 0, or -1 with 70, 71 or 74 for what the library says. */
int writer_check(lxw_error e, struct kis_err *err);

/* Writes one cell. Each cell is written once, row after row. */
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

/* Text that leads to a page when clicked. */
int writer_link(struct writer *w, lxw_row_t row, lxw_col_t col,
	const char *text, size_t n, const char *url, struct kis_err *err);

/* Text over several columns of one row; not in constant memory. */
int writer_over(struct writer *w, lxw_row_t row, lxw_col_t first,
	lxw_col_t last, const char *text, enum style style,
	struct kis_err *err);

#endif
