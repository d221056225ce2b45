/*
 * Trying again: a few times, with growing, jittered pauses, never beyond a
 * deadline. Jitter keeps many users' nightly jobs, all started at the same
 * minute, from coming back in step.
 */
#ifndef KIS_RETRY_H
#define KIS_RETRY_H

#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>

struct kis_retry {
	long left;           /* tries left after the first */
	int64_t deadline_ms; /* of kis_clock_monotonic_ms() */
	long asked_s;        /* what the server's last answer asked to be
				waited (Retry-After); not over 0: nothing */
	unsigned pauses;     /* made so far */
};

/* After a failure that may pass (why, shown with -v): sleeps and returns 0
 * for another try, or returns -1 when none is left or the pause would go over
 * the deadline. */
int kis_retry_again(struct kis_retry *r, const struct kis_err *why,
	const struct kis_log *say);

#endif
