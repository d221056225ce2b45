/*
 * Prints messages on standard error, each as one line.
 *
 * Modules report retries, waits and requests only through these functions.
 * main() fills the struct kis_log from -q and -v and passes it to them. Control
 * characters in messages are escaped, so that text of a server or file cannot
 * control the terminal. Callers must not pass secrets.
 */
#ifndef KIS_LOG_H
#define KIS_LOG_H

#include "lib/err.h"

struct kis_log {
	const char *program; /* borrowed; prefix of each line */
	int level;           /* -1: errors, 0: warnings too, 1: all (-v) */
};

/* Prints the message of err, the last line of a failed run, at every level. */
void kis_log_error(const struct kis_log *logger, const struct kis_err *err);

/* Prints "warning: " and a message about a run that continues. Silent with -q.
 */
void kis_log_warn(const struct kis_log *logger, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints what was done, for a program whose result is not data. Silent with -q.
 */
void kis_log_notice(const struct kis_log *logger, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints what is being done. Only with -v. */
void kis_log_info(const struct kis_log *logger, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Shows a progress line, which the next message overwrites. Callers use it for
 * work that takes longer than a second. Only if standard error is a terminal
 * and without -q. Control characters are not escaped. */
void kis_log_progress(const struct kis_log *logger, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Removes the progress line from the terminal, if one is shown. */
void kis_log_progress_end(void);

#endif
