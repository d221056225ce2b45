/*
 * A stock over time: the parts of a stock's sheet that the sheet of a ranking
 * does not have, and the sheet 요약 with one row for each stock.
 *
 * Rows should be in ascending order of date. Titles, charts and means use the
 * short value ratio, because a ratio of won to won remains comparable across
 * splits.
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

/* Number of rows that each mean of the short value ratio covers: 5, 20 and
 * 40. */
extern const unsigned past_spans[PAST_MEANS];

/* The figures of one row; a missing figure is NAN. */
struct past_row {
	long day; /* Excel serial number; 0 if missing */
	double close, high, low, average, ratio, vs_avg;
};

/* A summary of a stock's rows so far. */
struct past {
	/* Short value ratios of the last rows; the ratio of row i is at index i
	 * % PAST_SPAN_MAX. */
	double ratios[PAST_SPAN_MAX];
	uint64_t rows;
	/* means of the short value ratio over the last 5, 20 and 40 rows; NAN
	 * if there are fewer rows or a ratio is missing */
	double mean[PAST_MEANS];
	/* row of the newest day; the means up to that row are in newest_mean */
	struct past_row newest;
	double newest_mean[PAST_MEANS];
	/* Closing prices of the last rows; the price of row i is at index i %
	 * PAST_CHART_ROWS. */
	double closes[PAST_CHART_ROWS];
	/* Excel serial number of the oldest day; 0 if there is none */
	long first_day;
	/* highest short value ratio and its day; 0 if no row has a ratio */
	double highest;
	long highest_day;
	/* number of rows that seem to be from before a split */
	uint64_t adjusted;
	/* 1 if days repeat or are not ascending, or if a row has no day */
	int is_out_of_order;
};

void past_add(struct past *p, const struct past_row *row);

/* past_title() returns the title of a stock's sheet, and past_line() the line
 * below the title. Each returns a new string; the caller frees it. */
char *past_title(const struct group *g);
char *past_line(const struct group *g);

/* Highlights the days of the short-sale ban and the rows from before a split in
 * a stock's sheet, and adds the charts. Returns 0, or -1 and sets err (70,
 * 71). */
int past_dress(struct sheet *s, struct kis_err *err);

/* Fills the sheet 요약, which the caller has added. Call it after sheet_end()
 * of all groups. title replaces the default title; it may be NULL. Returns 0,
 * or -1 and sets err (70, 71, 74). */
int past_summary(struct writer *w, const struct groups *groups,
	const char *title, struct kis_err *err);

#endif
