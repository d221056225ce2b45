/*
 * One line of NDJSON in memory, read in two ways that must agree.
 *
 * kis_ndjson_scan() knows the shape of the line before: the bytes between
 * its values. Where the next line repeats them, only the values are looked
 * at, once. It says yes or "I do not know", never no. kis_ndjson_exact()
 * reads any line: jansson says whether it is JSON, and the members are then
 * cut out of the source, which leaves a new shape for the scanner.
 *
 * For lib/ndjson*.c and the tests that hold the two together.
 */
#ifndef KIS_NDJSON_LINE_H
#define KIS_NDJSON_LINE_H

#include "lib/buf.h"
#include "lib/ndjson.h"

/* What a line looks like without its values. */
struct kis_ndjson_shape {
	struct kis_member *members; /* owned; count in use of cap */
	size_t *gaps;               /* owned; count + 1 lengths in use */
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
	struct kis_buf copy;            /* a line without its big numbers */
};

void kis_ndjson_line_init(struct kis_ndjson_line *l);
void kis_ndjson_line_release(struct kis_ndjson_line *l);

/* Reads the line at p if it repeats the shape of the record before. A newline
 * must stand somewhere at or after p, KIS_NDJSON_SLACK readable bytes behind
 * it. Returns 1, the members set and *next behind the newline; or 0, the
 * bytes untouched. Values with escapes are decoded in place. */
int kis_ndjson_scan(struct kis_ndjson_line *l, char *p, char **next);

/* Reads the n bytes of the line at p, a newline behind them. Returns 1, the
 * members set and *same_keys telling whether keys and order are those of the
 * record before; 0 if the line is blank; -1 (65, without where). Strings and
 * nested values are decoded in place. */
int kis_ndjson_exact(struct kis_ndjson_line *l, char *p, size_t n,
	int *same_keys, struct kis_err *err);

/* Cuts the n bytes of a line that jansson took into members and gaps; decodes
 * in place as above. */
void kis_ndjson_cut(struct kis_ndjson_shape *s, char *p, size_t n);

/* Behind the blanks at p. */
const char *kis_ndjson_skip_blanks(const char *p, const char *end);

/* Behind the closing quote of the string at p; end if it has none. */
const char *kis_ndjson_skip_string(const char *p, const char *end);

/* The end of the longest number by JSON's grammar that starts at p, NULL if
 * none does. Ends at the latest at a newline. */
const char *kis_ndjson_number(const char *p);

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
