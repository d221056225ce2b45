/*
 * The workbook: sheets, cells outside the rows, names, and the way from the
 * library's temporary file to the bytes that are written.
 *
 * libxlsxwriter writes all that surrounds the rows of a sheet; stream.h writes
 * the rows, and package.h puts them into the library's parts. The library
 * reports success when its temporary directory was full and cells are missing
 * (1.1.4), so what it wrote is read back and counted before any of it leaves
 * the process.
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

/* One worksheet: what the library has of it, and what comes in between. */
struct writer {
	lxw_worksheet *ws;           /* the workbook's */
	const struct styles *styles; /* borrowed */
	char *name;                  /* of the sheet; owned */
	uint64_t rows;               /* that the library has, with cells */
	uint64_t cells;              /* that the library has, empty ones too */
	int64_t row;                 /* the last one written to; -1 before */
	struct kis_buf text;         /* of the cell at hand, escaped */

	const struct row_stream *stream; /* the rows, or NULL; borrowed */
	lxw_row_t first_row;             /* of the stream */
	const uint16_t *links; /* of each row from the first on: the number of
				  its link in targets and 1, or 0; borrowed,
				  NULL if the sheet has no links */
	size_t link_rows;
	lxw_col_t link_col;
	const struct kis_names *targets; /* the codes that links lead to */
};

struct book {
	lxw_workbook *wb;
	struct styles styles;
	struct row_streams streams;
	struct kis_tempfile temp;
	struct writer **writers; /* one for each sheet, in their order */
	size_t count;
	struct writer *summary; /* 요약, which stocks link back to; or NULL */
	struct kis_names targets; /* the codes of all links */
	size_t formulas;          /* cells that may still have one */
};

#define BOOK_INIT                                                              \
	{                                                                      \
		.temp = KIS_TEMPFILE_INIT                                      \
	}

/* Begins a workbook. Until book_release() what stdio writes to stderr
 * disappears. Fails with 71, 74. */
int book_open(struct book *b, struct kis_err *err);

/* Adds a sheet, under the name that book_sheet_name() makes of this one.
 * Returns its writer, which the book owns; or NULL and
 * sets err (71). */
struct writer *book_add_sheet(
	struct book *b, const char *name, struct kis_err *err);

/* Sets the file's properties. is_ranking: it holds records of the ranking,
 * which is then the subject. created: seconds since 1970, so that equal input
 * gives equal bytes. Fails with 71. */
int book_describe(struct book *b, const char *title, int is_ranking,
	long long created, struct kis_err *err);

/* Writes the file, verifies it, and sends its bytes to out, which the caller
 * publishes. Fails with 70 where the workbook is not what it should be by our
 * own fault, with 71, 74. */
int book_close(struct book *b, struct kis_output *out, struct kis_err *err);

/* Removes the temporary file and frees everything; b may never have been
 * opened. */
void book_release(struct book *b);

/* Returns 0, or -1 and sets err for what the library says: 71 no memory, 74 a
 * temporary file, else 70, since its other limits are checked before. */
int writer_check(lxw_error e, struct kis_err *err);

/* Write one cell each, row after row, none twice; row and col count from 0.
 * Text is n bytes of valid UTF-8; empty text writes nothing. All fail as
 * writer_check() says. */
int writer_text(struct writer *w, lxw_row_t row, lxw_col_t col,
	const char *text, size_t n, enum style style, struct kis_err *err);
int writer_number(struct writer *w, lxw_row_t row, lxw_col_t col, double number,
	enum style style, struct kis_err *err);
int writer_blank(struct writer *w, lxw_row_t row, lxw_col_t col,
	enum style style, struct kis_err *err);

/* Writes text that leads to the first cell of another sheet of the workbook. */
int writer_link(struct writer *w, lxw_row_t row, lxw_col_t col,
	const struct writer *to, enum style style, struct kis_err *err);

/* Writes text over the columns first to last of one row, merged if they are
 * several, which count as cells each. */
int writer_merge(struct writer *w, lxw_row_t row, lxw_col_t first,
	lxw_col_t last, const char *text, enum style style,
	struct kis_err *err);

/* Sets the widths of the first columns, and how the sheet prints: A4, one page
 * wide, page numbers below, no grid. */
int writer_page(struct writer *w, const unsigned char *widths, size_t count,
	int is_landscape, struct kis_err *err);

/* Titles a chart and puts it on the sheet; offsets and size are in pixels. */
struct writer_chart {
	lxw_chart *chart;
	const char *title;
	lxw_row_t row;
	lxw_col_t col;
	unsigned x, y; /* from the cell's corner */
	unsigned width, height;
};
int writer_add_chart(struct writer *w, const struct writer_chart *chart,
	struct kis_err *err);

/* Adds a series to a chart: rows first to last of a sheet of this name. Returns
 * it, or NULL (no memory). */
lxw_chart_series *writer_series(lxw_chart *chart, const char *sheet,
	lxw_row_t first, lxw_row_t last, lxw_col_t categories, lxw_col_t values,
	const char *name);

/* Makes the library prepare the sheet for links: the element and the part with
 * their relationships, which package.h fills. */
int writer_prepare_links(struct writer *w, struct kis_err *err);

/* The private fields of libxlsxwriter that are used; no public call does the
 * same in any version so far. Each function names the versions whose source
 * it was checked against; a newer version compiles with a warning, which
 * -Werror turns into an error in CI. */

/* Returns the workbook's first format: its Normal style, the font of empty
 * cells and the unit of column widths. The workbook owns it. */
lxw_format *lxw_private_normal_format(lxw_workbook *wb);

/* Extends the sheet's dimension to a cell that the library has not written. */
void lxw_private_set_last_cell(lxw_worksheet *ws, lxw_row_t row, lxw_col_t col);

/* Sets the formula of a column of the sheet's table, without writing cells. */
void lxw_private_set_column_formula(
	lxw_worksheet *ws, lxw_col_t col, const char *formula);

/* Keeps the library from caching the values of a chart's series: it does not
 * have the cells of the rows, and an empty cache takes 16 MB for 500 charts. */
void lxw_private_ignore_cache(lxw_chart_series *series);

/* Returns a new name for a sheet, which the caller frees: wanted, valid UTF-8,
 * with _ for characters that sheets may not have ([]:*?/\, an apostrophe at an
 * end), cut to 31 characters (UTF-16), and with " (2)", " (3)" … where another
 * of the count sheets has it, whatever the case, or it is "History", which
 * Excel keeps for itself. */
char *book_sheet_name(
	struct writer *const *sheets, size_t count, const char *wanted);

#endif
