/*
 * The first records, kept until it is known whether the input is short: the
 * library wants to be told at the start which of its two modes to use, and
 * in the one for long input columns cannot be added later.
 */
#ifndef KIS_HOLD_H
#define KIS_HOLD_H

#include "lib/buf.h"
#include "lib/ndjson.h"

enum {
	HOLD_RECORDS = 10000, /* DESIGN: up to here a report is short */
	HOLD_BYTES = 8 << 20, /* and a bound for records of any size */
};

struct hold {
	struct kis_buf bytes;
	size_t records;
	size_t at; /* where hold_next() reads on */
	struct kis_member *members;
	size_t room;
};

void hold_init(struct hold *h);

/* Keeps a copy; 0 and nothing done if it is full. */
int hold_add(struct hold *h, const struct kis_member *members, size_t count,
	int same_keys);

/* The next one of those kept, as kis_ndjson_next() would give it: 1, or 0 at
 * the end. */
int hold_next(struct hold *h, const struct kis_member **members, size_t *count,
	int *same_keys);

void hold_release(struct hold *h);

#endif
