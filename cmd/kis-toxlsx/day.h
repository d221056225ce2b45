/*
 * Days and times as Excel counts them: days since 1899-12-30, the time of
 * day being the fraction. From 1900-03-01 on that is the calendar's; before,
 * Excel believes in 1900-02-29. Neither the locale nor the zone enters.
 */
#ifndef KIS_DAY_H
#define KIS_DAY_H

#include <stddef.h>

enum { DAY_TEXT = 48 }; /* room for each text below */

/* Of YYYYMMDD; 0 unless it is a day of the calendar in Excel's range. */
long day_parse(const char *p, size_t n);

/* Of "2026-11-20T18:40:03+09:00" and no other zone; 0 unless it is one.
 * seconds, if not NULL: since 1970 in UTC. */
double day_parse_time(const char *p, size_t n, long long *seconds);

/* "2026-11-20". */
void day_text(long day, char out[DAY_TEXT]);

/* "2026-11-20 18:40". */
void day_time_text(double when, char out[DAY_TEXT]);

#endif
