/*
 * Replaces malloc(), calloc() and realloc(), also for the linked libraries, by
 * versions that exit (71) if memory runs out.
 *
 * Without memory, libxlsxwriter writes through a NULL pointer or omits a cell
 * and reports success, libcrypto crashes during its initialisation, and other
 * libraries report invalid input or a TLS error. The dynamic linker prefers
 * symbols of the program over those of the C library, so the libraries call
 * these functions too. A sanitizer has its own allocator, so a build with a
 * sanitizer omits these functions.
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

/* Sets *function to the definition of name that the program replaced, usually
 * that of the C library. dlsym() returns a pointer to an object even for a
 * function, so *function is set as such a pointer. */
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
