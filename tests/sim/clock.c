#include "tests/sim/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/sim/options.h"

enum { DAY_S = 86400, KST_S = 9 * 3600 };

int64_t sim_clock_ms(const struct sim_options *o)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ((int64_t)ts.tv_sec + o->shift_s + o->clock_skew_s) * 1000 +
	       ts.tv_nsec / 1000000;
}

int64_t sim_clock_steady_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static struct tm split(int64_t ms, long zone_s)
{
	time_t t = (time_t)(ms / 1000 + zone_s);
	struct tm tm;

	gmtime_r(&t, &tm);
	return tm;
}

void sim_clock_iso(int64_t ms, char out[SIM_TIME_TEXT])
{
	struct tm tm = split(ms, KST_S);
	char whole[SIM_TIME_TEXT];

	strftime(whole, sizeof(whole), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out, SIM_TIME_TEXT, "%.28s.%03d+09:00", whole,
		(int)(ms % 1000));
}

void sim_clock_kst(int64_t ms, char out[SIM_TIME_TEXT])
{
	struct tm tm = split(ms, KST_S);

	strftime(out, SIM_TIME_TEXT, "%Y-%m-%d %H:%M:%S", &tm);
}

void sim_clock_http(int64_t ms, char out[SIM_TIME_TEXT])
{
	struct tm tm = split(ms, 0);

	strftime(out, SIM_TIME_TEXT, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

static long day_of(struct tm *tm)
{
	return (long)(timegm(tm) / DAY_S);
}

static void tm_of(long day, struct tm *tm)
{
	time_t t = (time_t)day * DAY_S;

	gmtime_r(&t, tm);
}

void sim_day_format(long day, char out[SIM_DAY_TEXT])
{
	struct tm tm;

	tm_of(day, &tm);
	strftime(out, SIM_DAY_TEXT, "%Y%m%d", &tm);
}

int sim_day_parse(const char *text, long *day)
{
	struct tm tm = {0};
	char again[SIM_DAY_TEXT];

	if (strlen(text) != 8 || strspn(text, "0123456789") != 8 ||
		sscanf(text, "%4d%2d%2d", &tm.tm_year, &tm.tm_mon,
			&tm.tm_mday) != 3 ||
		tm.tm_year < 1971)
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*day = day_of(&tm);
	/* timegm() turns 31 February into a day in March, so check that the day
	 * is the date in the text */
	sim_day_format(*day, again);
	return strcmp(again, text) == 0 ? 0 : -1;
}

long sim_day_of_year(long year)
{
	struct tm tm = {.tm_year = (int)year - 1900, .tm_mday = 1};

	return day_of(&tm);
}

bool sim_day_is_business(const struct sim_options *o, long day)
{
	long weekday = (day + 4) % 7; /* 1970-01-01 was a Thursday */

	if (weekday == 0 || weekday == 6)
		return false;
	for (int i = 0; i < o->nholidays; i++)
		if (o->holidays[i] == day)
			return false;
	return true;
}

long sim_day_before(const struct sim_options *o, long day)
{
	do
		day--;
	while (!sim_day_is_business(o, day));
	return day;
}

static int64_t kst_s(const struct sim_options *o)
{
	return sim_clock_ms(o) / 1000 + KST_S;
}

long sim_day_now(const struct sim_options *o)
{
	return (long)(kst_s(o) / DAY_S);
}

long sim_day_base(const struct sim_options *o)
{
	long today = sim_day_now(o);

	if (sim_day_is_business(o, today) &&
		kst_s(o) % DAY_S / 60 >= o->rollover_min)
		return today;
	return sim_day_before(o, today);
}

long sim_day_price(const struct sim_options *o)
{
	enum { OPENS_S = 9 * 3600 };
	long today = sim_day_now(o);

	if (sim_day_is_business(o, today) && kst_s(o) % DAY_S >= OPENS_S)
		return today;
	return sim_day_before(o, today);
}

/* --today and --now set the clock once, when the options are parsed; after
 * that, the clock runs normally. */
void sim_clock_set(struct sim_options *o)
{
	int64_t real_s = time(NULL) + KST_S;

	if (o->today >= 0)
		o->shift_s = (o->today - real_s / DAY_S) * DAY_S;
	if (o->now_s >= 0)
		o->shift_s += o->now_s - real_s % DAY_S;
}

/* Returns the day that precedes "day" by the number of calendar months in
 * "months". If that date does not exist, such as 31 February, returns the last
 * day of that month. */
static long months_back(long day, int months)
{
	struct tm tm;
	int mday;

	tm_of(day, &tm);
	mday = tm.tm_mday;
	tm.tm_mday = 1;
	tm.tm_mon -= months;
	day = day_of(&tm);
	for (;;) {
		tm_of(day, &tm);
		if (tm.tm_mday == mday)
			return day;
		tm_of(day + 1, &tm);
		if (tm.tm_mday == 1)
			return day;
		day++;
	}
}

int sim_day_period(const struct sim_options *o, long base, int count,
	int months, long *days, int max)
{
	long first = months ? months_back(base, months) : 0;
	int n = 0;

	while (n < max && (months ? base >= first : n < count)) {
		days[n++] = base;
		base = sim_day_before(o, base);
	}
	return n;
}
