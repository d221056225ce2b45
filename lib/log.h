/*
 * Prints messages on standard error, each as one line.
 *
 * Modules report retries, waits and requests only through these functions.
 * main() fills the struct kis_log from -q and -v and passes it to the modules.
 * Control characters in messages are escaped, so that text from a server or a
 * file cannot control the terminal. Secrets that the caller registers in struct
 * kis_log are redacted.
 */
#ifndef KIS_LOG_H
#define KIS_LOG_H

#include "lib/err.h"

struct kis_log {
	const char *program; /* borrowed; program name, first in each line */
	/* -1 (-q): print errors only; 0: also print warnings and notices; 1
	 * (-v): print all messages. */
	int level;
	/* Borrowed array of secrets, which ends with NULL; NULL if there are no
	 * secrets. They are redacted in each message, because a message may
	 * repeat text from the server. */
	const char *const *secrets;
};

/* Redacts the secrets of the logger in the message of err. Used for an error
 * that is printed when the logger no longer has the secrets. */
void kis_log_redact(const struct kis_log *logger, struct kis_err *err);

/* Prints the message of err at every level. kis_cli_finish() calls this
 * function for the error that ends the program. */
void kis_log_error(const struct kis_log *logger, const struct kis_err *err);

/* Prints "warning: " and a message about a problem that does not end the run.
 * Prints nothing with -q. */
void kis_log_warn(const struct kis_log *logger, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Reports a completed action, such as saving the credentials, for a command
 * that writes no data. Prints nothing with -q. */
void kis_log_notice(const struct kis_log *logger, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* With -v, reports an action in progress. Prints nothing without -v. */
void kis_log_info(const struct kis_log *logger, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Shows a progress line if standard error is a terminal and -q is not given.
 * The next message overwrites the line. Callers show a progress line for work
 * that takes longer than a second. Control characters are not escaped. */
void kis_log_progress(const struct kis_log *logger, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Removes the progress line from the terminal, if one is shown. */
void kis_log_progress_end(void);

#endif
