/*
 * The parts that the main() functions of the four programs share: common
 * options, usage text, error line and exit status.
 */
#ifndef KIS_CLI_H
#define KIS_CLI_H

#include "lib/err.h"
#include "lib/log.h"

#include <getopt.h>

struct kis_cli {
	struct kis_log logger;
	const char *usage;  /* borrowed; the text of --help */
	const char *output; /* borrowed value of -o; NULL: standard output */
};

/* The options that all four programs accept. Each program includes them in its
 * tables of short and long options. */
#define KIS_CLI_SHORT "hVqvo:"
/* clang-format off */
#define KIS_CLI_LONG                                                           \
	{"help", no_argument, NULL, 'h'},                                      \
	{"version", no_argument, NULL, 'V'},                                   \
	{"quiet", no_argument, NULL, 'q'},                                     \
	{"verbose", no_argument, NULL, 'v'},                                   \
	{"output", required_argument, NULL, 'o'}
/* clang-format on */

/* Calls getopt_long() and returns its result. Sets argv[0] to the program's
 * name first, so that error messages of getopt_long() do not begin with a path.
 */
int kis_cli_getopt(const struct kis_cli *cli, int argc, char **argv,
	const char *shorts, const struct option *longs);

/* Handles opt, a common option that kis_cli_getopt() returned. -q, -v and -o
 * set a field of cli; for -o, cli borrows the argument. --help and --version
 * print their text and exit (0, or 74 if standard output cannot be written)
 * without parsing further arguments. For any other opt, prints a line that
 * refers to --help and exits (64). */
void kis_cli_option(struct kis_cli *cli, int opt);

/* Sets err (64) to the formatted message. Always returns -1. After this
 * message, kis_cli_finish() prints a line that refers to --help. */
int kis_cli_usage_error(struct kis_err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Returns 0, or -1 and sets err (64) if standard input is a terminal. The error
 * message suggests the command in hint. */
int kis_cli_require_pipe(const char *hint, struct kis_err *err);

/* Removes the progress line and, if rc is not 0, prints err. Returns the exit
 * status for main(): 0 if rc is 0, otherwise err->code, or 70 if no error was
 * set. */
int kis_cli_finish(
	const struct kis_cli *cli, int rc, const struct kis_err *err);

/* Parses the value of a command-line option as an integer from low to high.
 * option is the name of the option, for the error message; text is its value.
 * Returns 0 and sets *out, or -1 and sets err (64); after an error, *out is
 * undefined. */
int kis_cli_number(const char *option, const char *text, long low, long high,
	long *out, struct kis_err *err);

/* Looks up the value of a command-line option in names, an array that ends with
 * NULL; letter case is ignored. option is the name of the option, for the error
 * message; text is its value. Returns the index of the value in the array, or
 * -1 and sets err (64) if the array does not contain it. The error message
 * lists the valid values. */
int kis_cli_choose(const char *option, const char *const *names,
	const char *text, struct kis_err *err);

#endif
