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
	long today; /* days since 1970, or -1: the clock's */
	long holidays[SIM_MAX_HOLIDAYS]; /* days since 1970 */
	int nholidays;
	int rollover_min; /* minutes after midnight, KST */
	long mangle;      /* seed of the damage, or -1 */
	bool dump;
	bool with_token;
	struct sim_faults faults;
};

enum sim_parse { SIM_PARSE_RUN, SIM_PARSE_DONE, SIM_PARSE_WRONG };

/*
 * Reads the command line into o, starting from the defaults. --help and
 * --list-faults print on stdout and give SIM_PARSE_DONE; what is wrong is
 * said on stderr, with the usage, and gives SIM_PARSE_WRONG.
 */
enum sim_parse sim_options_parse(struct sim_options *o, int argc, char **argv);

#endif
