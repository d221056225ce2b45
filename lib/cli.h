/*
 * What the four programs' main()s have in common: the common options, the
 * usage text, the one line of error and the exit code.
 */
#ifndef KIS_CLI_H
#define KIS_CLI_H

#include "lib/err.h"
#include "lib/say.h"

#include <getopt.h>

struct kis_cli {
	struct kis_say say;
	const char *usage;  /* borrows: all of --help, the first line being
			       "usage: …" and what wrong usage shows */
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

/* Takes what getopt_long() returned if it is a common option; optarg is
 * borrowed. --help and --version print and end the process (0, or 74 when
 * stdout cannot be written), the rest of the line unread; what getopt refused
 * and what no table knows ends it with usage on stderr (64). */
void kis_cli_option(struct kis_cli *cli, int opt);

/* kis_fail() with KIS_EX_USAGE; kis_cli_finish() shows the usage with it. */
int kis_cli_wrong(struct kis_err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* 64 with a hint what to type if stdin is a terminal. */
int kis_cli_stdin_is_data(const char *hint, struct kis_err *err);

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
