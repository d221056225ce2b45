/*
 * Which fields become columns, and in which order.
 *
 * Those of -c in the order of -c. Otherwise all fields of the lookahead:
 * first those of the record's table, in its order, then the others in order of
 * appearance. If the records have the context fields that kis-fetch writes
 * into each, all fields of the ranking become columns, so that files of
 * several days have the same columns.
 */
#ifndef TOCSV_COLUMNS_H
#define TOCSV_COLUMNS_H

#include "lib/err.h"
#include "lib/fields.h"

#include <stddef.h>

enum {
	COLUMNS_MAX = 16384, /* what a spreadsheet takes, and a bound on the
				work that a strange record can make */
};

struct column {
	char *key;   /* owned */
	char *title; /* owned; the title that -c named it by, or NULL */
	int known;   /* its index in kis_record_columns, or -1 */
	int field;   /* in the run's kis_fields, or KIS_NO_FIELD */
	int member;  /* in the record at hand, or -1 */
};

struct columns {
	struct column *list; /* owned */
	size_t count;
	size_t cap;
	int chosen;    /* by -c: other fields of a record are ignored */
	int *of_field; /* owned; the column of each field, or -1 */
	size_t of_field_count;
};

/* Adds the names of one -c. Returns 0, or -1 and sets err (64). */
int columns_choose(struct columns *c, const char *names, struct kis_err *err);

/* Decides after the lookahead, or again when more fields are known. Returns 0,
 * or -1 and sets err: 65 if a name of -c is neither a field of the records nor
 * of the table, 64 if two are the same field. */
int columns_decide(
	struct columns *c, struct kis_fields *fields, struct kis_err *err);

/* Without records: all fields of the ranking, unless some were chosen. */
void columns_decide_empty(struct columns *c);

/* Finds each column's member in the reader's last record. Returns the first
 * member that has no column, or NULL; always NULL if columns were chosen. */
const struct kis_member *columns_match(struct columns *c,
	struct kis_fields *fields, const struct kis_ndjson *r,
	const struct kis_member *members, size_t count);

void columns_release(struct columns *c);

#endif
