/*
 * The command line of kis-fetch.
 */
#ifndef KIS_FETCH_OPTIONS_H
#define KIS_FETCH_OPTIONS_H

#include "cmd/kis-fetch/daily.h"
#include "cmd/kis-fetch/query.h"
#include "lib/cli.h"

enum { OPTIONS_MAX_LIST = 16 }; /* over the number of markets or periods */

struct opts {
	struct kis_cli cli;
	const char *profile;
	const char *token_file; /* NULL: stdin */
	const char *from_raw;   /* a body to read instead of asking; or NULL */
	struct {
		const struct kis_market *item[OPTIONS_MAX_LIST];
		size_t count;
	} markets; /* as given, none twice */
	struct {
		const struct kis_period *item[OPTIONS_MAX_LIST];
		size_t count;
	} periods;
	struct stocks stocks;       /* of --stock */
	const char *stocks_file;    /* of --stocks, read later; or NULL */
	struct daily_window window; /* of --from and --to */
	int is_daily;               /* one of both is given */
	int has_window, has_to, has_max_time;
	struct query_extra extra;
	long min_won, max_won; /* -1: no limit */
	long rate;             /* calls a second */
	long retries;
	long max_time_s;
	int complete, partial, raw, dry_run;
};

/* Fills o from the command line; fails with 64. --help and what getopt
 * refuses end the process. Release o in either case. */
int options_parse(struct opts *o, int argc, char **argv, struct kis_err *err);

void options_release(struct opts *o);

#endif
