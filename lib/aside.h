/*
 * One job made aside, by a thread, while the caller goes on: bytes moved
 * between the kernel and a buffer, or what else takes its time. Whoever has
 * little does it by himself, because a thread costs more than a block.
 *
 * One job at a time: start, wait, start. Between the two all that the job
 * touches is the thread's.
 */
#ifndef KIS_ASIDE_H
#define KIS_ASIDE_H

#include <stddef.h>
#include <sys/types.h>

struct kis_aside;

/* What it returns, the wait returns, with its errno. */
typedef ssize_t kis_aside_job(void *arg);

/* Returns-owned; NULL where no thread can be had. */
struct kis_aside *kis_aside_new(void);

/* arg is borrowed until the wait. */
void kis_aside_start(struct kis_aside *a, kis_aside_job *job, void *arg);

/* Jobs that are known here: reading what is there, at most n bytes, and
 * writing all of n. p is borrowed until the wait, which gives the bytes read,
 * or 0 for all written; -1 and errno. */
void kis_aside_read(struct kis_aside *a, int fd, char *p, size_t n);
void kis_aside_write(struct kis_aside *a, int fd, const char *p, size_t n);

/* The job's result; 0 when nothing was started since the last wait. */
ssize_t kis_aside_wait(struct kis_aside *a);

/* Gives up reading and what has not begun, sees any other job to its end:
 * whoever wants its result waits first. NULL is legal. Takes a. */
void kis_aside_free(struct kis_aside *a);

#endif
