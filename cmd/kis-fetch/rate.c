#include "cmd/kis-fetch/rate.h"
#include "lib/cache.h"
#include "lib/clock.h"

#include <fcntl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SLOWEST_SPACING_MS = 500,
	/* A process waits at most this long for its turn, so the next turn in
	 * the shared file is invalid if it is further in the future than this
	 * plus LONGEST_SPACING_MS. */
	LONGEST_QUEUE_MS = 120000,
	LONGEST_SPACING_MS = 1000,
	/* Two results of boot_ms() that differ by at most this much count as
	 * equal, because boot_ms() reads two clocks one after the other. */
	BOOT_TOLERANCE_MS = 2000,
	/* maximum number of times that the shared file is created again after
	 * another program deleted it */
	MOST_CLEANINGS = 10,
};

static int open_shared(const char *path)
{
	struct stat st;
	int fd = open(path,
		O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

static void go_alone(struct rate *r, const char *why)
{
	kis_log_warn(r->logger,
		"rate limit is not shared with other processes: %s", why);
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	free(r->path); /* r->path = NULL prevents a second warning */
	r->path = NULL;
}

void rate_open(struct rate *r, long calls_per_second, const char *base_url,
	const char *appkey, const struct kis_log *logger)
{
	char digest[KIS_CACHE_DIGEST];
	struct kis_err err = {0};

	*r = (struct rate){.logger = logger,
		.fd = -1,
		.spacing_ms = (1000 + calls_per_second - 1) / calls_per_second};
	r->path =
		kis_cache_path(base_url, appkey, ".rate", digest, logger, &err);
	if (r->path)
		r->fd = open_shared(r->path);
	if (r->path && r->fd < 0)
		kis_fail_errno(&err, KIS_EX_CREATE, "cannot use '%s'", r->path);
	if (r->fd < 0)
		go_alone(r, err.msg);
}

/* Returns the calendar time at which this machine's monotonic clock was 0. All
 * processes get the same result, unless the machine was rebooted or they run on
 * different hosts or in different time namespaces. If the calendar clock is
 * set, the result changes too; the turn in the shared file is then ignored, so
 * one request may be sent too early. */
static int64_t boot_ms(int64_t now_ms)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 - now_ms;
}

/* Reads the time of the next free turn from the shared file. Returns it in
 * milliseconds of the monotonic clock, or returns now_ms if the file is invalid
 * or was written before a reboot or on another host. */
static int64_t read_next(int fd, int64_t now_ms)
{
	char text[64] = "";
	long long next_ms, boot;
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0 || sscanf(text, "%lld %lld\n", &next_ms, &boot) != 2 ||
		llabs(boot - boot_ms(now_ms)) > BOOT_TOLERANCE_MS ||
		next_ms < now_ms ||
		next_ms > now_ms + LONGEST_QUEUE_MS + LONGEST_SPACING_MS)
		return now_ms;
	return next_ms;
}

/* Overwrites the shared file in place with text of constant length. Overwriting
 * works on a full disk, and a killed process never leaves an empty file. An
 * empty file would mean that the next request may be sent immediately. */
static void write_next(int fd, int64_t next_ms, int64_t now_ms)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%019lld %019lld\n",
		(long long)next_ms, (long long)boot_ms(now_ms));

	if (pwrite(fd, text, (size_t)n, 0) == n && ftruncate(fd, n) != 0)
		return;
}

/* Returns the time of this process's next request. Reserves that time in the
 * shared file unless it is after latest_ms. r->next_ms limits this process even
 * if the file cannot be written. */
static int64_t take_turn(struct rate *r, int64_t latest_ms)
{
	int64_t now_ms = kis_clock_monotonic_ms();
	int64_t turn_ms = r->fd >= 0 ? read_next(r->fd, now_ms) : now_ms;

	if (turn_ms < r->next_ms)
		turn_ms = r->next_ms;
	if (turn_ms > latest_ms)
		return turn_ms;
	r->next_ms = turn_ms + r->spacing_ms;
	if (r->fd >= 0)
		write_next(r->fd, r->next_ms, now_ms);
	return turn_ms;
}

/* Locks the shared file. If the file cannot be locked, prints a warning and
 * limits only this process. Returns 0, or -1 and sets errno if another process
 * still holds the lock after wait_ms. */
static int lock_shared(struct rate *r, int64_t wait_ms)
{
	for (int tries = 0; r->fd >= 0 && tries < MOST_CLEANINGS; tries++) {
		if (kis_cache_flock(r->fd, wait_ms) != 0) {
			if (errno == EINTR || errno == EWOULDBLOCK)
				return -1;
			break;
		}
		if (!kis_cache_was_replaced(r->fd, r->path))
			return 0;
		close(r->fd);
		r->fd = open_shared(r->path);
	}
	if (r->path)
		go_alone(r, strerror(errno));
	return 0;
}

int rate_wait(struct rate *r, int64_t deadline_ms, struct kis_err *err)
{
	int64_t now_ms = kis_clock_monotonic_ms();
	int64_t latest_ms = now_ms + LONGEST_QUEUE_MS;
	int64_t turn_ms;

	if (latest_ms > deadline_ms)
		latest_ms = deadline_ms;
	/* Each process holds the lock only for a few system calls. So the wait
	 * lasts until the deadline only if the process that holds the lock was
	 * stopped. */
	if (lock_shared(r, deadline_ms - now_ms) != 0)
		return kis_fail_errno(err, KIS_EX_TEMP,
			"--max-time reached: another process holds the lock of "
			"the rate limit");
	turn_ms = take_turn(r, latest_ms);
	if (r->fd >= 0)
		flock(r->fd, LOCK_UN);
	if (turn_ms > latest_ms)
		return kis_fail(err, KIS_EX_TEMP,
			"--max-time too short: the rate limit, shared by all "
			"processes with this appkey, allows the next request "
			"in %lld s; retry later",
			(long long)(turn_ms - now_ms + 999) / 1000);
	kis_clock_sleep_ms(turn_ms - kis_clock_monotonic_ms());
	return 0;
}

void rate_slow_down(struct rate *r)
{
	int64_t twice_ms = r->spacing_ms * 2;

	/* With --rate 1, the spacing is already longer than SLOWEST_SPACING_MS
	 * and must not be shortened. */
	if (r->spacing_ms < SLOWEST_SPACING_MS)
		r->spacing_ms = twice_ms < SLOWEST_SPACING_MS
					? twice_ms
					: SLOWEST_SPACING_MS;
}

void rate_close(struct rate *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
	free(r->path);
	r->path = NULL;
}
