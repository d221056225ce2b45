/*
 * The Test Anything Protocol for unit tests: a program calls ok() for each
 * thing it looks at and returns done().
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdio.h>

static int tap_run, tap_failed;

/* Reports one test; returns cond, so that a test can tell more when it
 * failed. */
__attribute__((format(printf, 2, 3))) static inline int ok(
	int cond, const char *fmt, ...)
{
	va_list ap;

	printf("%s %d - ", cond ? "ok" : "not ok", ++tap_run);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	tap_failed += !cond;
	return cond;
}

/* The plan, and what main returns. */
static inline int done(void)
{
	printf("1..%d\n", tap_run);
	return tap_failed ? 1 : 0;
}

#endif
