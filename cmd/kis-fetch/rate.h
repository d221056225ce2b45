/*
 * Limits the requests per second of all processes that use the same appkey.
 *
 * KIS counts requests per appkey, so the processes of a user share one small
 * file in the cache directory. The file contains the time of the next free
 * turn, at which a request may be sent. A process locks the file, reserves that
 * turn by adding the minimum spacing to the time in the file, unlocks the file,
 * and sleeps until its turn. Processes send their requests in the order in
 * which they reserved their turns, without polling. A process that dies wastes
 * one turn. A process that cannot wait until its turn does not reserve the
 * turn. The times are those of the monotonic clock, which cannot be set. If the
 * time in the file is invalid or from before a reboot, the next turn is now.
 */
#ifndef KIS_FETCH_RATE_H
#define KIS_FETCH_RATE_H

#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>

struct rate {
	const struct kis_log *logger; /* borrowed until rate_close() */
	char *path;                   /* owned; path of the shared file */
	int fd; /* descriptor of the shared file, or -1 if the limit is not
		   shared */
	int64_t spacing_ms; /* minimum time between two requests */
	int64_t next_ms; /* earliest time of this process's next request, even
			    if the shared file contains an earlier time */
};

/* Opens the file that all processes with this server and appkey share. If the
 * file cannot be opened, or cannot be locked later, prints one warning and
 * limits only this process. Borrows logger until rate_close(). */
void rate_open(struct rate *r, long calls_per_second, const char *base_url,
	const char *appkey, const struct kis_log *logger);

/* Waits until this process may send its next request. deadline_ms is a time on
 * the clock of kis_clock_monotonic_ms(). Returns 0, or -1 and sets err (75) if
 * this process's turn is after deadline_ms or more than two minutes away, or if
 * another process holds the lock of the shared file until deadline_ms. */
int rate_wait(struct rate *r, int64_t deadline_ms, struct kis_err *err);

/* Halves the rate of this process, but not below 2 requests per second. A rate
 * of 2 or less is not changed. The caller calls this function after a request
 * exceeded the server's rate limit. */
void rate_slow_down(struct rate *r);

void rate_close(struct rate *r);

#endif
