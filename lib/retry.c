#include "lib/retry.h"
#include "lib/clock.h"

#include <stdlib.h>
#include <sys/random.h>

enum {
	FIRST_PAUSE_MS = 400,
	LONGEST_PAUSE_MS = 8000,
};

/* Returns a random number of milliseconds between ms / 2 and ms. */
static int64_t jittered(int64_t ms)
{
	uint32_t random = 0;

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		random = (uint32_t)kis_clock_monotonic_ms();
	return ms / 2 + (int64_t)(random % 1024) * (ms / 2) / 1024;
}

static int64_t pause_of(unsigned nth)
{
	int64_t ms = FIRST_PAUSE_MS;

	while (nth-- && ms < LONGEST_PAUSE_MS)
		ms *= 2;
	return jittered(ms < LONGEST_PAUSE_MS ? ms : LONGEST_PAUSE_MS);
}

int kis_retry_again(struct kis_retry *r, const struct kis_err *why,
	const struct kis_log *logger)
{
	int64_t pause_ms = pause_of(r->pauses);

	if (r->left <= 0)
		return -1;
	if (r->asked_s > 0 && (int64_t)r->asked_s * 1000 > pause_ms)
		pause_ms = (int64_t)r->asked_s * 1000;
	if (kis_clock_monotonic_ms() + pause_ms >= r->deadline_ms)
		return -1;
	r->left--;
	r->pauses++;
	kis_log_info(logger, "%s; retrying in %.1f s", why->msg,
		(double)pause_ms / 1000);
	kis_clock_sleep_ms(pause_ms);
	return 0;
}
