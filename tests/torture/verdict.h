/*
 * The promises that must hold after every run, with any fault.
 */
#ifndef TORTURE_VERDICT_H
#define TORTURE_VERDICT_H

#include "tests/torture/run.h"
#include "tests/torture/tree.h"

struct promise {
	const char *program; /* program name in messages */
	const char *target;  /* output file, relative to work, or NULL */
	const char *secret;  /* must not appear in a message; or NULL */
	const char *stray;   /* glob of files that a kill may leave */
	const char *after;   /* command that must succeed afterwards */
	int streams;         /* a failed run may have written the first rows */
	int leaves;          /* a file may stay, because its removal failed */
	struct tree before;
	struct tree after_good; /* state after a run without fault */
	char *good;             /* standard output of that run */
	size_t good_n;
};

/* Returns NULL, or a description of the broken promise, valid until the next
 * call. */
const char *verdict(
	const struct promise *p, const struct run *r, const char *work);

/* Returns the file's content as a new string of *n bytes; the caller frees it.
 * Exits on failure. */
char *slurp(const char *path, size_t *n);

#endif
