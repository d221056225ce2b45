/*
 * Parses and checks the command line of kis-fetch.
 */
#ifndef KIS_FETCH_OPTIONS_H
#define KIS_FETCH_OPTIONS_H

#include "cmd/kis-fetch/daily.h"
#include "cmd/kis-fetch/query.h"
#include "lib/cli.h"

/* Size of the arrays of markets and periods; fewer markets and periods exist.
 */
enum { OPTIONS_MAX_LIST = 16 };

struct opts {
	struct kis_cli cli;
	const char *profile;
	const char *token_file; /* NULL: standard input */
	const char *from_raw;   /* file of a response to convert; NULL: send
				   requests */
	struct {
		const struct kis_market *item[OPTIONS_MAX_LIST];
		size_t count;
	} markets; /* in the order of the command line, each market once */
	struct {
		const struct kis_period *item[OPTIONS_MAX_LIST];
		size_t count;
	} periods;
	struct stocks stocks;       /* stocks of --stock */
	const char *stocks_file;    /* file of --stocks, which main() reads into
				       stocks; or NULL */
	struct daily_window window; /* requested days, from --from and --to */
	int is_daily;               /* 1 if --stock or --stocks is given */
	/* 1 if given: --from or --to; --to; --max-time */
	int has_window, has_to, has_max_time;
	struct query_extra extra;
	long min_won, max_won; /* price limits; -1: no limit */
	long rate;             /* requests per second */
	long retries;
	long max_time_s;
	int complete, partial, raw, dry_run;
};

/* Fills o from the command line. Returns 0, or -1 and sets err (64); call
 * options_release() in either case. Exits the process for --help, --version and
 * options that getopt rejects. */
int options_parse(struct opts *o, int argc, char **argv, struct kis_err *err);

void options_release(struct opts *o);

#endif
