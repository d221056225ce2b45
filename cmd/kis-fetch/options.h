/*
 * Parses and checks the command line of kis-fetch.
 */
#ifndef KIS_FETCH_OPTIONS_H
#define KIS_FETCH_OPTIONS_H

#include "cmd/kis-fetch/daily.h"
#include "cmd/kis-fetch/query.h"
#include "lib/cli.h"

/* Size of the arrays of markets and of periods. It is greater than the number
 * of markets and the number of periods. */
enum { OPTIONS_MAX_LIST = 16 };

struct opts {
	struct kis_cli cli;
	const char *profile;
	const char *token_file; /* file of --token-file; NULL: standard input */
	const char *from_raw;   /* file of --from-raw; NULL: send requests */
	struct {
		const struct kis_market *item[OPTIONS_MAX_LIST];
		size_t count;
	} markets; /* in the order of the command line, each market once */
	struct {
		const struct kis_period *item[OPTIONS_MAX_LIST];
		size_t count;
	} periods;
	/* the stocks of --stock, to which main() adds those of --stocks */
	struct stocks stocks;
	const char *stocks_file;    /* file of --stocks, or NULL */
	struct daily_window window; /* requested days, from --from and --to */
	int is_daily;               /* 1 if --stock or --stocks is given */
	/* has_window is 1 if --from or --to is given, has_to is 1 if --to is
	 * given, and has_max_time is 1 if --max-time is given. */
	int has_window, has_to, has_max_time;
	struct query_extra extra;
	long min_won, max_won; /* price limits in won; -1 for no limit */
	long rate;             /* maximum number of requests per second */
	long retries;
	long max_time_s;
	int complete, partial, raw, dry_run;
};

/* Fills o from the command line. Exits the process for --help, --version and
 * options that getopt rejects. Returns 0, or -1 and sets err (64). The caller
 * calls options_release() even after a failure. */
int options_parse(struct opts *o, int argc, char **argv, struct kis_err *err);

void options_release(struct opts *o);

#endif
