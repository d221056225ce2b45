/*
 * The sheet of a group: from a record to its row, and at the end all that
 * surrounds the rows.
 *
 * The sheets of a ranking and of a stock's days have a title, a line that says
 * what the rows are, a row of their basis, a table and charts. Other sheets
 * begin with the header. A sheet that is full goes on in a further part, a
 * sheet of its own. Rows are written as they come; title, header and layout at
 * the end, when columns and ranges are known.
 */
#ifndef KIS_SHEET_H
#define KIS_SHEET_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"

/* What the header shows of a field of the record's table. */
enum header {
	HEADER_KO, /* its Korean title and unit */
	HEADER_EN,
	HEADER_KEY, /* the field's name; values are in won then */
};

/* What the user chose, as main read it. */
struct settings {
	enum header header;
	const char *title;    /* instead of the default one; NULL */
	const char *sheet_by; /* the field that tells sheets apart; NULL */
	long top;             /* rows of a chart; 0: no charts */
	int plain;            /* typed sheets only, for programs */
};

enum {
	SHEET_LINKS_MAX = 20000,    /* rows of a sheet with links: LibreOffice
				       takes    time by rows × links */
	SHEET_FORMULAS_MAX = 5000,  /* rows of a sheet with formulas */
	SHEET_FORMULAS_LEAST = 300, /* the same once the book has very many */
};

struct sheet {
	struct book *book;
	const struct settings *settings;
	struct kis_fields *fields;
	struct group *group;
	struct writer *writer; /* of the part at hand; NULL before the end */
	struct writer *first;  /* of the first part */
	lxw_row_t header;      /* its row */
	lxw_row_t last;        /* the last row of the part at hand */
	struct cell *cells;    /* of one row; reused */
	size_t room;           /* of cells */
	unsigned long keys;    /* serial of those the cells are of */
	char *same[2];         /* text of cells that stay as they are */
	char formula[1 + PAST_MEANS][48];          /* of the row at hand */
	char price_letters[8], average_letters[8]; /* of the columns */
	char **titles;   /* of the columns; owned; NULL before the end */
	int wraps;       /* a title takes more than one line */
	int report;      /* of a ranking or a stock's days, for people */
	unsigned pixels; /* width of the columns that are seen */
	uint16_t *links; /* of each row: see struct writer; NULL if the
			    sheet has no links, or too many rows */
	size_t link_rows, link_room;
	int has_links;
	size_t formulas;             /* rows that have one */
	struct row_stream **streams; /* rows, of each part */
	size_t parts;
};

/* Begins, without a part; cannot fail. The pointers are borrowed; g is frozen
 * by it. */
void sheet_init(struct sheet *s, struct book *book, struct group *g,
	struct kis_fields *fields, const struct settings *settings);

/* Writes one record, whose keys the group has learnt. Fails with 70, 74. */
int sheet_add(struct sheet *s, const struct keys *keys,
	const struct kis_member *members, struct kis_err *err);

/* After the last record: adds the parts to the workbook. Fails with 70, 71,
 * 74. */
int sheet_end(struct sheet *s, struct kis_err *err);

/* 1 if the charts are below the table and are printed, because it is short.
 * Otherwise they are next to it and are not printed. */
int sheet_charts_below(const struct sheet *s);

/* The height of a chart of so many rows. */
enum { CHART_BAR_PIXELS = 27, CHART_FRAME_PIXELS = 56 };

/* Bars that a chart of the sheet has at most; fewer than two make no chart. */
size_t sheet_chart_rows(const struct sheet *s, enum top_by by);

void sheet_release(struct sheet *s);

#endif
