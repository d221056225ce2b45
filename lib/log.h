/*
 * What a program tells people, on stderr, each message one line in one write.
 *
 * lib and the rooms never print of their own accord: a module that has
 * something to tell (a retry, a wait, a request made) is handed the struct
 * that main filled from -q and -v. Control characters are escaped, so text
 * of a server or a file cannot drive the terminal. Callers never pass secrets.
 */
#ifndef KIS_LOG_H
#define KIS_LOG_H

#include "lib/err.h"

struct kis_log {
	const char *program; /* borrows; the name in front of each line */
	int level;           /* -1: errors only, 0: warnings, 1: all (-v) */
};

/* The one line a failed run ends with; shown at every level. */
void kis_log_error(const struct kis_log *say, const struct kis_err *err);

/* What a user should know although the run goes on; silent with -q. */
void kis_log_warn(const struct kis_log *say, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* What was done, for a program whose result is not data; silent with -q. */
void kis_log_notice(const struct kis_log *say, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* What is being done; only with -v. */
void kis_log_info(const struct kis_log *say, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A line that is overwritten by the next, for work longer than a second;
 * only when stderr is a terminal and not with -q. */
void kis_log_progress(const struct kis_log *say, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Takes the progress line off the screen, if one is there. */
void kis_log_progress_end(void);

#endif
