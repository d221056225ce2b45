/*
 * One run of the program under test, with one injected fault.
 */
#ifndef TORTURE_RUN_H
#define TORTURE_RUN_H

#include "tests/torture/faulty.h"

enum run_way {
	RUN_FAULTY, /* the preloaded library makes a call fail */
	RUN_STEP,   /* killed at its Nth stop before or after a system call */
	RUN_MOMENT, /* killed after a time of "at" microseconds */
};

struct run {
	char **argv;
	enum run_way way;
	const char *library;      /* path of the preloaded library */
	const char *page_path;    /* path of its page */
	struct faulty_page *page; /* its page in memory */
	const char *input;        /* standard input */
	const char *out, *err;    /* files for standard output and error */
	unsigned at; /* number of the stop, or microseconds; 0: never */
	unsigned timeout_s;

	/* results of the last run */
	int status; /* from waitpid() */
	int late;   /* 1 if killed by the timeout */
	unsigned stops;
	long long took_us;
};

/* Runs the program once. Exits if it cannot be run. */
void run_once(struct run *r);

/* Returns 1 if the selected call failed, or if the program was killed. */
int run_was_hit(const struct run *r);

#endif
