/*
 * The sheet of a group: what its parts know of each other. Rows are written
 * by sheet_rows.c, what stands above them by sheet_head.c, what surrounds
 * them by sheet_layout.c.
 *
 * A report's sheet (ours, short input) has a title, a line that says what
 * time its figures are of, a table and charts. Others begin with the header,
 * so that a long one holds 1,048,575 records; when it is full the group
 * goes on in a further part, a sheet of its own.
 */
#ifndef KIS_SHEET_H
#define KIS_SHEET_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/settings.h"

struct sheet {
	struct book *book;
	const struct settings *settings;
	struct group *group;
	struct writer *writer; /* of the part at hand; NULL before the first */
	struct writer *first;  /* of the first part */
	lxw_row_t header;      /* its row */
	lxw_row_t next;        /* the row to write next */
	struct cell *cells;    /* of one row; reused */
	unsigned long keys;    /* serial of those the cells are of */
	char *same[2];         /* text of cells that stay as they are */
	int report;            /* for people: title, table, charts */
	unsigned pixels;       /* width of the columns that are seen */
	struct row_stream **streams; /* rows of a long one, of each part */
	size_t parts;
};

/* Begins, without a part; cannot fail. book, g and settings are borrowed; g is
 * frozen by it. Whether it is a report depends on book->streaming. */
void sheet_init(struct sheet *s, struct book *book, struct group *g,
	const struct settings *settings);

void sheet_release(struct sheet *s);

/* What the header says above field i: the Korean name of the record's table,
 * or the member's own. Borrowed. */
void sheet_title_of(
	const struct sheet *s, size_t i, const char **text, size_t *len);

/* The last row written and the last column. */
lxw_row_t sheet_last_row(const struct sheet *s);
lxw_col_t sheet_last_col(const struct sheet *s);

/* 1 if the charts stand below the table and print with it on one page: it is
 * short enough for that. Otherwise they stand beside it and do not print. */
int sheet_charts_below(const struct sheet *s);

#endif
