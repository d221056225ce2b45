/*
 * One stock over time: the parts of its sheet that a ranking's sheet does not
 * have, and the sheet 요약 with one row per stock.
 *
 * Rows are in ascending order of date. Titles, charts and means use the short
 * value ratio, because a ratio of won to won stays comparable across splits.
 */
#ifndef KIS_PAST_H
#define KIS_PAST_H

#include "cmd/kis-toxlsx/book.h"

#include <stddef.h>
#include <stdint.h>

struct group;
struct groups;
struct sheet;

#define PAST_TITLE "공매도 일별추이"

enum { PAST_MEANS = 3, PAST_SPAN_MAX = 40, PAST_CHART_ROWS = 250 };

/* Rows per mean: 5, 20 and 40. */
extern const unsigned past_spans[PAST_MEANS];

/* The figures of one row; a missing one is NAN. */
struct past_row {
	long day; /* Excel serial number; 0 if missing */
	double close, high, low, average, ratio, vs_avg;
};

/* A summary of a stock's rows so far. */
struct past {
	/* Of the last rows; row i is at i modulo the array's size. */
	double ratios[PAST_SPAN_MAX];
	uint64_t rows;
	double mean[PAST_MEANS]; /* of the last row; NAN with too few rows */
	struct past_row newest;  /* the newest day, and its means */
	double newest_mean[PAST_MEANS];
	double closes[PAST_CHART_ROWS]; /* of the last rows, like ratios */
	long first_day;                 /* oldest day; 0 if there is none */
	double highest;
	long highest_day;
	uint64_t adjusted; /* rows that look like days before a split */
	/* Days repeat or are not ascending, or a row has no day. */
	int is_out_of_order;
};

void past_add(struct past *p, const struct past_row *row);

/* Texts above the table. Each returns a new string; the caller frees it. */
char *past_title(const struct group *g);
char *past_line(const struct group *g);

/* Highlights the days of the short-sale ban and the rows from before a split,
 * and adds the charts. Returns 0, or -1 and sets err (70, 71). */
int past_dress(struct sheet *s, struct kis_err *err);

/* Fills 요약, which the caller has added. Call it after sheet_end() of all
 * groups. title may be NULL. Returns 0, or -1 and sets err (70, 71, 74). */
int past_summary(struct writer *w, const struct groups *groups,
	const char *title, struct kis_err *err);

#endif
