/*
 * One run of the program under test, with what is done to it.
 */
#ifndef TORTURE_RUN_H
#define TORTURE_RUN_H

#include "tests/torture/faulty.h"

enum run_way {
	RUN_FAULTY, /* a call fails, by the preloaded library */
	RUN_STEP,   /* killed at its Nth stop before or behind a system call */
	RUN_MOMENT, /* killed after so many microseconds */
};

struct run {
	char **argv;
	enum run_way way;
	const char *library;      /* what is preloaded */
	const char *page_path;    /* its page as a file */
	struct faulty_page *page; /* and in memory */
	const char *input;        /* stdin */
	const char *out, *err;    /* files that get stdout and stderr */
	unsigned at;              /* stop or microseconds; 0: never */
	unsigned timeout_s;

	/* of the last run */
	int status; /* as of waitpid() */
	int late;   /* killed because it took too long */
	unsigned stops;
	long long took_us;
};

/* Runs it once; ends the program when that cannot be done. */
void run_once(struct run *r);

/* 1 if what was to happen at r->at or the page's at happened. */
int run_was_hit(const struct run *r);

#endif
