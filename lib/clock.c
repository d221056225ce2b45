#include "lib/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { KST_OFFSET_S = 9 * 3600 };

int kis_clock_parse_kst(const char *text, time_t *out)
{
	struct tm tm = {0}, back;
	char again[KIS_CLOCK_TEXT];
	time_t t;

	if (sscanf(text, "%4d-%2d-%2d %2d:%2d:%2d", &tm.tm_year, &tm.tm_mon,
		    &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec) != 6)
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	t = timegm(&tm);
	if (!gmtime_r(&t, &back))
		return -1;
	/* timegm() accepts invalid dates such as 31 February, so reject a date
	 * that does not convert back to the same text. */
	strftime(again, sizeof(again), "%Y-%m-%d %H:%M:%S", &back);
	if (strcmp(again, text) != 0)
		return -1;
	*out = t - KST_OFFSET_S;
	return 0;
}

void kis_clock_format_iso(time_t t, char out[KIS_CLOCK_TEXT])
{
	struct tm tm;

	t += KST_OFFSET_S;
	out[0] = '\0';
	if (gmtime_r(&t, &tm))
		strftime(out, KIS_CLOCK_TEXT, "%Y-%m-%dT%H:%M:%S+09:00", &tm);
}

void kis_clock_text_kst(time_t t, char out[KIS_CLOCK_TEXT])
{
	char *at;

	kis_clock_format_iso(t, out);
	at = strchr(out, 'T');
	if (at)
		*at = ' ';
	at = strchr(out, '+');
	if (at)
		*at = '\0';
}

void kis_clock_day_kst(time_t t, char out[KIS_CLOCK_TEXT])
{
	char iso[KIS_CLOCK_TEXT] = "";

	kis_clock_format_iso(t, iso);
	snprintf(out, KIS_CLOCK_TEXT, "%.4s%.2s%.2s", iso, iso + 5, iso + 8);
}

int kis_clock_parse_day(const char *text, time_t *out)
{
	size_t n = strlen(text);
	char whole[KIS_CLOCK_TEXT];

	if (n == 8 && strspn(text, "0123456789") == n)
		snprintf(whole, sizeof(whole), "%.4s-%.2s-%.2s 00:00:00", text,
			text + 4, text + 6);
	else if (n == 10)
		snprintf(whole, sizeof(whole), "%s 00:00:00", text);
	else
		return -1;
	return kis_clock_parse_kst(whole, out);
}

int64_t kis_clock_monotonic_ms(void)
{
	struct timespec now;

#ifdef CLOCK_BOOTTIME
	clock_gettime(CLOCK_BOOTTIME, &now);
#else
	clock_gettime(CLOCK_MONOTONIC, &now);
#endif
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void kis_clock_sleep_ms(int64_t ms)
{
	struct timespec left = {ms / 1000, ms % 1000 * 1000000};

	if (ms <= 0)
		return;
	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		;
}
