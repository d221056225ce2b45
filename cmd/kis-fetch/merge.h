/*
 * Merges the rows of many responses into one list of one base date. For each
 * stock, the list has the row that was received last.
 */
#ifndef KIS_FETCH_MERGE_H
#define KIS_FETCH_MERGE_H

#include "lib/err.h"

#include <jansson.h>

struct merge {
	json_t *rows;   /* owned; maps each stock code to its newest row */
	json_t *seen;   /* owned; maps each stock code to the number of the last
			   response that contains it */
	long responses; /* number of responses merged so far */
	size_t largest; /* number of rows in the largest response */
	char *date; /* owned; base date (stnd_date2) of the rows; NULL before
		       the first row */
	int price_moved; /* 1 if two responses contain a stock at different
			    prices */
};

/* Makes m empty; the caller calls merge_release(). */
void merge_init(struct merge *m);

/* Merges the rows of one more response into m, which keeps references to the
 * rows. Returns 0, or -1 and sets err (75) if the base date of the rows differs
 * from that of earlier rows. */
int merge_add(struct merge *m, const json_t *rows, struct kis_err *err);

/* Returns 1 if the row's stock was in a response whose number is greater than
 * the argument "answer". merge_add() numbers the responses from 1. */
int merge_seen_since(const struct merge *m, const json_t *row, long answer);

/* Returns the last received row of the same stock as row, borrowed from m, or
 * NULL if m has no row of that stock. */
json_t *merge_find(const struct merge *m, const json_t *row);

/* Returns a new array of the rows with prices from low_won to high_won
 * (inclusive), in the server's order: by descending short volume. The caller
 * calls json_decref(). */
json_t *merge_ranked(const struct merge *m, long low_won, long high_won);

void merge_release(struct merge *m);

#endif
