/*
 * Changes from one base date to the next: of a stock's rank and of its short
 * value ratio, in lists that have a sheet for each date.
 */
#ifndef KIS_CHANGES_H
#define KIS_CHANGES_H

#include "lib/names.h"

#include <stddef.h>
#include <stdint.h>

/* A stock's row of the newest date that has one. */
struct changes_row {
	uint64_t day;
	double rank, ratio;
};

/* The lists of one market and period. */
struct changes {
	struct kis_names codes;
	struct changes_row *rows; /* of each code */
	size_t room;
	uint64_t day, before; /* the newest date and that before it; 0: none */
	int descends;         /* the dates did not ascend: later changes are not
				 computed */
};

/* Compares a stock's row with its row of the date before, and keeps it. day is
 * a number that grows with the date, not 0. Returns 1 and replaces rank and
 * ratio by their changes, the rank's being the places gained; or 0 if the list
 * of the date before has no row of the stock, or the dates do not ascend. */
int changes_add(struct changes *c, uint64_t day, const char *code, size_t n,
	struct changes_row *row);

void changes_release(struct changes *c);

#endif
