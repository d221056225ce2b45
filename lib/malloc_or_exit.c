/*
 * Memory that is there or ends the process, for other people's libraries too.
 *
 * Without memory libxlsxwriter writes through a NULL pointer or leaves a cell
 * out and calls that success, libcrypto crashes while it sets itself up, and
 * others take it for wrong input or bad TLS. What a program defines comes
 * before what the C library defines, for libraries as well, so all their
 * calls come here and the process ends with 71 before any can go on. Under a
 * sanitizer, which has an allocator of its own, the calls stay as they are.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SANITIZER
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZER
#endif

#ifndef HAS_SANITIZER
#include "lib/mem.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

static void *or_end(void *p, size_t n)
{
	if (!p && n > 0)
		kis_mem_exit();
	return p;
}

/* The next in line. dlsym() gives an object's address for a function's. */
static void find(void *function, const char *name)
{
	*(void **)function = dlsym(RTLD_NEXT, name);
}

void *malloc(size_t n)
{
	static void *(*next)(size_t);

	if (!next)
		find(&next, "malloc");
	return or_end(next(n), n);
}

void *calloc(size_t count, size_t size)
{
	static void *(*next)(size_t, size_t);

	if (!next)
		find(&next, "calloc");
	return or_end(next(count, size), count && size);
}

void *realloc(void *p, size_t n)
{
	static void *(*next)(void *, size_t);

	if (!next)
		find(&next, "realloc");
	return or_end(next(p, n), n);
}
#else
typedef int kis_memory_is_the_sanitizers;
#endif
