/*
 * Runs the program under test once, with one injected fault.
 */
#ifndef TORTURE_RUN_H
#define TORTURE_RUN_H

#include "tests/torture/faulty.h"

enum run_way {
	RUN_FAULTY, /* the preloaded library makes a call fail */
	RUN_STEP,   /* the program is killed before or after a system call */
	RUN_MOMENT, /* the program is killed after a time */
};

struct run {
	char **argv;
	enum run_way way;
	const char *library;      /* path of the preloaded library */
	const char *page_path;    /* path of the library's page */
	struct faulty_page *page; /* the library's page in memory */
	const char *input;        /* path of standard input */
	const char *out, *err;    /* paths of standard output and error */
	unsigned at; /* STEP: number of the stop; MOMENT: microseconds; 0: not
			killed */
	unsigned timeout_s;

	/* results of the last run */
	int status; /* status from waitpid() */
	int late;   /* 1 if killed by the timeout */
	unsigned stops;
	long long took_us;
};

/* Runs the program once and sets the results in r. Exits if the program cannot
 * be run. */
void run_once(struct run *r);

/* Returns 1 if the last run had its fault: the selected call failed, or the
 * program was killed. Else returns 0. */
int run_was_hit(const struct run *r);

#endif
