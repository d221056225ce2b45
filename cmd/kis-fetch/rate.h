/*
 * The limit of calls a second, across all processes of one appkey.
 *
 * KIS counts calls for each appkey, so the processes of a user share one
 * small file in the cache folder: under its lock each takes the next free
 * moment and moves it on by the spacing, then sleeps until its moment has
 * come. First come, first served; nobody polls; a process that dies loses its
 * one moment and no more; one that cannot wait so long takes none. The clock
 * is the one that nobody sets; what cannot be a moment of it (junk, or from
 * before a reboot) counts as now.
 */
#ifndef KIS_FETCH_RATE_H
#define KIS_FETCH_RATE_H

#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>

struct rate {
	const struct kis_log *say; /* borrows */
	char *path;                /* owned; of the shared file */
	int fd;                    /* that file; -1: only this process */
	int64_t spacing_ms;        /* between two calls */
	int64_t next_ms;           /* not before it, whatever the file says */
};

/* Opens the shared state of (base_url, appkey); where that cannot be had, or
 * not be locked later on, a warning is said once and the limit holds within
 * this process. */
void rate_open(struct rate *r, long calls_per_second, const char *base_url,
	const char *appkey, const struct kis_log *say);

/* Waits for this process's turn; 75 if that would be after deadline_ms, or
 * two minutes off. */
int rate_wait(struct rate *r, int64_t deadline_ms, struct kis_err *err);

/* After the server refused for its rate: half as fast, down to 2 a second. */
void rate_slow_down(struct rate *r);

void rate_close(struct rate *r);

#endif
