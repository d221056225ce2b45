/*
 * Jobs made aside, by a thread, while the caller goes on: bytes moved between
 * the kernel and a buffer, or what else takes its time. Whoever has little
 * does it by himself, because a thread costs more than a block.
 *
 * Jobs are made one after the other, as they were started. Until its wait all
 * that a job touches is the thread's.
 */
#ifndef KIS_WORKER_H
#define KIS_WORKER_H

#include <stddef.h>
#include <sys/types.h>

struct kis_worker;

/* So many may be started and not waited for: while one is made others lie
 * ready, and the thread need not sleep until its caller was woken. */
enum { KIS_WORKER_QUEUE_MAX = 3 };

/* What it returns, the wait returns, with its errno. */
typedef ssize_t kis_worker_job(void *arg);

/* Returns-owned; NULL where no thread can be had. */
struct kis_worker *kis_worker_new(void);

/* arg is borrowed until the wait. */
void kis_worker_start(struct kis_worker *a, kis_worker_job *make, void *arg);

/* Jobs that are known here, of which there may be one: reading what is there,
 * at most n bytes, and writing all of n. p is borrowed until the wait, which
 * gives the bytes read, or 0 for all written; -1 and errno. */
void kis_worker_read(struct kis_worker *a, int fd, char *p, size_t n);
void kis_worker_write(struct kis_worker *a, int fd, const char *p, size_t n);

/* 1 if so many were started that one must be waited for. */
int kis_worker_is_full(const struct kis_worker *a);

/* 1 if the oldest job not waited for is done. */
int kis_worker_is_done(struct kis_worker *a);

/* The result of the oldest job not waited for; 0 when there is none. */
ssize_t kis_worker_wait(struct kis_worker *a);

/* Gives up reading and what has not begun, sees any other job to its end:
 * whoever wants its result waits first. NULL is legal. Takes a. */
void kis_worker_free(struct kis_worker *a);

#endif
