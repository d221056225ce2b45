#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H
/*
 * The options of the simulated server. sim_options_parse() fills them once;
 * afterwards they are read-only, except for the counts in faults.
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

/* Behavior that KIS does not document, or on which sources disagree. The chosen
 * form of an assumption is an index into the forms that options.c lists, 0
 * unless --assume changes it. */
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
	const char *body; /* path of the file of --body, or NULL; borrowed */
	long for_s;       /* seconds to run; 0: until a signal */
	long shares;      /* number of stocks */
	long seed;
	enum sim_prices prices;
	enum sim_bounds bounds;
	long rate;         /* data requests accepted in any second */
	long minute_s;     /* seconds between two token issues */
	long token_life_s; /* lifetime of a token */
	long token_keep_s; /* seconds for which a token is issued again */
	long clock_skew_s;
	long today;   /* days since 1970; -1: the machine's date */
	long now_s;   /* seconds after midnight in Korea; -1: machine's time */
	long shift_s; /* clock shift in seconds, from today and now_s */
	long cap;     /* row limit of a ranking */
	long page;    /* row limit of daily rows */
	long newest;  /* row limit if a query has no dates; 0: page */
	long since;   /* year of the first daily row */
	int assumed[SIM_ASSUMPTIONS];
	long holidays[SIM_MAX_HOLIDAYS]; /* days since 1970 */
	int nholidays;
	int rollover_min; /* time of the rollover, in minutes after midnight */
	long mangle;      /* seed of --mangle; -1: no damage */
	bool dump;
	bool with_token;
	struct sim_faults faults;
};

/* Returns the index of the form chosen for an assumption; 0 is the default. */
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
