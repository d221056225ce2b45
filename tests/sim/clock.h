#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H
/*
 * The server's clock and the calendar of business days. The clock shows
 * Korean time (UTC+9, no summer time) in any time zone of the machine;
 * --today, --now and --clock-skew shift it. A day is a long: days since
 * 1970-01-01.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_options;

enum { SIM_DAY_TEXT = 9, SIM_TIME_TEXT = 40 };

/* Returns the time of the server's clock: milliseconds since 1970 (UTC). */
int64_t sim_clock_ms(const struct sim_options *o);

/* Returns the time of a monotonic clock in milliseconds, for rates and
 * pauses. */
int64_t sim_clock_steady_ms(void);

/* Writes the time ms (sim_clock_ms) as "2026-11-20T18:40:03.123+09:00". */
void sim_clock_iso(int64_t ms, char out[SIM_TIME_TEXT]);

/* Writes the time ms as KIS does: "2026-11-20 18:40:03", in Korean time. */
void sim_clock_kst(int64_t ms, char out[SIM_TIME_TEXT]);

/* Writes the time ms for the Date header: "Fri, 20 Nov 2026 09:40:03 GMT". */
void sim_clock_http(int64_t ms, char out[SIM_TIME_TEXT]);

/* Parses YYYYMMDD and sets *day. Returns 0, or -1 if text is not a date of 1971
 * or later; do not use *day then. */
int sim_day_parse(const char *text, long *day);

/* Returns the day of 1 January of the year. */
long sim_day_of_year(long year);

/* Writes the day as YYYYMMDD. */
void sim_day_format(long day, char out[SIM_DAY_TEXT]);

/* Returns true if the day is neither a Saturday or Sunday nor in --holidays. */
bool sim_day_is_business(const struct sim_options *o, long day);

/* Returns the last business day before day. */
long sim_day_before(const struct sim_options *o, long day);

/* Sets o->shift_s, the seconds by which --today and --now shift the clock. */
void sim_clock_set(struct sim_options *o);

/* Returns today's date in Korea. */
long sim_day_now(const struct sim_options *o);

/* Returns the day of the current price: today if it is a business day and the
 * market has opened (09:00), else the previous business day. */
long sim_day_price(const struct sim_options *o);

/*
 * Returns the base date, the newest day whose short sales are published: today
 * if it is a business day and the time of the rollover has passed, else the
 * previous business day.
 */
long sim_day_base(const struct sim_options *o);

/*
 * Fills days, an array of max elements, with the business days of the period
 * that ends at the business day base, newest first. The length of the period
 * is count business days if months is 0, else months calendar months. Returns
 * the number of days; omits the oldest days if there are more than max.
 */
int sim_day_period(const struct sim_options *o, long base, int count,
	int months, long *days, int max);

#endif
