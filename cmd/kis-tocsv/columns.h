/*
 * Decides which fields become columns, and in which order.
 *
 * With -c, the columns are the fields of -c, in the order of -c. Otherwise the
 * columns are all fields of the first records (the lookahead): first the fields
 * in the table of lib/record.h, in the order of the table, then the other
 * fields in order of appearance. If the records are rows of a ranking, all
 * fields of the ranking become columns, so that files of different days have
 * the same columns.
 */
#ifndef TOCSV_COLUMNS_H
#define TOCSV_COLUMNS_H

#include "lib/err.h"
#include "lib/fields.h"

#include <stddef.h>

enum {
	COLUMNS_MAX = 16384, /* maximum number of columns in a spreadsheet; also
				limits the work that one record can cause */
};

struct column {
	char *key; /* owned; name of the field */
	/* owned; column header that -c used instead of the name, or NULL */
	char *title;
	/* index in kis_record_columns, or -1 if that table lacks the field */
	int known;
	int field;  /* index in the run's kis_fields, or KIS_NO_FIELD */
	int member; /* index of the value in the current record, or -1 */
};

struct columns {
	struct column *list; /* owned; the columns in output order */
	size_t count;
	size_t cap;
	int chosen;    /* 1 if -c chose the columns, so that other fields of a
			  record are ignored */
	int *of_field; /* owned; for each field of the run's kis_fields, index
			  of its column, or -1 */
	size_t of_field_count;
};

/* Adds the columns that one -c option names. Returns 0, or -1 and sets err (64)
 * if names is malformed or repeats a name. */
int columns_choose(struct columns *c, const char *names, struct kis_err *err);

/* Decides the columns from `fields`. Call this function after the first records
 * (the lookahead) have been read, and again when more fields are known. Adds
 * the fields of -c to `fields`. Returns 0, or -1 and sets err: 65 if a name of
 * -c is neither a field of the records nor in lib/record.h nor a column header,
 * or if the records have no fields or more than COLUMNS_MAX fields; 64 if two
 * names of -c are the same field. */
int columns_decide(
	struct columns *c, struct kis_fields *fields, struct kis_err *err);

/* Decides the columns of input without records: all fields of the ranking, or
 * the fields of -c. */
void columns_decide_empty(struct columns *c);

/* Finds, for each column, the matching member of the last record that the
 * reader r has read. members and count are the fields of that record and their
 * number. Returns the first member that has no column, borrowed from members;
 * or NULL if every member has a column or if -c chose the columns. */
const struct kis_member *columns_match(struct columns *c,
	struct kis_fields *fields, const struct kis_ndjson *r,
	const struct kis_member *members, size_t count);

void columns_release(struct columns *c);

#endif
