#include "lib/mem.h"
#include "lib/err.h"

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int holders;

void kis_mem_defer_exit(void)
{
	__atomic_add_fetch(&holders, 1, __ATOMIC_SEQ_CST);
}

void kis_mem_allow_exit(void)
{
	__atomic_sub_fetch(&holders, 1, __ATOMIC_SEQ_CST);
}

/* This function uses no lock, no stdio and no exit handlers, because each of
 * these may allocate memory or block. */
void kis_mem_exit(void)
{
	static char text[] = ": out of memory\n";
	char *program = program_invocation_short_name;
	const struct iovec line[] = {
		{program, strlen(program)}, {text, sizeof(text) - 1}};
	static const struct timespec moment = {0, 1000000};
	static char is_said;

	while (__atomic_test_and_set(&is_said, __ATOMIC_SEQ_CST))
		pause();
	while (__atomic_load_n(&holders, __ATOMIC_SEQ_CST) > 0)
		nanosleep(&moment, NULL);
	if (writev(STDERR_FILENO, line, 2) < 0)
		_exit(KIS_EX_SYSTEM);
	_exit(KIS_EX_SYSTEM);
}

static void *or_end(void *p)
{
	if (!p)
		kis_mem_exit();
	return p;
}

void *kis_mem_new(size_t count, size_t size)
{
	return or_end(calloc(count ? count : 1, size ? size : 1));
}

void *kis_mem_alloc(size_t n)
{
	return or_end(malloc(n ? n : 1));
}

void *kis_mem_resize(void *p, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		or_end(NULL);
	return or_end(realloc(p, bytes ? bytes : 1));
}

char *kis_mem_copy(const char *p, size_t n)
{
	char *s = kis_mem_new(n + 1, 1);

	if (n)
		memcpy(s, p, n);
	return s;
}

char *kis_mem_dup(const char *s)
{
	return s ? kis_mem_copy(s, strlen(s)) : NULL;
}

char *kis_mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	/* vasprintf() is not used, because it leaves copies of the text, which
	 * may be a secret, in memory when its buffer grows. */
	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	s = or_end(n < 0 ? NULL : malloc((size_t)n + 1));
	va_start(ap, fmt);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}

void kis_mem_wipe(void *p, size_t n)
{
	if (p)
		explicit_bzero(p, n);
}

void kis_mem_free_secret(char *s)
{
	if (s)
		kis_mem_wipe(s, strlen(s));
	free(s);
}

void kis_mem_free_wiped(void *p)
{
	if (p)
		kis_mem_wipe(p, malloc_usable_size(p));
	free(p);
}

void *kis_mem_realloc_wiped(void *p, size_t n)
{
	size_t had = p ? malloc_usable_size(p) : 0;
	void *fresh = kis_mem_alloc(n);

	if (had)
		memcpy(fresh, p, had < n ? had : n);
	kis_mem_free_wiped(p);
	return fresh;
}
