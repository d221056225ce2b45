#ifndef SIM_CLOCK_H
#define SIM_CLOCK_H
/*
 * The server's time: Korean (UTC+9, no summer time) whatever the machine's
 * zone, with an error if one is asked for, and the calendar of business days.
 * A day is a long: days since 1970-01-01.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_options;

enum { SIM_DAY_TEXT = 9, SIM_TIME_TEXT = 40 };

/* Milliseconds since 1970 by the server's clock. */
int64_t sim_clock_ms(const struct sim_options *o);

/* Milliseconds that only go forward, for rates and pauses. */
int64_t sim_clock_steady_ms(void);

/* "2026-11-20T18:40:03.123+09:00" */
void sim_clock_iso(int64_t ms, char out[SIM_TIME_TEXT]);

/* "2026-11-20 18:40:03", Korean time without its zone, as KIS writes it */
void sim_clock_kst(int64_t ms, char out[SIM_TIME_TEXT]);

/* "Fri, 20 Nov 2026 09:40:03 GMT", for the Date header */
void sim_clock_http(int64_t ms, char out[SIM_TIME_TEXT]);

/* Reads YYYYMMDD; -1 when it is no day of the calendar. */
int sim_day_parse(const char *text, long *day);
/* 1 January. */
long sim_day_of_year(long year);
void sim_day_format(long day, char out[SIM_DAY_TEXT]);

bool sim_day_is_business(const struct sim_options *o, long day);

/* The day's predecessor among business days. */
long sim_day_before(const struct sim_options *o, long day);

/* Sets the clock to --today and --now. */
void sim_clock_set(struct sim_options *o);

/* Korea's day. */
long sim_day_now(const struct sim_options *o);

/* The day of the newest price: today from the opening on if it is a business
 * day, else the business day before. */
long sim_day_price(const struct sim_options *o);

/*
 * The newest day whose short sales are published: today from the roll-over
 * on if it is a business day, else the business day before.
 */
long sim_day_base(const struct sim_options *o);

/*
 * The business days of a period that ends at base, newest first, into days
 * (room for max). Counts business days when months is 0, else goes back that
 * many calendar months. Returns how many there are.
 */
int sim_day_period(const struct sim_options *o, long base, int count,
	int months, long *days, int max);

#endif
