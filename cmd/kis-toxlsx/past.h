/*
 * One stock over time: what its sheet has that the sheet of a ranking does not,
 * and the sheet 요약, which has a row for each stock.
 *
 * Rows come oldest day first. The value ratio is the one that is shown, charted
 * and averaged: won over won holds across splits (kis-daily.md, 3.2).
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

/* Rows that a mean is of: 5, 20, 40. */
extern const unsigned past_spans[PAST_MEANS];

/* One row's figures; NAN what it does not have. */
struct past_row {
	long day; /* as Excel counts; 0 if it has none */
	double close, high, low, average, ratio, vs_avg;
};

/* What is known of a stock's rows so far. */
struct past {
	double ratios[PAST_SPAN_MAX]; /* of the last rows; row i is at i modulo
					 the size */
	uint64_t rows;
	double mean[PAST_MEANS]; /* of the last row; NAN if there is none */
	struct past_row newest;  /* of the newest day, and its means */
	double newest_mean[PAST_MEANS];
	double closes[PAST_CHART_ROWS]; /* of the last rows, indexed like ratios
					 */
	long first_day;                 /* the oldest; 0 if there is none */
	double highest;
	long highest_day;
	uint64_t adjusted;   /* rows from before a split */
	int is_out_of_order; /* or a day came twice */
};

void past_add(struct past *p, const struct past_row *row);

/* Lines above the table; the caller frees them. */
char *past_title(const struct group *g);
char *past_line(const struct group *g);

/* Marks days of the ban on short sales and rows of before a split, and adds the
 * charts. Fails with 70, 71. */
int past_dress(struct sheet *s, struct kis_err *err);

/* Fills 요약, which the caller has added (title may be NULL), after sheet_end()
 * of all groups. Fails with 70, 71, 74. */
int past_summary(struct writer *w, const struct groups *groups,
	const char *title, struct kis_err *err);

#endif
