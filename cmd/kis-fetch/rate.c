#include "cmd/kis-fetch/rate.h"
#include "lib/cache.h"
#include "lib/when.h"

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
	/* a queue of hundreds of processes is not believed */
	LONGEST_QUEUE_MS = 120000,
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

void rate_open(struct rate *r, long calls_per_second, const char *base_url,
	const char *appkey, const struct kis_say *say)
{
	struct kis_err err = {0};
	char *path = kis_cache_path(base_url, appkey, ".rate", &err);

	*r = (struct rate){.fd = -1,
		.spacing_ms = (1000 + calls_per_second - 1) / calls_per_second};
	if (path)
		r->fd = open_shared(path);
	if (path && r->fd < 0)
		kis_fail_errno(&err, KIS_EX_CREATE, "cannot use '%s'", path);
	if (r->fd < 0)
		kis_say_warn(say,
			"the limit of calls a second is not shared with other "
			"processes: %s",
			err.msg);
	free(path);
}

/* The next free moment as the file says it, now if it says nonsense. */
static int64_t read_next(int fd, int64_t now_ms)
{
	char text[32] = "";
	long long next_ms;
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0 || sscanf(text, "%lld\n", &next_ms) != 1 ||
		next_ms < now_ms || next_ms > now_ms + LONGEST_QUEUE_MS)
		return now_ms;
	return next_ms;
}

/* A write that fails leaves what was there: at worst nonsense, which counts
 * as now. */
static void write_next(int fd, int64_t next_ms)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%lld\n", (long long)next_ms);

	if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)n, 0) < 0)
		return;
}

static int64_t take_turn(struct rate *r)
{
	int64_t now_ms = kis_when_ms();
	int64_t turn_ms = now_ms > r->next_ms ? now_ms : r->next_ms;

	if (r->fd >= 0)
		turn_ms = read_next(r->fd, now_ms);
	r->next_ms = turn_ms + r->spacing_ms;
	if (r->fd >= 0)
		write_next(r->fd, r->next_ms);
	return turn_ms;
}

int rate_wait(struct rate *r, int64_t deadline_ms, struct kis_err *err)
{
	int64_t turn_ms;

	/* held for a few system calls only, unless its holder was stopped */
	if (r->fd >= 0 &&
		kis_cache_flock(r->fd, deadline_ms - kis_when_ms()) != 0)
		return kis_fail_errno(err, KIS_EX_TEMP,
			"no time left (--max-time): another process holds the "
			"shared limit of calls a second");
	turn_ms = take_turn(r);
	if (r->fd >= 0)
		flock(r->fd, LOCK_UN);
	if (turn_ms >= deadline_ms)
		return kis_fail(err, KIS_EX_TEMP,
			"no time left (--max-time): the calls a second allow "
			"the next one too late");
	kis_when_sleep_ms(turn_ms - kis_when_ms());
	return 0;
}

void rate_slow_down(struct rate *r)
{
	int64_t twice_ms = r->spacing_ms * 2;

	/* a --rate below 2 is slower already and stays */
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
}
