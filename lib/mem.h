/*
 * Allocates memory or exits (71), and wipes memory that contained a secret.
 *
 * If memory runs out, these functions end the process instead of returning an
 * error, because callers could not continue. An existing output file stays
 * unchanged: it is replaced only when a run succeeds.
 */
#ifndef KIS_MEM_H
#define KIS_MEM_H

#include <stddef.h>

/* Reports that memory ran out and exits (71). If kis_mem_defer_exit() was
 * called, first waits for kis_mem_allow_exit(). If several threads call this
 * function, only the first call prints the message; the other calls never
 * return. */
void kis_mem_exit(void) __attribute__((noreturn));

/* kis_mem_defer_exit() defers the out-of-memory exit of every thread until the
 * matching kis_mem_allow_exit(). Call these functions before and after a write
 * that must not stop midway. Calls may be nested. */
void kis_mem_defer_exit(void);
void kis_mem_allow_exit(void);

/* Returns new zeroed memory for `count` objects of `size` bytes each; the
 * caller frees it. Exits (71) if memory runs out or count * size overflows. */
void *kis_mem_new(size_t count, size_t size);

/* Returns n new bytes, not zeroed; the caller frees them. Exits (71) if memory
 * runs out. libcurl and jansson allocate with this function, because they would
 * report a misleading error if memory ran out. */
void *kis_mem_alloc(size_t n);

/* Resizes the block p to count * size bytes, or allocates a block if p is NULL.
 * New bytes are not zeroed. Returns the new block; the caller frees it. Exits
 * (71) if memory runs out or count * size overflows. */
void *kis_mem_resize(void *p, size_t count, size_t size);

/* Returns a new copy of the n bytes at p with a NUL added; the caller frees it.
 * p may be NULL if n is 0. */
char *kis_mem_copy(const char *p, size_t n);

/* Returns a new copy of the string s; the caller frees it. Returns NULL if s is
 * NULL. */
char *kis_mem_dup(const char *s);

/* Returns a new formatted string; the caller frees it. */
char *kis_mem_printf(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

/* Overwrites n bytes with zeros. The compiler cannot omit this write. p may be
 * NULL. */
void kis_mem_wipe(void *p, size_t n);

/* Overwrites the string s, then frees it. s may be NULL. */
void kis_mem_free_secret(char *s);

/* free() and realloc() for libraries that process secrets: the old block is
 * always overwritten before it is freed. p may be NULL. kis_mem_realloc_wiped()
 * returns the new block and exits (71) if memory runs out. */
void kis_mem_free_wiped(void *p);
void *kis_mem_realloc_wiped(void *p, size_t n);

#endif
