/*
 * Runs the program under test once, with one injected fault.
 */
#ifndef TORTURE_RUN_H
#define TORTURE_RUN_H

#include "tests/torture/faulty.h"

enum run_way {
	RUN_FAULTY, /* the preloaded library makes a call fail */
	RUN_STEP,   /* the program is killed before or after a system call */
	RUN_MOMENT, /* the program is killed after a given time */
};

struct run {
	char **argv;
	enum run_way way;
	const char *library;      /* path of the preloaded library */
	const char *page_path;    /* path of the file $FAULTY_PAGE */
	struct faulty_page *page; /* $FAULTY_PAGE, mapped into memory */
	const char *input;        /* path of the file for standard input */
	const char *out, *err;    /* paths of standard output and error */
	/* RUN_STEP: number of the stop at which the program is killed;
	 * RUN_MOMENT: microseconds until the program is killed; 0: the program
	 * is not killed */
	unsigned at;
	unsigned timeout_s;

	/* The results of the last run. */
	int status; /* status from waitpid() */
	int late;   /* 1 if killed by the timeout */
	unsigned stops;
	long long took_us;
};

/* Runs the program once and sets the results in r. Exits if the program cannot
 * be started. */
void run_once(struct run *r);

/* Returns 1 if the fault of the last run occurred: the selected call failed, or
 * the program was killed. Else returns 0. */
int run_was_hit(const struct run *r);

#endif
