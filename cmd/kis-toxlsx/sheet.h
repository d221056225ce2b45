/*
 * The sheet of a group: converts each record to a row, and at the end adds the
 * title, the header and the layout.
 *
 * The sheet of a ranking, of a stock's daily records or of a kis-archive report
 * has a title, a line that describes the rows, a basis row, a table and charts.
 * Other sheets start with the header. If a sheet is full, its rows continue in
 * another part, which is a separate worksheet. Rows are written as the records
 * arrive; title, header and layout are written at the end, when columns and
 * ranges are known.
 */
#ifndef KIS_SHEET_H
#define KIS_SHEET_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"

/* The values of --header, which select the header text of the fields in
 * kis_record_columns. */
enum header {
	HEADER_KO, /* Korean title and unit */
	HEADER_EN,
	/* field name; amounts are then in won instead of millions of won */
	HEADER_KEY,
};

/* The user's settings, parsed by main. */
struct settings {
	enum header header;
	const char *title; /* replaces the default title; NULL if not given */
	/* name or title of the field whose value selects the sheet; NULL if not
	 * given */
	const char *sheet_by;
	long top;  /* rows per chart; 0: no charts */
	int plain; /* 1: write plain sheets with typed columns, for programs */
};

enum {
	/* Maximum number of rows of a sheet with links: LibreOffice needs time
	 * proportional to the number of rows times the number of links. */
	SHEET_LINKS_MAX = 20000,
	/* Maximum number of rows with a price_vs_avg formula in the sheet of a
	 * ranking. */
	SHEET_FORMULAS_MAX = 5000,
	/* Maximum number of rows with a price_vs_avg formula in a stock's
	 * sheet, and in every sheet once the workbook has FORMULAS_MAX formulas
	 * (book.c). */
	SHEET_FORMULAS_LEAST = 300,
};

struct sheet {
	struct book *book;
	const struct settings *settings;
	struct kis_fields *fields;
	struct group *group;
	/* Writer of the current part; NULL before sheet_end(). */
	struct writer *writer;
	/* writer of the first part; NULL before sheet_end() */
	struct writer *first;
	lxw_row_t header; /* row of the header, counted from 0 */
	lxw_row_t last;   /* last row of the current part, counted from 0 */
	/* owned; cells of the current row, reused for the next row */
	struct cell *cells;
	size_t room; /* number of allocated cells */
	/* serial of the struct keys for which the cells are set up */
	unsigned long keys;
	/* Owned; texts of the market and the period of a ranking, which are
	 * the same in all rows. NULL if there is no such text. */
	char *same[2];
	/* formulas of the current row: price_vs_avg and the means */
	char formula[1 + PAST_MEANS][48];
	/* letters of the columns of the price and of the average short price */
	char price_letters[8], average_letters[8];
	/* owned; header texts of the columns; NULL before sheet_end() */
	char **titles;
	int wraps; /* 1 if a header text takes more than one line */
	/* 1 if the sheet has a title and a basis row above the header */
	int report;
	unsigned pixels; /* total width of the visible columns, in pixels */
	/* Owned; the link of each row, in the form that struct writer
	 * describes. NULL if the sheet has no links or too many rows. */
	uint16_t *links;
	size_t link_rows, link_room;
	int has_links;
	size_t formulas; /* number of rows with a price_vs_avg formula */
	struct row_stream **streams; /* owned; the rows of each part */
	size_t parts;
};

/* Initialises s, which then has no parts, and calls group_freeze() for g.
 * Cannot fail. Borrows all pointers until sheet_release(). */
void sheet_init(struct sheet *s, struct book *book, struct group *g,
	struct kis_fields *fields, const struct settings *settings);

/* Writes one record as a row. Before that, call group_learn() and group_count()
 * for the same record. Returns 0, or -1 and sets err (70, 71, 74). */
int sheet_add(struct sheet *s, const struct keys *keys,
	const struct kis_member *members, struct kis_err *err);

/* Adds a worksheet to the workbook for each part of the sheet. Call it after
 * the last record; s must have at least one row. Returns 0, or -1 and sets err
 * (70, 71, 74). */
int sheet_end(struct sheet *s, struct kis_err *err);

/* Returns 1 if the charts are below the table and are printed, because the
 * table is short. Otherwise the charts are to the right of the table and are
 * not printed. */
int sheet_charts_below(const struct sheet *s);

/* Height in pixels of one bar of a chart, and of the rest of the chart. */
enum { CHART_BAR_PIXELS = 27, CHART_FRAME_PIXELS = 56 };

/* Returns the number of bars of a chart, or 0 if the chart would have fewer
 * than two bars and is therefore omitted. */
size_t sheet_chart_rows(const struct sheet *s, enum top_by by);

/* Frees everything that s owns, but not s itself. Call it before
 * groups_release(). */
void sheet_release(struct sheet *s);

#endif
