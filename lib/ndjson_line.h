/*
 * One line of NDJSON in memory, read in two ways that must agree.
 *
 * kis_ndjson_scan() knows the shape of the line before: the bytes between
 * its values. Where the next line repeats them, only the values are looked
 * at, once. It says yes or "I do not know", never no. kis_ndjson_exact()
 * reads any line: jansson says whether it is JSON, and the members are then
 * cut out of the source, which leaves a new shape for the scanner.
 *
 * Where each value ends is known only when it has been looked at, so a
 * processor mostly waits. That is why two lines are scanned side by side
 * where there are two; the second is handed out by the next call.
 *
 * For lib/ndjson*.c and the tests that hold the ways together.
 */
#ifndef KIS_NDJSON_LINE_H
#define KIS_NDJSON_LINE_H

#include "lib/buf.h"
#include "lib/ndjson.h"
#include "lib/word.h"

enum { KIS_NDJSON_HEAD = 2 * KIS_WORD_BYTES };

/* What stands before a value or behind the last one, as written: the head in
 * a form that compares without a branch on its length. */
struct kis_ndjson_gap {
	char head[KIS_NDJSON_HEAD];
	char mask[KIS_NDJSON_HEAD]; /* 0xFF where head has a byte of the gap */
	size_t len;
	size_t at; /* where it starts in the shape's source */
};

/* What a line looks like without its values. */
struct kis_ndjson_shape {
	struct kis_member *members;  /* owned; count in use of cap */
	struct kis_member *ahead;    /* owned; the same for the line behind */
	struct kis_ndjson_gap *gaps; /* owned; count + 1 in use */
	size_t count;
	size_t cap;
	struct kis_buf keys;   /* the decoded keys, one behind the other */
	struct kis_buf source; /* the gaps: what stood before, between and
				  behind the values, as written */
};

struct kis_ndjson_line {
	struct kis_ndjson_shape now;    /* of the last record; its members */
	struct kis_ndjson_shape before; /* room for the next one */
	int known;                      /* a record was read: now is set */
	char *ahead_end;     /* behind the line that was read ahead, its members
				being now.ahead; NULL if none was */
	struct kis_buf copy; /* a line without its big numbers */
};

void kis_ndjson_line_init(struct kis_ndjson_line *l);
void kis_ndjson_line_release(struct kis_ndjson_line *l);

/* Takes the line at *p and moves *p behind its newline; whole is behind the
 * last newline there is, with KIS_NDJSON_SLACK readable bytes. All lines up to
 * whole must be taken before the bytes are moved. Returns what
 * kis_ndjson_exact() returns. */
int kis_ndjson_take(struct kis_ndjson_line *l, char **p, char *whole,
	int *same_keys, struct kis_err *err);

/* Reads the line at p, next being behind its newline, if it repeats the shape
 * of the record before: 1 and the members are set, or 0 and the bytes are
 * untouched. Values with escapes are decoded in place. */
int kis_ndjson_scan(struct kis_ndjson_line *l, char *p, const char *next);

/* The same for two lines at once, the second at q: 1 if both repeat the
 * shape, members and ahead are set and *end is behind the second. */
int kis_ndjson_scan_two(
	struct kis_ndjson_line *l, char *p, char *q, char **end);

/* Reads the n bytes of the line at p, a newline behind them. Returns 1, the
 * members set and *same_keys telling whether keys and order are those of the
 * record before; 0 if the line is blank; -1 (65, without where). Strings and
 * nested values are decoded in place. */
int kis_ndjson_exact(struct kis_ndjson_line *l, char *p, size_t n,
	int *same_keys, struct kis_err *err);

/* Cuts the n bytes of a line that jansson took into members and gaps; decodes
 * in place as above. */
void kis_ndjson_cut(struct kis_ndjson_shape *s, char *p, size_t n);

/* What JSON calls white space, the newline apart, which ends a line. */
static inline int kis_ndjson_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Behind the blanks at p. */
const char *kis_ndjson_skip_blanks(const char *p, const char *end);

/* Behind the closing quote of the string at p; end if it has none. */
const char *kis_ndjson_skip_string(const char *p, const char *end);

/* Checks the escape at p, a backslash; returns its end (of both halves of a
 * surrogate pair), NULL if it is none or means NUL or half a pair. */
const char *kis_ndjson_escape(const char *p);

/* Decodes the string between p and end, whose escapes are valid, to to, which
 * may be p; returns the end of what was written, never longer. */
char *kis_ndjson_decode(char *to, const char *p, const char *end);

/* Writes the nested value between p and end, valid JSON, without blanks and
 * with no escapes but those that must be; numbers as written. to may be p;
 * returns the end, never later than end. */
char *kis_ndjson_compact(char *to, const char *p, const char *end);

#endif
