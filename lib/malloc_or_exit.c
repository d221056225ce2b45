/*
 * Replaces malloc(), calloc() and realloc() with versions that exit (71) if
 * memory runs out. The linked libraries use these versions too, because the
 * dynamic linker prefers symbols of the program over those of the C library.
 *
 * The libraries do not handle a NULL from malloc() well: libxlsxwriter writes
 * through the NULL pointer, or omits a cell and reports success; libcrypto
 * crashes during its initialisation; other libraries report invalid input or a
 * TLS error. A sanitizer has its own allocator, so a build with a sanitizer
 * omits these functions.
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

/* Sets *function, a function pointer, to the next definition of the symbol
 * called name, usually that of the C library. The result of dlsym() is stored
 * through a void **, because ISO C does not define the conversion of a void *
 * to a function pointer. */
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
