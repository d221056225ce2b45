/*
 * The rows a chart shows: of the last query's records those with the largest
 * value. Kept only while input is short, so it is bounded by that.
 */
#ifndef KIS_CHART_TOP_H
#define KIS_CHART_TOP_H

#include <stddef.h>

struct top_row {
	char *name;
	double value[2]; /* short value in won, its share as a ratio */
};

struct top {
	struct top_row *rows;
	size_t count;
	size_t *order; /* of rows, after top_sort() */
};

enum top_by {
	TOP_VALUE,
	TOP_SHARE,
};

/* Adds a row; the name is copied. */
void top_add(
	struct top *t, const char *name, size_t n, double value, double share);

/* Sorts by one of the two, largest first, equal ones as they came. */
void top_sort(struct top *t, enum top_by by);

/* The row at a place after top_sort(). */
const struct top_row *top_at(const struct top *t, size_t place);

void top_release(struct top *t);

#endif
