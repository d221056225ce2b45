/*
 * The first records, kept until it is known whether the input is short.
 *
 * Short input becomes a report with a table, links and charts: the library
 * writes it whole, from memory, and its size is known when the title is
 * written. Longer input goes through streams of rows (row_stream.h), which
 * take no memory but also no column that comes later.
 */
#ifndef KIS_RECORD_FIRST_H
#define KIS_RECORD_FIRST_H

#include "lib/buf.h"
#include "lib/ndjson.h"

enum {
	FIRST_RECORDS_MAX = 10000, /* what a person may still read; the library
				      needs some 56 MiB for so many */
	FIRST_RECORDS_BYTES = 8 << 20, /* and a bound for records of any size */
	/* One after the other is filled, read again and given back, so that
	 * others take its pages. */
	FIRST_RECORDS_BLOCK = 256 << 10,
};

struct first_records {
	struct kis_buf *blocks; /* of whole records */
	size_t count;
	size_t bytes; /* of all records */
	size_t records;
	size_t block, at; /* where first_records_next() reads on */
	size_t keys;      /* the block of the keys that hold there */
	struct kis_member *members;
	size_t room;
};

/* Begins empty; cannot fail. */
void first_records_init(struct first_records *h);

/* Keeps a copy of what kis_ndjson_next() gave; 0 and nothing done if it is
 * full. */
int first_records_add(struct first_records *h, const struct kis_member *members,
	size_t count, int same_keys);

/* The next one of those kept, as kis_ndjson_next() would give it: 1, or 0 at
 * the end. Valid until the next call. */
int first_records_next(struct first_records *h,
	const struct kis_member **members, size_t *count, int *same_keys);

void first_records_release(struct first_records *h);

#endif
