/*
 * The sheet of a group: converts each record to a row, and at the end adds
 * everything around the rows.
 *
 * The sheets of a ranking, of a stock's days and of a kis-archive report have a
 * title, a line that describes the rows, a basis row, a table and charts. Other
 * sheets start with the header. A full sheet continues in another part, which
 * is a sheet of its own. Rows are written as they arrive; title, header and
 * layout are written at the end, when columns and ranges are known.
 */
#ifndef KIS_SHEET_H
#define KIS_SHEET_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"

/* The header text of a field in the record's table. */
enum header {
	HEADER_KO, /* Korean title and unit */
	HEADER_EN,
	HEADER_KEY, /* field name; values are then in won */
};

/* The user's settings, parsed by main. */
struct settings {
	enum header header;
	const char *title;    /* replaces the default title; or NULL */
	const char *sheet_by; /* field that selects the sheet; or NULL */
	long top;             /* rows per chart; 0: no charts */
	int plain;            /* only typed sheets, for programs */
};

enum {
	/* Maximum rows of a sheet with links: LibreOffice needs time
	 * proportional to rows × links. */
	SHEET_LINKS_MAX = 20000,
	/* Maximum rows with a formula per ranking sheet. */
	SHEET_FORMULAS_MAX = 5000,
	/* The same for a stock's sheet, and for every sheet once the workbook
	 * has its maximum of formulas. */
	SHEET_FORMULAS_LEAST = 300,
};

struct sheet {
	struct book *book;
	const struct settings *settings;
	struct kis_fields *fields;
	struct group *group;
	/* Writer of the current part; NULL before sheet_end(). */
	struct writer *writer;
	struct writer *first; /* of the first part */
	lxw_row_t header;     /* row of the header */
	lxw_row_t last;       /* last row of the current part */
	struct cell *cells;   /* of one row; reused */
	size_t room;          /* allocated size of cells */
	unsigned long keys;   /* serial of the keys that the cells belong to */
	char *same[2]; /* owned; text of cells that are the same in all rows */
	char formula[1 + PAST_MEANS][48];          /* of the current row */
	char price_letters[8], average_letters[8]; /* of the columns */
	char **titles;   /* of the columns; owned; NULL before sheet_end() */
	int wraps;       /* a title takes more than one line */
	int report;      /* has a title and a table, for people to read */
	unsigned pixels; /* width of the visible columns */
	/* Of each row; see struct writer. NULL if the sheet has no links or too
	 * many rows. */
	uint16_t *links;
	size_t link_rows, link_room;
	int has_links;
	size_t formulas;             /* rows that have a formula */
	struct row_stream **streams; /* owned; the rows of each part */
	size_t parts;
};

/* Initialises s without any part; cannot fail. Freezes g. Borrows all pointers
 * until sheet_release(). */
void sheet_init(struct sheet *s, struct book *book, struct group *g,
	struct kis_fields *fields, const struct settings *settings);

/* Writes one record, after group_learn() of its keys. Returns 0, or -1 and sets
 * err (70, 71, 74). */
int sheet_add(struct sheet *s, const struct keys *keys,
	const struct kis_member *members, struct kis_err *err);

/* Adds the parts to the workbook; call it after the last record. Returns 0, or
 * -1 and sets err (70, 71, 74). */
int sheet_end(struct sheet *s, struct kis_err *err);

/* Returns 1 if the charts are below the table and are printed, because the
 * table is short. Otherwise they are to the right of the table and are not
 * printed. */
int sheet_charts_below(const struct sheet *s);

/* Height of a chart: one bar per row, plus the frame. */
enum { CHART_BAR_PIXELS = 27, CHART_FRAME_PIXELS = 56 };

/* Returns the number of bars of a chart; 0 if there would be fewer than two,
 * which make no chart. */
size_t sheet_chart_rows(const struct sheet *s, enum top_by by);

void sheet_release(struct sheet *s);

#endif
