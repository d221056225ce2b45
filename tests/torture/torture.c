/*
 * Runs a program repeatedly, each time with one fault at a later point, until
 * every point has been tested. After each run, checks the promises that all
 * programs of the suite must keep (verdict.h).
 *
 *	torture [OPTION…] -n NAME -w WAY -- COMMAND [ARG…]
 *
 * WAY selects the fault. "memory", "calls", "interrupt" and "short" (faulty.h)
 * make one call fail; with the suffix + ("memory+"), later calls of the same
 * function fail too. "step" kills the program before or after each system call,
 * and "moment" kills it at random times. The command runs in the current
 * directory. Before each run, the subdirectory "work" is restored to its
 * initial state. Failures are printed in lines that start with #; the last line
 * is a summary. Exits with 1 if a promise was broken or the program fails
 * without a fault.
 */
#include "tests/torture/verdict.h"

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_CODE = 128, SHOWN = 8 };

struct sweep {
	struct run run;
	struct promise promise;
	const char *name;
	unsigned sample; /* maximum number of runs; 0: no maximum */
	unsigned seed;
	unsigned only;  /* the only point to test; 0: all points */
	unsigned total; /* number of points in a run without a fault */
	unsigned runs, hits, bad, codes[MAX_CODE];
};

static const char usage[] =
	"usage: torture -n NAME -w WAY [-L LIBRARY] [-N only] [-S sample]\n"
	"               [-r SEED] [-i INPUT] [-o TARGET] [-x SECRET]\n"
	"               [-l GLOB] [-a COMMAND] [-t SECONDS] [-p] -- COMMAND\n";

static int set_way(struct sweep *s, const char *text)
{
	static const char *const ways[] = {
		"memory", "calls", "interrupt", "short"};
	size_t n = strcspn(text, "+");

	s->run.page->lasting = text[n] == '+';
	for (int i = 0; i < 4; i++)
		if (strncmp(text, ways[i], n) == 0 && !ways[i][n]) {
			s->run.page->way = i;
			return 0;
		}
	if (strcmp(text, "step") == 0)
		s->run.way = RUN_STEP;
	else if (strcmp(text, "moment") == 0)
		s->run.way = RUN_MOMENT;
	else
		return -1;
	return 0;
}

static unsigned number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

static int take_option(struct sweep *s, int opt)
{
	switch (opt) {
	case 'n':
		s->name = optarg;
		return 0;
	case 'w':
		return set_way(s, optarg);
	case 'L':
		s->run.library = optarg;
		return 0;
	case 'N':
		s->only = number(optarg);
		return 0;
	case 'S':
		s->sample = number(optarg);
		return 0;
	case 'r':
		s->seed = number(optarg);
		return 0;
	case 'i':
		s->run.input = optarg;
		return 0;
	case 'o':
		s->promise.target = optarg;
		return 0;
	case 'x':
		s->promise.secret = optarg;
		return 0;
	case 'l':
		s->promise.stray = optarg;
		return 0;
	case 'a':
		s->promise.after = optarg;
		return 0;
	case 't':
		s->run.timeout_s = number(optarg);
		return 0;
	case 'p':
		s->promise.streams = 1;
		return 0;
	default:
		return -1;
	}
}

static void map_page(struct sweep *s)
{
	int fd = open("page", O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || ftruncate(fd, sizeof(*s->run.page)) != 0)
		err(1, "page");
	s->run.page = mmap(NULL, sizeof(*s->run.page), PROT_READ | PROT_WRITE,
		MAP_SHARED, fd, 0);
	if (s->run.page == MAP_FAILED)
		err(1, "page");
	s->run.page_path = "page";
	close(fd);
}

/* Runs the program once from the initial state, with a fault at the point whose
 * number is "at", or without a fault if "at" is 0. */
static void go(struct sweep *s, unsigned at)
{
	struct faulty_page *page = s->run.page;

	tree_write(&s->promise.before, "work");
	page->count = page->hits = 0;
	page->at = at;
	memset(page->name, 0, sizeof(page->name));
	s->run.at = at;
	run_once(&s->run);
}

/* Runs the program without a fault and records the results. Exits if this run
 * fails. */
static void measure(struct sweep *s)
{
	tree_read(&s->promise.before, "work");
	go(s, 0);
	if (s->run.late || s->run.status != 0) {
		size_t n;

		errx(1, "%s fails by itself (%x): %s", s->name, s->run.status,
			slurp(s->run.err, &n));
	}
	tree_read(&s->promise.after_good, "work");
	s->promise.good = slurp(s->run.out, &s->promise.good_n);
	s->total = s->run.page->count;
	if (s->run.way == RUN_STEP)
		s->total = s->run.stops;
	if (s->run.way == RUN_MOMENT)
		s->total = (unsigned)s->run.took_us;
	if (s->total == 0)
		errx(1, "%s: nothing there to go wrong", s->name);
}

static void print_failure(const struct sweep *s, unsigned at, const char *bad)
{
	size_t n;
	char *printed = slurp(s->run.err, &n);

	printf("# %s, -N %u (%s), status %x: %s\n", s->name, at,
		s->run.way == RUN_FAULTY ? s->run.page->name : "kill",
		s->run.status, bad);
	for (char *line = strtok(printed, "\n"); line;
		line = strtok(NULL, "\n"))
		printf("#   %s\n", line);
	free(printed);
}

static void try(struct sweep *s, unsigned at)
{
	const char *bad;

	go(s, at);
	s->runs++;
	s->hits += run_was_hit(&s->run);
	/* allow new files to remain if the call that failed should have removed
	 * one */
	s->promise.leaves = strcmp(s->run.page->name, "unlink") == 0 ||
			    strcmp(s->run.page->name, "remove") == 0;
	bad = verdict(&s->promise, &s->run, "work");
	if (!bad && WIFEXITED(s->run.status))
		s->codes[WEXITSTATUS(s->run.status) % MAX_CODE]++;
	if (bad && s->bad++ < SHOWN)
		print_failure(s, at, bad);
}

/* Tests all points until a run ends without reaching its fault. If runs still
 * reach their faults at about twice the measured number of points, reports a
 * failure, because the program may be in an endless loop. */
static void try_all(struct sweep *s)
{
	for (unsigned at = 1; at <= 2 * s->total + 100; at++) {
		try(s, at);
		if (!run_was_hit(&s->run))
			return;
	}
	s->bad++;
	printf("# %s: no end of calls\n", s->name);
}

static unsigned any(struct sweep *s)
{
	s->seed = s->seed * 1103515245 + 12345;
	return s->seed >> 8;
}

/* Divides the points into s->sample equal parts and tests one random point in
 * each part. */
static void try_some(struct sweep *s)
{
	double part = (double)s->total / s->sample;

	for (unsigned i = 0; i < s->sample; i++) {
		unsigned from = (unsigned)(i * part);
		unsigned to = (unsigned)((i + 1) * part);

		try(s, from + 1 + (to > from ? any(s) % (to - from) : 0));
	}
}

static void sum_up(const struct sweep *s)
{
	if (s->bad)
		printf("# %u of %u runs broke a promise\n", s->bad, s->runs);
	printf("%s: %u runs of %u, %u hit; codes", s->name, s->runs, s->total,
		s->hits);
	for (int i = 0; i < MAX_CODE; i++)
		if (s->codes[i])
			printf(" %dx%u", i, s->codes[i]);
	printf("\n");
}

int main(int argc, char **argv)
{
	struct sweep s = {.run = {.timeout_s = 30,
				  .input = "/dev/null",
				  .out = "stdout",
				  .err = "stderr"}};
	int opt;
	sigset_t child_ended;

	map_page(&s);
	while ((opt = getopt(argc, argv, "+n:w:L:N:S:r:i:o:x:l:a:t:p")) != -1)
		if (take_option(&s, opt) < 0)
			errx(64, "%s", usage);
	if (optind == argc || !s.name)
		errx(64, "%s", usage);
	sigemptyset(&child_ended);
	sigaddset(&child_ended, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_ended, NULL);
	s.run.argv = argv + optind;
	s.promise.program = strrchr(argv[optind], '/')
				    ? strrchr(argv[optind], '/') + 1
				    : argv[optind];
	measure(&s);
	if (s.only)
		try(&s, s.only);
	else if (s.sample == 0 || s.sample >= s.total)
		try_all(&s);
	else
		try_some(&s);
	tree_write(&s.promise.before, "work");
	sum_up(&s);
	return s.bad ? 1 : 0;
}
