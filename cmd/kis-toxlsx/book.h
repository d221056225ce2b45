/*
 * The workbook: sheets, cells outside the data rows, sheet names, and the
 * verified copy from libxlsxwriter's temporary file to the output.
 *
 * libxlsxwriter writes everything around the rows of a sheet. stream.h writes
 * the rows, and package.h inserts them into the parts that libxlsxwriter wrote.
 * Version 1.1.4 of libxlsxwriter reports success even if its temporary
 * directory was full and cells are missing. book_close() therefore reads the
 * file back and counts rows and cells before it writes any output.
 */
#ifndef KIS_BOOK_H
#define KIS_BOOK_H

#include "cmd/kis-toxlsx/cell.h"
#include "cmd/kis-toxlsx/stream.h"
#include "cmd/kis-toxlsx/style.h"
#include "lib/buf.h"
#include "lib/names.h"
#include "lib/output.h"
#include "lib/tempfile.h"

#include <stddef.h>
#include <stdint.h>
#include <xlsxwriter.h>

/* One worksheet: libxlsxwriter's worksheet, and the rows and links that
 * package.h inserts into its XML. */
struct writer {
	lxw_worksheet *ws;           /* the worksheet; owned by the workbook */
	const struct styles *styles; /* borrowed; styles of the cells */
	char *name;                  /* owned; name of the sheet */
	/* number of rows written by libxlsxwriter */
	uint64_t rows;
	/* number of cells written by libxlsxwriter, including blank cells */
	uint64_t cells;
	/* last row written, counted from 0; -1 before the first row */
	int64_t row;
	struct kis_buf text; /* escaped text of the current cell */

	const struct row_stream *stream; /* borrowed; rows to insert, or NULL */
	/* row of the sheet at which the stream's rows start, counted from 0 */
	lxw_row_t first_row;
	/* For each row from first_row on: index of the row's stock code in
	 * `targets`, plus 1; or 0 if the row has no link. Borrowed; NULL if the
	 * sheet has no links. */
	const uint16_t *links;
	size_t link_rows;   /* number of entries in `links` */
	lxw_col_t link_col; /* column of the links, counted from 0 */
	/* borrowed; stock codes of the links */
	const struct kis_names *targets;
};

struct book {
	lxw_workbook *wb;
	struct styles styles;
	struct row_streams streams;
	struct kis_tempfile temp;
	struct writer **writers; /* owned; one per sheet, in sheet order */
	size_t count;
	/* The summary sheet 요약, to which each stock's sheet has a link; NULL
	 * if the workbook has no 요약. */
	struct writer *summary;
	struct kis_names targets; /* stock codes of all links */
	/* Number of price_vs_avg formulas that may still be written before each
	 * sheet is limited to SHEET_FORMULAS_LEAST formulas (sheet.h). */
	size_t formulas;
};

#define BOOK_INIT                                                              \
	{                                                                      \
		.temp = KIS_TEMPFILE_INIT                                      \
	}

/* Starts a workbook. Returns 0, or -1 and sets err (71, 74). In both cases the
 * caller calls book_release(). Until that call, everything that is written to
 * stderr through stdio is discarded (GNU C library only). */
int book_open(struct book *b, struct kis_err *err);

/* Adds a sheet and names it; book_sheet_name() makes the sheet name from
 * `name`. Returns the sheet's writer, which the book owns; or NULL and sets err
 * (71). */
struct writer *book_add_sheet(
	struct book *b, const char *name, struct kis_err *err);

/* Sets the file's properties. title is valid UTF-8 and is truncated to 254
 * UTF-16 units. If is_ranking is 1, the subject names the KIS ranking.
 * `created` is a time in seconds since 1970; the caller supplies it so that
 * equal input yields equal bytes. Returns 0, or -1 and sets err (71). */
int book_describe(struct book *b, const char *title, int is_ranking,
	long long created, struct kis_err *err);

/* Writes the temporary file, verifies it, and writes the workbook to out; the
 * caller commits out. Returns 0, or -1 and sets err: 70 for a bug in this
 * program, 71 if memory ran out, 74 if a file cannot be written or read. */
int book_close(struct book *b, struct kis_output *out, struct kis_err *err);

/* Removes the temporary file and frees everything that b owns. *b may still be
 * in its initial state, BOOK_INIT. */
void book_release(struct book *b);

/* Returns 0 if e is LXW_NO_ERROR. Otherwise returns -1 and sets err: 71 if
 * memory ran out, 74 if a temporary file cannot be written or read. Any other
 * result code is a bug (70), because callers check libxlsxwriter's limits
 * first. */
int writer_check(lxw_error e, struct kis_err *err);

/* Each of the next three functions writes one cell. Call them in row order,
 * once per cell. row and col count from 0. text is n bytes of valid UTF-8; an
 * empty text writes no cell. Each function returns 0, or -1 and sets err as
 * writer_check() does. */
int writer_text(struct writer *w, lxw_row_t row, lxw_col_t col,
	const char *text, size_t n, enum style style, struct kis_err *err);
int writer_number(struct writer *w, lxw_row_t row, lxw_col_t col, double number,
	enum style style, struct kis_err *err);
int writer_blank(struct writer *w, lxw_row_t row, lxw_col_t col,
	enum style style, struct kis_err *err);

/* Writes a cell with the name of the sheet `to` and a link to that sheet's
 * first cell. Returns 0, or -1 and sets err as writer_check() does. */
int writer_link(struct writer *w, lxw_row_t row, lxw_col_t col,
	const struct writer *to, enum style style, struct kis_err *err);

/* Writes text into one row, in the columns `first` to `last`. Merges the cells
 * if `first` and `last` differ; w->cells then counts each of these cells.
 * Returns 0, or -1 and sets err as writer_check() does. */
int writer_merge(struct writer *w, lxw_row_t row, lxw_col_t first,
	lxw_col_t last, const char *text, enum style style,
	struct kis_err *err);

/* Sets the widths of the first `count` columns, in characters, and the page
 * set-up: A4, one page wide, page numbers in the footer, no gridlines. Returns
 * 0, or -1 and sets err as writer_check() does. */
int writer_page(struct writer *w, const unsigned char *widths, size_t count,
	int is_landscape, struct kis_err *err);

/* A chart and its position in a sheet. x, y, width and height are in pixels. */
struct writer_chart {
	lxw_chart *chart;
	const char *title;
	lxw_row_t row;
	lxw_col_t col;
	unsigned x, y; /* offset from the top left corner of the cell */
	unsigned width, height;
};

/* Sets the chart's title and inserts the chart into the sheet. Returns 0, or -1
 * and sets err as writer_check() does. */
int writer_add_chart(struct writer *w, const struct writer_chart *chart,
	struct kis_err *err);

/* Adds a series called `name` to a chart. The labels of the series are in the
 * column `categories` of the sheet, and its values in the column `values`, both
 * in the rows `first` to `last`. Rows and columns count from 0. Returns the
 * series, which the chart owns, or NULL if memory ran out. */
lxw_chart_series *writer_series(lxw_chart *chart, const char *sheet,
	lxw_row_t first, lxw_row_t last, lxw_col_t categories, lxw_col_t values,
	const char *name);

/* Makes libxlsxwriter write a placeholder link into the stream's first row.
 * libxlsxwriter then also writes the XML element and the relationships part
 * that package.h fills with the real links. w->first_row and w->link_col must
 * be set. Returns 0, or -1 and sets err as writer_check() does. */
int writer_prepare_links(struct writer *w, struct kis_err *err);

/* The next four functions access private fields of libxlsxwriter, because no
 * version up to 1.2.1 has public functions for the same purpose. Each function
 * in book.c names the versions that it was checked against. Version 1.3.0 or
 * newer causes a compiler warning, which -Werror turns into an error in CI. */

/* Returns the workbook's first format: its Normal style, which sets the font of
 * empty cells and the unit of column widths. The workbook owns it. */
lxw_format *lxw_private_normal_format(lxw_workbook *wb);

/* Extends the sheet's dimension, its range of used cells, to a cell that
 * libxlsxwriter has not written. row and col count from 0. */
void lxw_private_set_last_cell(lxw_worksheet *ws, lxw_row_t row, lxw_col_t col);

/* Sets the formula of a column of the sheet's first table to a copy of
 * `formula`, without writing any cell. */
void lxw_private_set_column_formula(
	lxw_worksheet *ws, lxw_col_t col, const char *formula);

/* Frees the memory that worksheet_add_table() allocated but does not use for
 * the sheet's first table: 20 kB for a table of 20 columns. */
void lxw_private_shrink_table(lxw_worksheet *ws);

/* Stops libxlsxwriter from caching the values of a chart's series.
 * libxlsxwriter does not have these values, because the rows are written
 * without it, and the empty caches of 500 charts need 16 MB. */
void lxw_private_ignore_cache(lxw_chart_series *series);

/* Returns a new sheet name made from `wanted`, which is valid UTF-8; the caller
 * frees it. Replaces characters that sheet names cannot contain ([]:*?/\, ASCII
 * control characters, U+FFFE, U+FFFF, an apostrophe at either end) with _, and
 * an empty name with "_". Appends " (2)", " (3)" … if one of the sheets has the
 * same name in any letter case, or if the name is "History", which Excel
 * reserves. Truncates the name to 31 UTF-16 units, including the appended
 * number. */
char *book_sheet_name(
	struct writer *const *sheets, size_t count, const char *wanted);

#endif
