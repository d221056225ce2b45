/*
 * The rows of many answers as one list of one base date: each share once, as
 * served last.
 */
#ifndef KIS_FETCH_MERGE_H
#define KIS_FETCH_MERGE_H

#include "lib/err.h"

#include <jansson.h>

struct merge {
	json_t *rows; /* owned; code → row, the newest */
	json_t *seen; /* owned; code → number of the answer it was last in */
	long responses;  /* taken so far */
	size_t largest;  /* rows of the largest of them */
	char *date;      /* owned; their stnd_date2, NULL before the first */
	int price_moved; /* a share was seen at two prices */
};

void merge_init(struct merge *m);

/* Takes the rows of one more answer (new references); 75 if their base date
 * is another than that of the rows before. */
int merge_add(struct merge *m, const json_t *rows, struct kis_err *err);

/* 1 if the row's share was in an answer after the one of that number. */
int merge_seen_since(const struct merge *m, const json_t *row, long answer);

/* The newest row of the same share, borrowed; NULL if there is none. */
json_t *merge_find(const struct merge *m, const json_t *row);

/* All rows at prices from low_won to high_won in the server's order, by
 * quantity sold short; a new reference. */
json_t *merge_ranked(const struct merge *m, long low_won, long high_won);

void merge_release(struct merge *m);

#endif
