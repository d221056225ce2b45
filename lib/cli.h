/*
 * What the four programs' main()s have in common: the common options, the
 * usage text, the one line of error and the exit code.
 */
#ifndef KIS_CLI_H
#define KIS_CLI_H

#include "lib/err.h"
#include "lib/log.h"

#include <getopt.h>

struct kis_cli {
	struct kis_log say;
	const char *usage;  /* borrows: the whole text of --help */
	const char *output; /* borrows argv; NULL: stdout */
};

/* The common options, to stand in each program's short and long tables. */
#define KIS_CLI_SHORT "hVqvo:"
/* clang-format off */
#define KIS_CLI_LONG                                                           \
	{"help", no_argument, NULL, 'h'},                                      \
	{"version", no_argument, NULL, 'V'},                                   \
	{"quiet", no_argument, NULL, 'q'},                                     \
	{"verbose", no_argument, NULL, 'v'},                                   \
	{"output", required_argument, NULL, 'o'}
/* clang-format on */

/* getopt_long() whose error messages begin with the program's name instead of
 * the path it was run by. */
int kis_cli_getopt(const struct kis_cli *cli, int argc, char **argv,
	const char *shorts, const struct option *longs);

/* Handles a common option that kis_cli_getopt() returned. Borrows optarg.
 * --help and --version print and exit (0, or 74 if stdout cannot be written)
 * without reading further arguments. Any other value exits with 64 and a line
 * that points to --help. */
void kis_cli_option(struct kis_cli *cli, int opt);

/* kis_fail() with KIS_EX_USAGE, to which kis_cli_finish() adds a line that
 * points to --help. */
int kis_cli_usage_error(struct kis_err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* 64 with a hint what to type if stdin is a terminal. */
int kis_cli_require_pipe(const char *hint, struct kis_err *err);

/* The end of main: tells the error if rc is not 0; returns the exit code. */
int kis_cli_finish(
	const struct kis_cli *cli, int rc, const struct kis_err *err);

/* A whole number from low to high, nothing else, or 64 naming the option. */
int kis_cli_number(const char *option, const char *text, long low, long high,
	long *out, struct kis_err *err);

/* Returns the index of text in names, which NULL ends, whatever the case; or -1
 * and sets err (64), naming them. */
int kis_cli_choose(const char *option, const char *const *names,
	const char *text, struct kis_err *err);

#endif
