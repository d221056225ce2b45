/*
 * What must hold after every run, whatever was done to it.
 */
#ifndef TORTURE_VERDICT_H
#define TORTURE_VERDICT_H

#include "tests/torture/run.h"
#include "tests/torture/tree.h"

struct promise {
	const char *program; /* what its messages start with */
	const char *target;  /* the output file's name below work, or NULL */
	const char *secret;  /* what no message may hold, or NULL */
	const char *stray;   /* glob of what a kill may leave, or NULL */
	const char *after;   /* a command that must succeed, or NULL */
	int streams;         /* stdout may hold the first rows of a failure */
	int leaves;          /* a file may stay behind: it cannot be removed */
	struct tree before;
	struct tree after_good; /* of a run that nothing was done to */
	char *good;             /* stdout of that run */
	size_t good_n;
};

/* NULL, or what does not hold after the run. */
const char *verdict(
	const struct promise *p, const struct run *r, const char *work);

/* Reads a file whole, returns-owned; ends the program on failure. */
char *slurp(const char *path, size_t *n);

#endif
