/*
 * The limit of requests per second, shared by all processes of one appkey.
 *
 * KIS counts requests per appkey, so the processes of a user share one small
 * file in the cache directory. The file contains the time of the next free
 * turn. A process locks the file, reserves that turn by adding the spacing to
 * the time in the file, unlocks the file, and sleeps until its turn. Turns are
 * served in order, without polling. A process that dies wastes one turn; a
 * process that cannot wait until its turn does not reserve the turn. Times are
 * of the monotonic clock, which cannot be set. An invalid time, or one from
 * before a reboot, counts as now.
 */
#ifndef KIS_FETCH_RATE_H
#define KIS_FETCH_RATE_H

#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>

struct rate {
	const struct kis_log *logger; /* borrowed */
	char *path;                   /* owned; path of the shared file */
	int fd; /* the shared file; -1 if this process is limited alone */
	int64_t spacing_ms; /* least time between two requests */
	int64_t next_ms;    /* earliest time of this process's next request,
			       whatever the file contains */
};

/* Opens the shared file for this server and appkey. If the file cannot be
 * opened, or cannot be locked later, prints one warning and limits this process
 * alone. Borrows logger until rate_close(). */
void rate_open(struct rate *r, long calls_per_second, const char *base_url,
	const char *appkey, const struct kis_log *logger);

/* Waits for this process's turn. deadline_ms is a time of
 * kis_clock_monotonic_ms(). Returns 0, or -1 and sets err (75) if the turn is
 * after deadline_ms or more than two minutes away, or if another process holds
 * the lock of the file until deadline_ms. */
int rate_wait(struct rate *r, int64_t deadline_ms, struct kis_err *err);

/* Call this function after a request exceeded the server's rate limit. Halves
 * the rate of this process, but not below 2 requests per second. A rate of 2 or
 * less is not changed. */
void rate_slow_down(struct rate *r);

void rate_close(struct rate *r);

#endif
