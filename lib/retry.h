/*
 * Retries transient errors with growing random pauses, until a deadline.
 * Without random pauses, the nightly jobs of many users, which start in the
 * same minute, would also send their retries at the same time.
 */
#ifndef KIS_RETRY_H
#define KIS_RETRY_H

#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>

struct kis_retry {
	long left;           /* number of retries left */
	int64_t deadline_ms; /* on the clock of kis_clock_monotonic_ms() */
	/* Retry-After of the last response in seconds; 0 or less: none. */
	long asked_s;
	unsigned pauses; /* number of pauses made */
};

/* Call this function after a transient error. The argument "why" is that error.
 * If a retry is possible, prints the error with -v, sleeps for a random pause,
 * or for asked_s seconds if that is longer, counts the retry in r and returns
 * 0. Returns -1 immediately if no retries are left or the pause would exceed
 * the deadline. */
int kis_retry_again(struct kis_retry *r, const struct kis_err *why,
	const struct kis_log *logger);

#endif
