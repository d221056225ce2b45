/* Tests lib/clock and lib/retry: Korean times, and pauses that must end before
 * a deadline. */
#include "lib/retry.h"
#include "lib/clock.h"
#include "tests/unit/tap.h"

#include <stdlib.h>
#include <string.h>

static void reads(const char *text, time_t wanted)
{
	time_t t = -1;

	ok(kis_clock_parse_kst(text, &t) == 0 && t == wanted,
		"kis_clock_parse_kst: '%s' is %lld s since 1970", text,
		(long long)t);
}

static void test_parse(void)
{
	static const char *const wrong[] = {"", "2023-12-22",
		"2023-12-22T08:16:59", "2023-12-22 08:16:59 ",
		" 2023-12-22 08:16:59", "2023-12-22 08:16:59Z",
		"2023-12-22 8:16:59", "2023-02-29 00:00:00",
		"2023-13-01 00:00:00", "2023-00-01 00:00:00",
		"2023-12-22 24:00:00", "2023-12-22 08:60:00",
		"2023-12-22 08:16:60", "+023-12-22 08:16:59",
		"-001-12-22 08:16:59", "20231222081659", "junk"};

	reads("2023-12-22 08:16:59", 1703200619);
	reads("1970-01-01 09:00:00", 0);
	reads("1970-01-01 00:00:00", -32400);
	reads("2024-02-29 23:59:59", 1709218799);
	reads("9999-12-31 23:59:59", 253402268399);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		time_t t;

		ok(kis_clock_parse_kst(wrong[i], &t) < 0,
			"kis_clock_parse_kst: rejects '%s'", wrong[i]);
	}
}

static void test_write(void)
{
	char text[KIS_CLOCK_TEXT];
	time_t t = -1;

	/* set a time zone other than Korea's, because the results must not
	 * depend on the machine's time zone */
	setenv("TZ", "America/New_York", 1);
	tzset();
	kis_clock_format_iso(1703200619, text);
	ok(strcmp(text, "2023-12-22T08:16:59+09:00") == 0,
		"kis_clock_format_iso: '%s' in any time zone", text);
	kis_clock_text_kst(1703200619, text);
	ok(strcmp(text, "2023-12-22 08:16:59") == 0,
		"kis_clock_text_kst: '%s' in any time zone", text);
	ok(kis_clock_parse_kst(text, &t) == 0 && t == 1703200619,
		"kis_clock_parse_kst: parses what kis_clock_text_kst wrote");
}

static int64_t paused_ms(struct kis_retry *r, int *rc)
{
	static const struct kis_err why = {KIS_EX_TEMP, "it failed"};
	static const struct kis_log logger = {.program = "unit", .level = -1};
	int64_t began_ms = kis_clock_monotonic_ms();

	*rc = kis_retry_again(r, &why, &logger);
	return kis_clock_monotonic_ms() - began_ms;
}

static void test_retry(void)
{
	struct kis_retry r = {
		.left = 2, .deadline_ms = kis_clock_monotonic_ms() + 60000};
	int rc;
	int64_t ms = paused_ms(&r, &rc);

	ok(rc == 0 && ms >= 200,
		"kis_retry_again: first pause is at least 200 ms (%lld)",
		(long long)ms);
	ms = paused_ms(&r, &rc);
	ok(rc == 0 && ms >= 400,
		"kis_retry_again: second pause is at least 400 ms (%lld)",
		(long long)ms);
	paused_ms(&r, &rc);
	ok(rc < 0, "kis_retry_again: fails if no retry is left");

	r = (struct kis_retry){.left = 1,
		.asked_s = 1,
		.deadline_ms = kis_clock_monotonic_ms() + 60000};
	ms = paused_ms(&r, &rc);
	ok(rc == 0 && ms >= 1000,
		"kis_retry_again: waits the requested second (%lld ms)",
		(long long)ms);
	r = (struct kis_retry){.left = 1,
		.asked_s = 3600,
		.deadline_ms = kis_clock_monotonic_ms() + 5000};
	paused_ms(&r, &rc);
	ok(rc < 0 && kis_clock_monotonic_ms() < r.deadline_ms,
		"kis_retry_again: does not start a pause beyond the deadline");
	ok(r.left == 1,
		"kis_retry_again: a pause beyond the deadline uses no retry");
}

int main(void)
{
	test_parse();
	test_write();
	test_retry();
	return done();
}
