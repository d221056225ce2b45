#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H
/*
 * Provides the server's clock and the calendar of business days. The clock
 * shows Korean time (UTC+9, no summer time) in any time zone of the machine,
 * and --today, --now and --clock-skew shift it. A day is a long that counts the
 * days since 1970-01-01.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_options;

enum { SIM_DAY_TEXT = 9, SIM_TIME_TEXT = 40 };

/* Returns the time of the server's clock in milliseconds since 1970-01-01 00:00
 * UTC. */
int64_t sim_clock_ms(const struct sim_options *o);

/* Returns the time of a monotonic clock in milliseconds, for rates and
 * pauses. */
int64_t sim_clock_steady_ms(void);

/* Writes the time ms, which is from sim_clock_ms(), in Korean time, as
 * "2026-11-20T18:40:03.123+09:00". */
void sim_clock_iso(int64_t ms, char out[SIM_TIME_TEXT]);

/* Writes the time ms, which is from sim_clock_ms(), as KIS does, in Korean
 * time: "2026-11-20 18:40:03". */
void sim_clock_kst(int64_t ms, char out[SIM_TIME_TEXT]);

/* Writes the time ms, which is from sim_clock_ms(), for the HTTP header Date:
 * "Fri, 20 Nov 2026 09:40:03 GMT". */
void sim_clock_http(int64_t ms, char out[SIM_TIME_TEXT]);

/* Parses a date YYYYMMDD and sets *day. Returns 0, or -1 if text is not a date
 * of 1971 or later. After -1, *day is undefined. */
int sim_day_parse(const char *text, long *day);

/* Returns 1 January of the year as a day. */
long sim_day_of_year(long year);

/* Writes the date of the day as YYYYMMDD. */
void sim_day_format(long day, char out[SIM_DAY_TEXT]);

/* Returns true unless the day is a Saturday, a Sunday or in --holidays. */
bool sim_day_is_business(const struct sim_options *o, long day);

/* Returns the last business day before "day". */
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
 * Fills "days" with the business days of a period, newest first. The period
 * ends on the business day "base". Its length is "months" calendar months or,
 * if "months" is 0, "count" business days. Returns the number of days. If there
 * are more than "max" days, omits the oldest.
 */
int sim_day_period(const struct sim_options *o, long base, int count,
	int months, long *days, int max);

#endif
