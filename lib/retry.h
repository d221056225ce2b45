/*
 * Retries transient errors with growing random pauses, until a deadline. Random
 * pauses prevent the nightly jobs of many users, started in the same minute,
 * from sending their retries at the same time.
 */
#ifndef KIS_RETRY_H
#define KIS_RETRY_H

#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>

struct kis_retry {
	long left;           /* retries left */
	int64_t deadline_ms; /* of kis_clock_monotonic_ms() */
	/* Retry-After of the last response in seconds; 0 or less: none. */
	long asked_s;
	unsigned pauses; /* number of pauses made */
};

/* Called after the transient error why, which -v prints. Sleeps and returns 0
 * if the caller should retry, or returns -1 if no retries are left or the pause
 * would exceed the deadline. */
int kis_retry_again(struct kis_retry *r, const struct kis_err *why,
	const struct kis_log *logger);

#endif
