/*
 * Prints test results in the Test Anything Protocol (TAP). The main() of a unit
 * test calls ok() for each result and returns done().
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdio.h>

static int tap_run, tap_failed;

/* Prints the result of one test. Returns cond, so that a test can print details
 * of a failure. */
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

/* Prints the TAP plan. Returns the exit status for main(). */
static inline int done(void)
{
	printf("1..%d\n", tap_run);
	return tap_failed ? 1 : 0;
}

#endif
