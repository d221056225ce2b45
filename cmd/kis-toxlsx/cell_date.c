#include "cmd/kis-toxlsx/cell_date.h"

#include <stdio.h>

enum {
	DAY_1970 = 25569,  /* Excel's number of 1970-01-01 */
	DAY_FIRST = 61,    /* and of 1900-03-01 */
	DAY_0000 = 719468, /* days from 0000-03-01 to 1970-01-01 */
	ERA_DAYS = 146097, /* of 400 years */
	SECONDS_OF_DAY = 86400,
	MINUTES_OF_DAY = 1440,
	KST_SECONDS = 9 * 3600,
};

/* Days from 1970-01-01 of a day of the Gregorian calendar; years begin in
 * March, so that the leap day is the last. */
static long days_1970(long y, long m, long d)
{
	long era_day, year_of_era;

	y -= m <= 2;
	year_of_era = y % 400;
	era_day = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
		  (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return y / 400 * ERA_DAYS + era_day - DAY_0000;
}

static int digits_of(const char *p, size_t n, long *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return 0;
		*out = *out * 10 + (p[i] - '0');
	}
	return 1;
}

static long day_of(long y, long m, long d)
{
	static const int lengths[] = {
		31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
	long day;

	if (m < 1 || m > 12 || d < 1 || d > lengths[m - 1] ||
		(m == 2 && d == 29 && !leap))
		return 0;
	day = days_1970(y, m, d) + DAY_1970;
	return day < DAY_FIRST ? 0 : day;
}

long cell_date_parse(const char *p, size_t n)
{
	long y, m, d;

	if (n != 8 || !digits_of(p, 4, &y) || !digits_of(p + 4, 2, &m) ||
		!digits_of(p + 6, 2, &d))
		return 0;
	return day_of(y, m, d);
}

double cell_time_parse(const char *p, size_t n, long long *seconds)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd+09:00";
	long y, mo, d, h, mi, s, day, of_day;

	if (n != sizeof(form) - 1)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (form[i] != 'd' && form[i] != p[i])
			return 0;
	if (!digits_of(p, 4, &y) || !digits_of(p + 5, 2, &mo) ||
		!digits_of(p + 8, 2, &d) || !digits_of(p + 11, 2, &h) ||
		!digits_of(p + 14, 2, &mi) || !digits_of(p + 17, 2, &s))
		return 0;
	day = day_of(y, mo, d);
	if (day == 0 || h > 23 || mi > 59 || s > 59)
		return 0;
	of_day = h * 3600 + mi * 60 + s;
	if (seconds)
		*seconds = (long long)(day - DAY_1970) * SECONDS_OF_DAY +
			   of_day - KST_SECONDS;
	return (double)day + (double)of_day / SECONDS_OF_DAY;
}

void cell_date_text(long day, char out[CELL_DATE_TEXT])
{
	/* back to the calendar, years beginning in March */
	unsigned long z = (unsigned long)(day - DAY_1970 + DAY_0000);
	unsigned long era = z / ERA_DAYS, of_era = z % ERA_DAYS;
	unsigned long year = (of_era - of_era / 1460 + of_era / 36524 -
				     of_era / (ERA_DAYS - 1)) /
			     365;
	unsigned long of_year = of_era - (365 * year + year / 4 - year / 100);
	unsigned long march = (5 * of_year + 2) / 153;
	unsigned long month = march < 10 ? march + 3 : march - 9;

	year += era * 400 + (month <= 2);
	snprintf(out, CELL_DATE_TEXT, "%04lu-%02lu-%02lu", year % 10000, month,
		of_year - (153 * march + 2) / 5 + 1);
}

void cell_time_text(double when, char out[CELL_DATE_TEXT])
{
	long day = (long)when;
	/* a second is 1e-5 of a day: what rounding takes is far less */
	double minutes = (when - (double)day) * MINUTES_OF_DAY + 1e-6;
	char date[CELL_DATE_TEXT];

	cell_date_text(day, date);
	snprintf(out, CELL_DATE_TEXT, "%.10s %02d:%02d", date,
		(int)minutes / 60 % 24, (int)minutes % 60);
}
