/*
 * The one error value and the one table of exit codes of the suite.
 *
 * A function that can fail takes a caller-owned struct kis_err as its last
 * parameter, returns 0 or -1, and writes the error on failure only. The code
 * is the exit status main will end with; the text is one line for people,
 * without the program's name and without a newline.
 */
#ifndef KIS_ERR_H
#define KIS_ERR_H

/* The numbers are sysexits(3)'s; a code exists only if a caller would act
 * differently on it. The table stands in every manual too. */
enum kis_exit {
	KIS_EX_OK = 0,
	KIS_EX_EMPTY = 1,     /* the server answered, no list has rows */
	KIS_EX_USAGE = 64,    /* wrong options or operands */
	KIS_EX_DATA = 65,     /* the input is not what it should be */
	KIS_EX_NOINPUT = 66,  /* no record or token arrived */
	KIS_EX_REFUSED = 69,  /* the server refused for good */
	KIS_EX_BUG = 70,      /* a bug in this program */
	KIS_EX_SYSTEM = 71,   /* memory, processes */
	KIS_EX_CREATE = 73,   /* the output cannot be created */
	KIS_EX_IO = 74,       /* reading or writing failed */
	KIS_EX_TEMP = 75,     /* try again later */
	KIS_EX_PROTOCOL = 76, /* the answer is not the documented one */
	KIS_EX_AUTH = 77,     /* key, secret or token rejected */
	KIS_EX_CONFIG = 78,   /* configuration missing or unusable */
};

struct kis_err {
	int code;       /* enum kis_exit; 0 while nothing failed */
	char msg[1024]; /* UTF-8, cut to fit, may hold what a server sent */
};

/* Fills err and returns -1, so that a caller can `return kis_fail(…)`. */
int kis_fail(struct kis_err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* kis_fail() with ": " and the text of the current errno behind. */
int kis_fail_errno(struct kis_err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts words in front of the message on its way up; returns -1. */
int kis_fail_context(struct kis_err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Appends to the message. */
void kis_err_append(struct kis_err *err, const char *text);

/* Masks the secret wherever the message repeats a run of eight or more of its
 * characters, in any letter case, also percent-encoded or escaped for JSON; a
 * shorter secret where it is whole. secret may be NULL. */
void kis_err_redact(struct kis_err *err, const char *secret);

#endif
