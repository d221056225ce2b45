/*
 * What surrounds a sheet's rows: title and time line above the header; then
 * widths, table or filter, stripes, bars, freeze and the printed page.
 */
#ifndef KIS_PAGE_H
#define KIS_PAGE_H

#include "sheet.h"

/* What the header says above field i: the Korean name of the record's table,
 * or the member's own. Borrowed. */
void page_title_of(
	const struct sheet *s, size_t i, const char **text, size_t *len);

/* Writes what stands above the header and sets s->header. */
int page_head(struct sheet *s, struct kis_err *err);

/* After the last row. */
int page_foot(struct sheet *s, struct kis_err *err);

/* The last row written and the last column. */
lxw_row_t page_last_row(const struct sheet *s);
lxw_col_t page_last_col(const struct sheet *s);

/* 1 if the charts stand below the table: it is short enough for that. */
int page_charts_below(const struct sheet *s);

/* "2024-06-04 ~ 2024-06-25", or one day, or "". */
enum { PAGE_SPAN = 64 };
void page_days(const struct group *g, char out[PAGE_SPAN]);

/* "2026-11-20 18:40" of a time as Excel counts, or "". */
void page_time(double when, char out[PAGE_SPAN]);

/* 1 if the last query's list is as long as KIS makes one at most, so that
 * it is not the whole market. */
int page_is_capped(const struct group *g);

#endif
