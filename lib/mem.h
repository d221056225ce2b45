/*
 * Memory that is there or ends the process (71), and memory that held a
 * secret. Out of memory is the one failure that lib answers by itself:
 * there is nothing useful left to do, and all outputs are atomic.
 */
#ifndef KIS_MEM_H
#define KIS_MEM_H

#include <stddef.h>

/* Ends the process for want of memory: says so, 71. Of several threads the
 * first does; the others end with it. */
void kis_mem_exit(void) __attribute__((noreturn));

/* Between these two, in whatever thread, that end waits: for what may not be
 * left half done. */
void kis_mem_defer_exit(void);
void kis_mem_allow_exit(void);

/* Returns-owned, zeroed; count * size may not overflow (ends with 71). */
void *kis_mem_new(size_t count, size_t size);

/* malloc() that ends the process too, for libraries which would call a lack of
 * memory something else. Returns-owned, not zeroed. */
void *kis_mem_alloc(size_t n);

/* Grows or makes a block; the new part is not zeroed. Returns-owned. */
void *kis_mem_resize(void *p, size_t count, size_t size);

/* Copies n bytes and adds a NUL. Returns-owned. */
char *kis_mem_copy(const char *p, size_t n);

/* Copies a string; NULL stays NULL. Returns-owned. */
char *kis_mem_dup(const char *s);

/* printf into a new string. Returns-owned. */
char *kis_mem_printf(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

/* Overwrites in a way the compiler may not leave out. */
void kis_mem_wipe(void *p, size_t n);

/* Overwrites a string and frees it; NULL is legal. Takes s. */
void kis_mem_free_secret(char *s);

/* free() and realloc() for libraries through whose hands secrets go: what is
 * given back is overwritten first, whoever's it was. No memory: 71. */
void kis_mem_free_wiped(void *p);
void *kis_mem_realloc_wiped(void *p, size_t n);

#endif
