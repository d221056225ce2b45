/*
 * Tests lib/worker.h: the order of jobs, and the results that they return.
 */
#include "lib/worker.h"
#include "lib/err.h"
#include "lib/mem.h"
#include "tests/unit/tap.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROOM = 1 << 20 };

struct step {
	int *count; /* number of finished steps; shared by all steps */
	int seen;   /* number of steps that finished earlier; -1: not run */
	int ms;     /* duration in milliseconds */
};

static ssize_t make(void *arg)
{
	struct step *s = arg;

	poll(NULL, 0, s->ms);
	s->seen = (*s->count)++;
	errno = s->ms ? EAGAIN : ENOSPC;
	return s->ms ? -1 : 7;
}

/* The first job is slow; the later jobs must not overtake it. */
static void test_order(void)
{
	struct kis_worker *a = kis_worker_new();
	struct step steps[KIS_WORKER_QUEUE_MAX];
	int count = 0, good = 1, full = 0;

	ok(kis_worker_wait(a) == 0, "kis_worker_wait: returns 0 without a job");
	for (int i = 0; i < KIS_WORKER_QUEUE_MAX; i++) {
		steps[i] = (struct step){&count, -1, i ? 0 : 100};
		full |= kis_worker_is_full(a);
		kis_worker_start(a, make, &steps[i]);
	}
	ok(!full && kis_worker_is_full(a),
		"kis_worker_is_full: 1 after KIS_WORKER_QUEUE_MAX jobs");
	ok(!kis_worker_is_done(a),
		"kis_worker_is_done: 0 while the first job runs");
	good = kis_worker_wait(a) == -1 && errno == EAGAIN;
	ok(good && !kis_worker_is_full(a),
		"kis_worker_wait: returns result and errno of the oldest job");
	for (int i = 1; i < KIS_WORKER_QUEUE_MAX; i++)
		good &= kis_worker_wait(a) == 7 && errno == ENOSPC;
	for (int i = 0; i < KIS_WORKER_QUEUE_MAX; i++)
		good &= steps[i].seen == i;
	ok(good, "kis_worker_wait: returns the other results in order");
	kis_worker_start(a, make, &steps[1]);
	while (!kis_worker_is_done(a))
		poll(NULL, 0, 1);
	ok(kis_worker_wait(a) == 7 && !kis_worker_is_done(a),
		"kis_worker_is_done: 1 before the wait, 0 after it");
	kis_worker_free(a);
}

static void test_end(void)
{
	struct kis_worker *a = kis_worker_new();
	struct step steps[2];
	char room[8];
	int count = 0, ends[2];

	for (int i = 0; i < 2; i++) {
		steps[i] = (struct step){&count, -1, i ? 0 : 500};
		kis_worker_start(a, make, &steps[i]);
	}
	kis_worker_free(a);
	ok(steps[1].seen == -1,
		"kis_worker_free: drops a job that has not started");
	alarm(10);
	a = pipe(ends) == 0 ? kis_worker_new() : NULL;
	kis_worker_read(a, ends[0], room, sizeof(room));
	kis_worker_free(a);
	ok(alarm(0) > 0, "kis_worker_free: does not wait for a silent pipe");
	close(ends[0]);
	close(ends[1]);
}

/* Starts to write a block in a worker, then requests more memory than exists.
 * The request must end the process, but only after the block is written. */
static void write_and_end(int fd)
{
	static char block[ROOM];
	struct kis_worker *a = kis_worker_new();

	kis_worker_write(a, fd, block, sizeof(block));
	kis_mem_resize(NULL, SIZE_MAX, 2);
	_exit(0);
}

static size_t read_slowly(int fd)
{
	static char room[4096];
	size_t sum = 0;
	ssize_t got;

	while ((got = read(fd, room, sizeof(room))) > 0) {
		sum += (size_t)got;
		poll(NULL, 0, 1);
	}
	return sum;
}

static void test_no_memory(void)
{
	int ends[2], status = 0;
	pid_t pid;

	alarm(20);
	if (pipe(ends) != 0 || (pid = fork()) < 0) {
		ok(0, "worker: pipe and fork succeed");
		return;
	}
	if (pid == 0) {
		close(ends[0]);
		close(STDERR_FILENO);
		write_and_end(ends[1]);
	}
	close(ends[1]);
	ok(read_slowly(ends[0]) == ROOM,
		"out of memory: a block that is being written is completed");
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == KIS_EX_SYSTEM,
		"out of memory: exit status is 71");
	close(ends[0]);
	alarm(0);
}

/* If kis_worker_free() drops a write that has not begun, a later
 * out-of-memory exit must not wait for that write. */
static void test_given_up(void)
{
	struct kis_worker *a;
	struct step slow = {.count = &(int){0}, .ms = 300};
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		alarm(10);
		close(STDERR_FILENO);
		a = kis_worker_new();
		kis_worker_start(a, make, &slow);
		kis_worker_write(a, STDERR_FILENO, "", 0);
		kis_worker_free(a);
		kis_mem_resize(NULL, SIZE_MAX, 2);
	}
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == KIS_EX_SYSTEM,
		"out of memory: does not wait for a dropped write");
}

int main(void)
{
	test_order();
	test_end();
	test_no_memory();
	test_given_up();
	return done();
}
