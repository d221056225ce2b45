/*
 * Checks the promises that a program must keep in every run, whatever fault is
 * injected.
 */
#ifndef TORTURE_VERDICT_H
#define TORTURE_VERDICT_H

#include "tests/torture/run.h"
#include "tests/torture/tree.h"

struct promise {
	const char *program; /* program name in messages */
	const char *target;  /* output file, relative to work/, or NULL */
	const char *secret;  /* text that no message may contain, or NULL */
	const char *stray;   /* glob of files that a kill may leave, or NULL */
	const char *after;   /* command that must work after a run, or NULL */
	int streams;        /* 1: a failed run may have written complete rows */
	int leaves;         /* 1: new files may remain after a failed removal */
	struct tree before; /* state before each run */
	struct tree after_good; /* state after a run without a fault */
	char *good;             /* output of the run without a fault */
	size_t good_n;
};

/* Checks the last run of r, whose working directory is "work". Returns NULL if
 * all promises were kept, else a description of the broken promise, valid until
 * the next call. */
const char *verdict(
	const struct promise *p, const struct run *r, const char *work);

/* Returns the content of the file as a new string of *n bytes; the caller frees
 * it. Exits on failure. */
char *slurp(const char *path, size_t *n);

#endif
