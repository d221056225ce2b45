/*
 * Runs jobs in a thread while the caller continues: reads, writes and other
 * slow work. Small inputs are processed in the calling thread, because a thread
 * costs more than one block.
 *
 * Jobs run one after the other, in the order in which they were started. Until
 * the caller has waited for a job, everything that the job uses belongs to the
 * thread.
 */
#ifndef KIS_WORKER_H
#define KIS_WORKER_H

#include <stddef.h>
#include <sys/types.h>

struct kis_worker;

/* Maximum number of jobs that are started but not waited for. While one runs,
 * others are queued, so the thread does not wait for the caller between jobs.
 */
enum { KIS_WORKER_QUEUE_MAX = 3 };

/* kis_worker_wait() returns the job's return value and sets errno to the job's.
 */
typedef ssize_t kis_worker_job(void *arg);

/* Returns a new worker, or NULL if no thread can be created. The caller frees
 * it with kis_worker_free(). */
struct kis_worker *kis_worker_new(void);

/* Starts a job: make is called with arg. Borrows arg until the job was waited
 * for. The queue must not be full. */
void kis_worker_start(struct kis_worker *a, kis_worker_job *make, void *arg);

/* Start a job that reads or writes; only one such job may be started at a time.
 * kis_worker_read() reads what is available, at most n bytes; its result is the
 * number of bytes, 0 at the end. kis_worker_write() writes all n bytes; its
 * result is 0. On failure the result is -1, and errno is set. Both borrow p
 * until the job was waited for. */
void kis_worker_read(struct kis_worker *a, int fd, char *p, size_t n);
void kis_worker_write(struct kis_worker *a, int fd, const char *p, size_t n);

/* Returns 1 if KIS_WORKER_QUEUE_MAX jobs are started and not waited for. */
int kis_worker_is_full(const struct kis_worker *a);

/* Returns 1 if the oldest job that was not waited for is done. */
int kis_worker_is_done(struct kis_worker *a);

/* Waits for the oldest job and returns its result; returns 0 if there is none.
 */
ssize_t kis_worker_wait(struct kis_worker *a);

/* Ends the thread and frees a, which may be NULL. A read is interrupted, jobs
 * that have not begun are dropped, and any other job is completed. To get a
 * result, wait for it first. */
void kis_worker_free(struct kis_worker *a);

#endif
