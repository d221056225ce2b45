/*
 * Converts Korean time from and to text, and provides a monotonic clock.
 *
 * The server writes Korean time (UTC+9, no daylight saving) without a time
 * zone. The local time zone is never used.
 */
#ifndef KIS_CLOCK_H
#define KIS_CLOCK_H

#include <stdint.h>
#include <time.h>

enum { KIS_CLOCK_TEXT = 32 }; /* size in bytes of a buffer for a time or date */

/* Parses text such as "2023-12-22 08:16:59" as Korean time. Returns 0 and sets
 * *out, or -1 if text has a different format or is not a valid time. */
int kis_clock_parse_kst(const char *text, time_t *out);

/* Writes t as Korean time to out, for example "2026-11-20T18:40:03+09:00", or
 * "" if the year does not fit in an int. */
void kis_clock_format_iso(time_t t, char out[KIS_CLOCK_TEXT]);

/* Writes t as Korean time to out in the server's format, for example
 * "2026-11-20 18:40:03", or "" if the year does not fit in an int. */
void kis_clock_text_kst(time_t t, char out[KIS_CLOCK_TEXT]);

/* Writes the date in Korea at the time t to out, for example "20261120". */
void kis_clock_day_kst(time_t t, char out[KIS_CLOCK_TEXT]);

/* Parses a date such as "20261120" or "2026-11-20" as the start of that day in
 * Korea. Returns 0 and sets *out, or -1 if text has a different format or is
 * not a valid date. */
int kis_clock_parse_day(const char *text, time_t *out);

/* Returns the milliseconds since boot. If the system has CLOCK_BOOTTIME, the
 * number includes the time for which the machine was suspended. Setting the
 * system time does not change the result. Results of different processes can be
 * compared. */
int64_t kis_clock_monotonic_ms(void);

/* Sleeps for ms milliseconds; returns immediately if ms <= 0. */
void kis_clock_sleep_ms(int64_t ms);

#endif
