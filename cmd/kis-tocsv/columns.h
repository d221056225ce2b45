/*
 * Which members become columns, and in which order.
 *
 * Chosen ones (-c) as they were chosen. Otherwise the first record decides:
 * if it carries the four context members it is kis-fetch's and all the
 * suite's members become columns, there or not; if not, those that it has.
 * Unknown members follow in the order of the first record.
 */
#ifndef TOCSV_COLUMNS_H
#define TOCSV_COLUMNS_H

#include "lib/err.h"
#include "lib/ndjson.h"

#include <stddef.h>

enum {
	COLUMNS_MAX = 16384, /* what a spreadsheet takes, and a bound on the
				work that a strange record can make */
};

enum column_type {
	COLUMN_TEXT,   /* codes, names, times: never a number */
	COLUMN_NUMBER, /* the suite's numbers, dates and the sign */
	COLUMN_OTHER,  /* not the suite's: each value for itself */
};

struct column {
	char *key; /* owned */
	size_t key_len;
	int known; /* index into kis_record_columns, -1 if not the suite's */
	enum column_type type;
	int member; /* index in the record at hand, -1 if it lacks it */
};

struct columns {
	struct column *list; /* owned */
	size_t count;
	size_t cap;
	int chosen; /* by name: what else a record holds is left out */
};

/* Adds the comma-separated names of one -c. Fails with 64. */
int columns_choose(struct columns *c, const char *names, struct kis_err *err);

/* Decides by the first record, with chosen ones checks that an unknown name
 * is in it (65): a slip of the pen shall not become an empty column. */
int columns_decide(struct columns *c, const struct kis_member *members,
	size_t count, struct kis_err *err);

/* Without a record: all of the suite's, unless some were chosen. */
void columns_decide_empty(struct columns *c);

/* Finds each column's member in a record with other keys than the one before.
 * Returns the first member that has no column though it should have, or
 * NULL; always NULL where columns were chosen. */
const struct kis_member *columns_match(
	struct columns *c, const struct kis_member *members, size_t count);

void columns_release(struct columns *c);

#endif
