/*
 * One read or write made aside: a thread moves the bytes between the kernel
 * and one buffer while the caller works on another. For long input and output
 * the copying is a third of the time; whoever has little does it by himself,
 * because a thread costs more than a block.
 *
 * One job at a time: start, wait, start. Between the two the buffer is the
 * thread's.
 */
#ifndef KIS_ASIDE_H
#define KIS_ASIDE_H

#include <stddef.h>
#include <sys/types.h>

struct kis_aside;

/* Returns-owned; NULL where no thread can be had. */
struct kis_aside *kis_aside_new(void);

/* Starts reading what is there, at most n bytes; or writing all of n. p is
 * borrowed until the wait. */
void kis_aside_read(struct kis_aside *a, int fd, char *p, size_t n);
void kis_aside_write(struct kis_aside *a, int fd, const char *p, size_t n);

/* The bytes read, or 0 for all written; -1 and errno. 0 too when nothing was
 * started since the last wait. */
ssize_t kis_aside_wait(struct kis_aside *a);

/* Gives up reading, sees writing to its end. NULL is legal. Takes a. */
void kis_aside_free(struct kis_aside *a);

#endif
