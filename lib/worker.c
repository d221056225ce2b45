#include "lib/worker.h"
#include "lib/file.h"
#include "lib/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct job {
	kis_worker_job *make;
	void *arg;
	ssize_t result;
	int result_errno;
};

enum { STACK_BYTES = 256 << 10 };

/* started, done and waited count the jobs that were started, that are done, and
 * that the caller has waited for. A job with number n is in jobs[n %
 * KIS_WORKER_QUEUE_MAX]. */
struct kis_worker {
	pthread_t thread;
	pthread_mutex_t lock; /* protects changed, quit, started and done */
	pthread_cond_t changed;
	int quit;
	unsigned started, done;
	/* From the start of a job until it is done, only the thread uses the
	 * entry of the job. */
	struct job jobs[KIS_WORKER_QUEUE_MAX];
	unsigned waited; /* used by the caller only */
	int wake[2];     /* pipe; closing wake[1] interrupts a read */
	int fd;          /* fd, p and n are those of a read or write job */
	char *p;
	size_t n;
	/* 1 while the out-of-memory exit is deferred for a write */
	int holds_end;
};

/* Defers the out-of-memory exit during a write, because exiting then would
 * leave an incomplete row in the output. */
static void hold_end(struct kis_worker *a)
{
	kis_mem_defer_exit();
	a->holds_end = 1;
}

static void let_end(struct kis_worker *a)
{
	if (a->holds_end)
		kis_mem_allow_exit();
	a->holds_end = 0;
}

/* Waits until fd has input, is at its end or has an error, and returns 1.
 * Returns 0 after wait_ms milliseconds (-1: no limit), or if kis_worker_free()
 * interrupts the wait, which could last forever on a pipe. */
static int wait_input(const struct kis_worker *a, int wait_ms)
{
	struct pollfd two[] = {{.fd = a->fd, .events = POLLIN},
		{.fd = a->wake[0], .events = POLLIN}};

	while (poll(two, 2, wait_ms) < 0)
		if (errno != EINTR)
			return 1;
	return two[0].revents && !two[1].revents;
}

/* Reads all available input, because starting a job for each small piece from a
 * pipe would take longer than reading the piece. If an error occurs after some
 * bytes were read, the next read reports the error. */
static ssize_t read_block(void *arg)
{
	const struct kis_worker *a = arg;
	size_t sum = 0;

	while (sum < a->n && wait_input(a, sum ? 0 : -1)) {
		ssize_t got = kis_file_read(a->fd, a->p + sum, a->n - sum);

		if (got < 0 && sum == 0)
			return -1;
		if (got <= 0)
			break;
		sum += (size_t)got;
	}
	return (ssize_t)sum;
}

static ssize_t write_block(void *arg)
{
	struct kis_worker *a = arg;
	ssize_t written = kis_file_write(a->fd, a->p, a->n);

	let_end(a);
	return written;
}

static void *work(void *arg)
{
	struct kis_worker *a = arg;

	pthread_mutex_lock(&a->lock);
	while (!a->quit) {
		struct job *job = &a->jobs[a->done % KIS_WORKER_QUEUE_MAX];

		if (a->done == a->started) {
			pthread_cond_wait(&a->changed, &a->lock);
			continue;
		}
		pthread_mutex_unlock(&a->lock);
		job->result = job->make(job->arg);
		job->result_errno = errno;
		pthread_mutex_lock(&a->lock);
		a->done++;
		pthread_cond_signal(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

struct kis_worker *kis_worker_new(void)
{
	pthread_attr_t attributes;
	int rc;
	struct kis_worker *a = kis_mem_new(1, sizeof(*a));

	if (pipe2(a->wake, O_CLOEXEC) != 0) {
		free(a);
		return NULL;
	}
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	/* Set the stack size, because its default depends on the stack limit of
	 * the main thread. */
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	rc = pthread_create(&a->thread, &attributes, work, a);
	pthread_attr_destroy(&attributes);
	if (rc == 0)
		return a;
	close(a->wake[0]);
	close(a->wake[1]);
	free(a);
	return NULL;
}

void kis_worker_start(struct kis_worker *a, kis_worker_job *make, void *arg)
{
	pthread_mutex_lock(&a->lock);
	a->jobs[a->started++ % KIS_WORKER_QUEUE_MAX] =
		(struct job){make, arg, 0, 0};
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
}

/* Starts a read or write job. No other read or write job is running, so fd, p
 * and n can be set without the lock. */
static void move_bytes(
	struct kis_worker *a, kis_worker_job *make, int fd, char *p, size_t n)
{
	a->fd = fd;
	a->p = p;
	a->n = n;
	kis_worker_start(a, make, a);
}

void kis_worker_read(struct kis_worker *a, int fd, char *p, size_t n)
{
	move_bytes(a, read_block, fd, p, n);
}

void kis_worker_write(struct kis_worker *a, int fd, const char *p, size_t n)
{
	hold_end(a);
	/* The cast is safe, because write_block() does not modify p. */
	move_bytes(a, write_block, fd, (char *)p, n);
}

int kis_worker_is_full(const struct kis_worker *a)
{
	return a->started - a->waited == KIS_WORKER_QUEUE_MAX;
}

int kis_worker_is_done(struct kis_worker *a)
{
	int is_done;

	pthread_mutex_lock(&a->lock);
	is_done = a->done != a->waited;
	pthread_mutex_unlock(&a->lock);
	return is_done;
}

ssize_t kis_worker_wait(struct kis_worker *a)
{
	const struct job *job = &a->jobs[a->waited % KIS_WORKER_QUEUE_MAX];

	if (a->waited == a->started)
		return 0;
	pthread_mutex_lock(&a->lock);
	while (a->done == a->waited)
		pthread_cond_wait(&a->changed, &a->lock);
	pthread_mutex_unlock(&a->lock);
	a->waited++;
	errno = job->result_errno;
	return job->result;
}

void kis_worker_free(struct kis_worker *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->quit = 1;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	close(a->wake[1]);
	pthread_join(a->thread, NULL);
	/* Allow the out-of-memory exit again: a write job that was dropped has
	 * not called let_end(). */
	let_end(a);
	close(a->wake[0]);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
