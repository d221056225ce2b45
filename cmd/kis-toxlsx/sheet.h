/*
 * The sheet of a group: header, rows, and what makes it a page to read.
 *
 * A report's sheet (ours, short input) has a title, a line that says what
 * time its figures are of, a table and charts. Others begin with the header,
 * so that a long one holds 1,048,575 records; when it is full the group
 * goes on in a further sheet.
 */
#ifndef KIS_SHEET_H
#define KIS_SHEET_H

#include "book.h"
#include "group.h"
#include "settings.h"

struct sheet {
	struct book *book;
	const struct settings *settings;
	struct group *group;
	struct pad *pad;    /* of the part at hand; NULL before the first */
	struct pad *first;  /* of the first part */
	lxw_row_t header;   /* its row */
	lxw_row_t next;     /* the row to write next */
	struct cell *cells; /* of one row; reused */
	int report;         /* for people: title, table, charts */
	unsigned pixels;    /* width of the columns that are seen */
};

/* Begins. The group is frozen by it. */
void sheet_init(struct sheet *s, struct book *book, struct group *g,
	const struct settings *settings);

/* Writes one record. */
int sheet_row(struct sheet *s, const struct shape *shape,
	const struct kis_member *members, struct kis_err *err);

/* Ends the part at hand: widths, table or filter, page. */
int sheet_finish(struct sheet *s, struct kis_err *err);

void sheet_release(struct sheet *s);

#endif
