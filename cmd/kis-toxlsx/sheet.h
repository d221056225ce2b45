/*
 * The sheet of a group: converts each record to a row, and at the end adds the
 * title, the header and the layout.
 *
 * The sheets of a ranking, of a stock's days and of a kis-archive report have a
 * title, a line that describes the rows, a basis row, a table and charts. Other
 * sheets start with the header. If a sheet is full, its rows continue in
 * another part, which is a worksheet of its own. Rows are written as they
 * arrive; title, header and layout are written at the end, when columns and
 * ranges are known.
 */
#ifndef KIS_SHEET_H
#define KIS_SHEET_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"

/* The choices of --header: the header text of the fields in
 * kis_record_columns. */
enum header {
	HEADER_KO, /* Korean title and unit */
	HEADER_EN,
	HEADER_KEY, /* field name; amounts are then in won, not in millions */
};

/* The user's settings, parsed by main. */
struct settings {
	enum header header;
	const char *title; /* replaces the default title; or NULL */
	/* name or title of the field that selects the sheet; or NULL */
	const char *sheet_by;
	long top;  /* rows per chart; 0: no charts */
	int plain; /* 1: write only typed sheets, for programs */
};

enum {
	/* Maximum rows of a sheet with links: LibreOffice needs time
	 * proportional to rows × links. */
	SHEET_LINKS_MAX = 20000,
	/* Maximum number of rows with a formula in the sheet of a ranking. */
	SHEET_FORMULAS_MAX = 5000,
	/* Maximum number of rows with a formula in a stock's sheet, and in
	 * every sheet once the workbook has FORMULAS_MAX formulas (book.c). */
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
	/* owned; cells of one row, reused for the next row */
	struct cell *cells;
	size_t room;        /* allocated size of cells */
	unsigned long keys; /* serial of the keys that the cells belong to */
	char *same[2]; /* owned; text of cells that are the same in all rows */
	/* formulas of the current row */
	char formula[1 + PAST_MEANS][48];
	/* letters of the columns of price and average short price */
	char price_letters[8], average_letters[8];
	/* owned; header texts of the columns; NULL before sheet_end() */
	char **titles;
	int wraps;       /* a header text takes more than one line */
	int report;      /* has a title and a table, for people to read */
	unsigned pixels; /* width of the visible columns, in pixels */
	/* Owned; the link of each row, as in struct writer. NULL if the sheet
	 * has no links or too many rows. */
	uint16_t *links;
	size_t link_rows, link_room;
	int has_links;
	size_t formulas; /* number of rows with a formula of price_vs_avg */
	struct row_stream **streams; /* owned; the rows of each part */
	size_t parts;
};

/* Initialises s, which has no parts yet, and freezes g. Cannot fail. Borrows
 * all pointers until sheet_release(). */
void sheet_init(struct sheet *s, struct book *book, struct group *g,
	struct kis_fields *fields, const struct settings *settings);

/* Writes one record as a row. For each record, call group_learn() with keys and
 * group_count() first. Returns 0, or -1 and sets err (70, 71, 74). */
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

/* Height of a chart in pixels: one bar for each row, plus the frame. */
enum { CHART_BAR_PIXELS = 27, CHART_FRAME_PIXELS = 56 };

/* Returns the number of bars of a chart, or 0 if there would be fewer than two;
 * the chart is then omitted. */
size_t sheet_chart_rows(const struct sheet *s, enum top_by by);

/* Frees the memory and the streams of s, but not s. Call it before
 * groups_release(). */
void sheet_release(struct sheet *s);

#endif
