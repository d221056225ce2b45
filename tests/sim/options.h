#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H
/*
 * What the command line asks of the simulated server. Filled once by
 * sim_options_parse and read-only from then on.
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

/* What is assumed where nobody knows what KIS does, or where sources disagree:
 * an index into the forms that options.c lists, 0 unless --assume says. */
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
	const char *dir;  /* borrows argv; made absolute later */
	const char *body; /* file served as the ranking, or NULL */
	long for_s;       /* 0: until a signal */
	long shares;
	long seed;
	enum sim_prices prices;
	enum sim_bounds bounds;
	long rate;     /* ranking calls in any second */
	long minute_s; /* between two issues */
	long token_life_s;
	long token_keep_s; /* the same token comes back; -1: life / 4 */
	long clock_skew_s;
	long today;   /* days since 1970, or -1: the clock's */
	long now_s;   /* seconds after Korean midnight, or -1 */
	long shift_s; /* of the clock, from both */
	long cap;     /* rows of a ranking at most */
	long page;    /* rows of daily figures at most … */
	long newest;  /* … and where no date is given; 0: the same */
	long since;   /* year of the first daily row */
	int assumed[SIM_ASSUMPTIONS];
	long holidays[SIM_MAX_HOLIDAYS]; /* days since 1970 */
	int nholidays;
	int rollover_min; /* minutes after midnight, KST */
	long mangle;      /* seed of the damage, or -1 */
	bool dump;
	bool with_token;
	struct sim_faults faults;
};

/* The form of an assumption: 0 is what kis-api.md and kis-daily.md assume. */
int sim_assumes(const struct sim_options *o, enum sim_assumption what);

enum sim_parse { SIM_PARSE_RUN, SIM_PARSE_DONE, SIM_PARSE_WRONG };

/*
 * Reads the command line into o, starting from the defaults. --help and
 * --list-faults print on stdout and give SIM_PARSE_DONE; what is wrong is
 * said on stderr, with the usage, and gives SIM_PARSE_WRONG.
 */
enum sim_parse sim_options_parse(struct sim_options *o, int argc, char **argv);

#endif
