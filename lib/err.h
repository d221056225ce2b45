/*
 * The error type and the exit statuses of the four programs.
 *
 * A function that can fail has a caller-owned struct kis_err as its last
 * parameter, returns 0 or -1, and sets err only if it fails.
 */
#ifndef KIS_ERR_H
#define KIS_ERR_H

/* The exit statuses; those from 64 on have the numbers of sysexits(3). Two
 * failures have different statuses only if a caller should react differently to
 * them. Each manual lists the exit statuses of its program. */
enum kis_exit {
	KIS_EX_OK = 0,
	KIS_EX_EMPTY = 1,     /* no data: every list is empty */
	KIS_EX_USAGE = 64,    /* usage error */
	KIS_EX_DATA = 65,     /* invalid input */
	KIS_EX_NOINPUT = 66,  /* no such file, or no record or token in it */
	KIS_EX_REFUSED = 69,  /* request rejected by the server */
	KIS_EX_BUG = 70,      /* internal error */
	KIS_EX_SYSTEM = 71,   /* out of memory, cannot start a process */
	KIS_EX_CREATE = 73,   /* cannot create the output */
	KIS_EX_IO = 74,       /* read or write error */
	KIS_EX_TEMP = 75,     /* temporary failure; retry later */
	KIS_EX_PROTOCOL = 76, /* unexpected response, or TLS failure */
	KIS_EX_AUTH = 77,     /* authentication failed */
	KIS_EX_CONFIG = 78,   /* configuration error */
};

struct kis_err {
	int code; /* exit status for main(): enum kis_exit */
	/* One line for the user in UTF-8, truncated if it is too long, without
	 * the program's name and without a newline. May contain text from the
	 * server. */
	char msg[1024];
};

/* Sets err to code and the formatted message. Always returns -1, so that a
 * caller can `return kis_fail(…)`. */
int kis_fail(struct kis_err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Like kis_fail(), but appends ": " and strerror(errno). */
int kis_fail_errno(struct kis_err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Prepends the formatted text and ": " to the message of err. Always returns
 * -1. */
int kis_fail_context(struct kis_err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Appends text to the message of err. */
void kis_err_append(struct kis_err *err, const char *text);

/* Redacts secret in text: wherever a part of secret with at least eight
 * characters appears, that part is overwritten with asterisks. A secret of
 * fewer characters is overwritten only where all of it appears. Letter case is
 * ignored; percent-encoding and JSON escapes are recognised. secret may be
 * NULL. */
void kis_err_redact(char *text, const char *secret);

/* Overwrites with asterisks each part of text that looks like an appkey, an
 * appsecret or a token: at least 36 consecutive letters, digits and characters
 * "+=_-", among them a capital letter, a small letter and a digit. Such a part
 * may come from a misplaced argument or, encoded, from the server. */
void kis_err_redact_likely(char *text);

#endif
