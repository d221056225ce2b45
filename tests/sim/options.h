#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H
/*
 * The options of the simulated server. Filled once by sim_options_parse() and
 * read-only from then on.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tests/sim/fault.h"

enum sim_prices { SIM_PRICES_LOG, SIM_PRICES_NARROW, SIM_PRICES_EQUAL };

enum sim_bounds {
	SIM_BOUNDS_INCLUSIVE,
	SIM_BOUNDS_HALF_OPEN,
	SIM_BOUNDS_EXCLUSIVE,
	SIM_BOUNDS_IGNORED
};

enum { SIM_MAX_HOLIDAYS = 256 };

/* Behavior that KIS does not document or that sources contradict. The value is
 * an index into the forms that options.c lists, 0 unless --assume changes
 * it. */
enum sim_assumption {
	SIM_TOKEN_SHAPE,
	SIM_EXPIRY_ZONE,
	SIM_HEADER_CASE,
	SIM_ORDER,
	SIM_DATES,
	SIM_ZERO,
	SIM_COUNTS,
	SIM_CUSTTYPE,
	SIM_EMPTY,
	SIM_TEXTS,
	SIM_BAD_TOKEN,
	SIM_KEEP_ALIVE,
	SIM_TLS,
	SIM_WINDOW,
	SIM_TODAY_ROW,
	SIM_REVERSED,
	SIM_UNKNOWN_CODE,
	SIM_BEFORE_LISTING,
	SIM_SUSPENDED,
	SIM_SPLIT,
	SIM_DIVISION,
	SIM_SUMS,
	SIM_ASSUMPTIONS
};

struct sim_options {
	const char *dir;  /* borrows argv */
	const char *body; /* file of --body, or NULL */
	long for_s;       /* 0: run until a signal */
	long shares;
	long seed;
	enum sim_prices prices;
	enum sim_bounds bounds;
	long rate;     /* data requests accepted in any second */
	long minute_s; /* minimum time between two token issues */
	long token_life_s;
	long token_keep_s; /* time in which the same token is issued again */
	long clock_skew_s;
	long today;   /* days since 1970; -1: the machine's date */
	long now_s;   /* seconds after midnight in Korea; -1: the machine's time
		       */
	long shift_s; /* clock shift from today and now_s */
	long cap;     /* row limit of a ranking */
	long page;    /* row limit of daily rows */
	long newest;  /* row limit if no date is given; 0: page */
	long since;   /* year of the first daily row */
	int assumed[SIM_ASSUMPTIONS];
	long holidays[SIM_MAX_HOLIDAYS]; /* days since 1970 */
	int nholidays;
	int rollover_min; /* minutes after midnight in Korea */
	long mangle;      /* seed of the damage; -1: none */
	bool dump;
	bool with_token;
	struct sim_faults faults;
};

/* Returns the form chosen for an assumption; 0 is the default. */
int sim_assumes(const struct sim_options *o, enum sim_assumption what);

enum sim_parse { SIM_PARSE_RUN, SIM_PARSE_DONE, SIM_PARSE_WRONG };

/*
 * Parses the command line into o, starting from the defaults. --help and
 * --list-faults print to standard output and return SIM_PARSE_DONE. A wrong
 * option prints a message and the usage to standard error and returns
 * SIM_PARSE_WRONG.
 */
enum sim_parse sim_options_parse(struct sim_options *o, int argc, char **argv);

#endif
