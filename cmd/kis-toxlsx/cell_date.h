/*
 * Days and times as Excel counts them: days since 1899-12-30, the time of
 * day being the fraction. From 1900-03-01 on that is the calendar's; before,
 * Excel believes in 1900-02-29. Neither the locale nor the zone enters.
 */
#ifndef KIS_CELL_DATE_H
#define KIS_CELL_DATE_H

#include <stddef.h>

enum { CELL_DATE_TEXT = 48 }; /* room for each text below */

/* Of YYYYMMDD; 0 unless it is a day of the calendar in Excel's range. */
long cell_date_parse(const char *p, size_t n);

/* Of "2026-11-20T18:40:03+09:00" and no other zone; 0 unless it is one.
 * seconds, if not NULL: since 1970 in UTC. */
double cell_time_parse(const char *p, size_t n, long long *seconds);

/* "2026-11-20". */
void cell_date_text(long day, char out[CELL_DATE_TEXT]);

/* "2026-11-20 18:40". */
void cell_time_text(double when, char out[CELL_DATE_TEXT]);

#endif
