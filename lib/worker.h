/*
 * Runs jobs (reading, writing and other slow work) in a thread while the caller
 * continues. Small inputs are processed in the calling thread, because starting
 * a thread takes longer than processing one block.
 *
 * Jobs run one after the other, in the order in which they were started. Until
 * kis_worker_wait() has returned the result of a job, only the thread may use
 * the data of the job.
 */
#ifndef KIS_WORKER_H
#define KIS_WORKER_H

#include <stddef.h>
#include <sys/types.h>

struct kis_worker;

/* Maximum number of jobs that are started but not waited for. While one job
 * runs, up to two more can be queued, so the thread does not wait for the
 * caller between jobs. */
enum { KIS_WORKER_QUEUE_MAX = 3 };

/* The function of a job. kis_worker_wait() returns the value that the function
 * returned, and sets errno to the value that the function set. */
typedef ssize_t kis_worker_job(void *arg);

/* Returns a new worker, or NULL if no thread can be created. The caller frees
 * it with kis_worker_free(). */
struct kis_worker *kis_worker_new(void);

/* Starts a job: the thread calls make(arg). Borrows arg until the caller has
 * waited for the job. The queue must not be full (see kis_worker_is_full()). */
void kis_worker_start(struct kis_worker *a, kis_worker_job *make, void *arg);

/* Start a job that reads or writes. The caller must wait for one such job
 * before it starts the next. kis_worker_read() reads the available input, at
 * most n bytes; the result of the job is the number of bytes, 0 at the end.
 * kis_worker_write() writes all n bytes; the result of the job is 0. If a job
 * fails, its result is -1 and errno is set. Both functions borrow p until the
 * caller has waited for the job. */
void kis_worker_read(struct kis_worker *a, int fd, char *p, size_t n);
void kis_worker_write(struct kis_worker *a, int fd, const char *p, size_t n);

/* Returns 1 if KIS_WORKER_QUEUE_MAX jobs are started and not waited for, so
 * that no other job can be started. */
int kis_worker_is_full(const struct kis_worker *a);

/* Returns 1 if the oldest job that was not waited for is done. Returns 0 if
 * that job still runs or if there is no such job. */
int kis_worker_is_done(struct kis_worker *a);

/* Waits for the oldest job that was not waited for, and returns its result.
 * Returns 0 if there is no such job. */
ssize_t kis_worker_wait(struct kis_worker *a);

/* Ends the thread and frees the worker a, which may be NULL. A job that waits
 * for input is interrupted, jobs that have not begun are dropped, and any other
 * running job is completed. To get the result of a job, wait for the job first.
 */
void kis_worker_free(struct kis_worker *a);

#endif
