/*
 * Time: Korea's, as the server writes it, and this process's own.
 *
 * The server's times are Korean (UTC+9, no daylight saving) without a zone in
 * the text; the machine's own zone never enters.
 */
#ifndef KIS_CLOCK_H
#define KIS_CLOCK_H

#include <stdint.h>
#include <time.h>

enum { KIS_CLOCK_TEXT = 32 }; /* room for each text below */

/* Reads "2023-12-22 08:16:59" as Korean time; -1 if it is anything else. */
int kis_clock_parse_kst(const char *text, time_t *out);

/* Writes "2026-11-20T18:40:03+09:00". */
void kis_clock_format_iso(time_t t, char out[KIS_CLOCK_TEXT]);

/* Writes "2026-11-20 18:40:03", Korean time: the server's own form. */
void kis_clock_text_kst(time_t t, char out[KIS_CLOCK_TEXT]);

/* Writes the day, "20261120". */
void kis_clock_day_kst(time_t t, char out[KIS_CLOCK_TEXT]);

/* Reads "20261120" or "2026-11-20" as the beginning of that day in Korea; -1 if
 * it is anything else, or not a calendar date. */
int kis_clock_parse_day(const char *text, time_t *out);

/* Milliseconds of a clock that nobody sets, the same in all processes. */
int64_t kis_clock_monotonic_ms(void);

/* Sleeps; ms <= 0 returns at once. */
void kis_clock_sleep_ms(int64_t ms);

#endif
