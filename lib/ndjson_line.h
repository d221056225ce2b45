/*
 * One line of NDJSON in memory: checked strictly and cut into its fields in
 * one pass.
 *
 * The parser reads any line. Most lines repeat the bytes of the line before
 * them except for the values, so it remembers these bytes, the shape; where
 * the next line repeats the shape, only its values are read. Where a value
 * ends is known only after it was read, so the processor mostly waits: that is
 * why two lines are read side by side where both repeat the shape. A line
 * that does not repeat it goes to the parser, whose verdict is the only one.
 *
 * For lib/ndjson.c and its tests.
 */
#ifndef KIS_NDJSON_LINE_H
#define KIS_NDJSON_LINE_H

#include "lib/buf.h"
#include "lib/names.h"
#include "lib/ndjson.h"
#include "lib/vec16.h"

enum { KIS_LINE_HEAD = 2 * KIS_VEC16_BYTES };

/* The bytes between two values, or at an end of the line: the first of them in
 * a form that is compared without a branch on its length. */
struct kis_line_gap {
	char head[KIS_LINE_HEAD];
	char mask[KIS_LINE_HEAD]; /* 0xFF where head has a byte of the gap */
	size_t len;
	size_t at; /* where the gap begins in the shape's source */
};

struct kis_line_shape {
	int known;
	size_t *names;             /* owned; of each field */
	struct kis_line_gap *gaps; /* owned; count + 1 in use */
	size_t count, cap;
	struct kis_buf source; /* all gaps, as written */
};

/* What is known of a name. */
struct kis_line_known {
	unsigned long seen; /* the last object that has it, by number */
	size_t after;       /* the name that followed it */
	int is_plain;       /* it is always written as it is */
};

/* A name of the objects that are being parsed, for finding duplicates. */
struct kis_line_name {
	size_t name;
	const char *at;
};

struct kis_line {
	struct kis_names names;       /* of all fields, nested ones too */
	struct kis_line_known *known; /* owned; of each name */
	size_t known_cap;
	unsigned long objects; /* parsed so far */
	size_t last;           /* the name that was parsed last */
	const char *whole;     /* the end of what may be compared */

	struct kis_member *members; /* owned; of the last record */
	struct kis_member *ahead;   /* owned; of the line after it */
	size_t count, cap;
	char *ahead_end; /* the end of the line that was read ahead,
			    or NULL */
	struct kis_line_shape shape;
	int is_shaped;              /* the last record repeated the shape */
	int is_new;                 /* no record was read since the names
				       were forgotten */
	struct kis_line_name *open; /* owned; count in use of cap */
	size_t open_count, open_cap;
	struct kis_buf key; /* a decoded name */

	const char *reason; /* why the line is invalid */
	const char *reason_at;
	int code; /* see kis_line_error() */
};

void kis_line_init(struct kis_line *l);
void kis_line_release(struct kis_line *l);

/* Forgets names and shape, so that input in which every record has other fields
 * needs no more memory: to be called between records, not while a line is read
 * ahead, once there are KIS_LINE_NAMES_MAX names. All numbers of names are new
 * then. */
enum { KIS_LINE_NAMES_MAX = 1 << 16 };
void kis_line_forget(struct kis_line *l);

/* Reads the line at *p and moves *p to its end, after the newline; whole is
 * after the last newline in memory, with KIS_NDJSON_READ_PAST readable bytes.
 * All lines before whole must be read before the bytes are moved. Returns 1 for
 * a record, whose fields are l->members, 0 for a line of whitespace, and -1 for
 * an invalid line, whose bytes are unchanged: see kis_line_error(). *same_keys:
 * see kis_ndjson_next(). Strings and nested values are decoded in place. */
int kis_line_next(struct kis_line *l, char **p, char *whole, int *same_keys);

/* After -1, sets err (65) to why the line at p is invalid, and where. Returns
 * -1. */
int kis_line_error(
	const struct kis_line *l, const char *p, struct kis_err *err);

/* 1 if the line is invalid because it ends inside a value. */
int kis_line_is_cut(const struct kis_line *l);

/* 1 if the last record is a response of the API, not a record. */
int kis_line_is_response(const struct kis_line *l);

#endif
