#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H
/*
 * Parses the options of the simulated server. sim_options_parse() sets the
 * options once; afterwards they are read-only, except for the counts in the
 * field `faults`.
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

/* The assumptions about behavior that KIS does not document, or on which
 * sources disagree. options.c lists the possible forms of each assumption.
 * --assume selects a form; the default is form 0. */
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
	const char *dir;  /* borrowed from argv */
	const char *body; /* path of the --body file, or NULL; borrowed */
	long for_s;       /* number of seconds to run; 0: until a signal */
	long shares;      /* number of stocks */
	long seed;
	enum sim_prices prices;
	enum sim_bounds bounds;
	long rate;         /* maximum number of data requests in any second */
	long minute_s;     /* minimum seconds between two token issues */
	long token_life_s; /* lifetime of a token in seconds */
	long token_keep_s; /* seconds for which a token is issued again */
	long clock_skew_s;
	long today;   /* simulated date (clock.h); -1: the machine's date */
	long now_s;   /* seconds after midnight; -1: the machine's time */
	long shift_s; /* shift of the clock by --today and --now, in seconds */
	long cap;     /* row limit of a ranking */
	long page;    /* row limit of daily rows */
	long newest;  /* row limit if a query has no dates; 0: same as "page" */
	long since;   /* year of the first daily row */
	int assumed[SIM_ASSUMPTIONS];
	long holidays[SIM_MAX_HOLIDAYS]; /* days of --holidays (clock.h) */
	int nholidays;
	int rollover_min; /* time of the rollover, in minutes after midnight */
	long mangle;      /* seed of --mangle; -1: no damage to responses */
	bool dump;
	bool with_token;
	struct sim_faults faults;
};

/* Returns the index of the form that is selected for the assumption "what". The
 * default form has index 0. */
int sim_assumes(const struct sim_options *o, enum sim_assumption what);

enum sim_parse { SIM_PARSE_RUN, SIM_PARSE_DONE, SIM_PARSE_WRONG };

/*
 * Parses the command line into o, starting from the defaults. Borrows argv as
 * long as o is used. Returns SIM_PARSE_RUN if the server must run. For --help
 * and --list-faults, prints to standard output and returns SIM_PARSE_DONE. If
 * an option is invalid, --dir is missing or there is an argument, prints a
 * message and the usage to standard error and returns SIM_PARSE_WRONG.
 */
enum sim_parse sim_options_parse(struct sim_options *o, int argc, char **argv);

#endif
