/*
 * Parses one line of NDJSON: validates it and finds its fields in one pass.
 *
 * Most lines differ from the previous line only in their values. The parser
 * therefore remembers the bytes between the values, called the shape of the
 * line, each piece of it a gap. If the next line has the same shape, only its
 * values are parsed; otherwise the general parser, which alone decides whether
 * a line is valid, parses it.
 *
 * The end of a value is known only after it was parsed, so the processor spends
 * much time waiting. Two lines of the same shape are therefore parsed in
 * parallel.
 *
 * Used by lib/ndjson.c and its tests only.
 */
#ifndef KIS_NDJSON_LINE_H
#define KIS_NDJSON_LINE_H

#include "lib/buf.h"
#include "lib/names.h"
#include "lib/ndjson.h"
#include "lib/vec16.h"

enum { KIS_LINE_HEAD = 2 * KIS_VEC16_BYTES };

/* The bytes before, between or after the values of a line. Up to KIS_LINE_HEAD
 * of them are in head, to be compared without a branch on the length. */
struct kis_line_gap {
	char head[KIS_LINE_HEAD];
	char mask[KIS_LINE_HEAD]; /* 0xFF for each byte of head in use */
	size_t len;
	size_t at; /* offset of the gap in source */
};

struct kis_line_shape {
	int known;
	size_t *names;             /* owned; name of each field */
	struct kis_line_gap *gaps; /* owned; count + 1 are in use */
	size_t count, cap;
	struct kis_buf source; /* the bytes of all gaps */
};

/* Data about a name. */
struct kis_line_known {
	unsigned long seen; /* number of the last object that has it */
	size_t after;       /* the name that followed it last */
	int is_plain;       /* contains nothing that JSON must escape */
};

/* A name in an object that is being parsed, for detecting duplicates. */
struct kis_line_name {
	size_t name;
	const char *at;
};

struct kis_line {
	struct kis_names names;       /* all names, also of nested objects */
	struct kis_line_known *known; /* owned; one entry for each name */
	size_t known_cap;
	unsigned long objects; /* number of objects parsed */
	size_t last;           /* last name parsed */
	const char *whole;     /* end of the complete lines in memory */

	struct kis_member *members; /* owned; fields of the last record */
	struct kis_member *ahead;   /* owned; fields of the next line */
	size_t count, cap;
	/* End of the line that was parsed ahead, or NULL. */
	char *ahead_end;
	struct kis_line_shape shape;
	/* The last record has the shape. */
	int is_shaped;
	/* No record was parsed since the names were forgotten. */
	int is_new;
	struct kis_line_name *open; /* owned; open_count are in use */
	size_t open_count, open_cap;
	struct kis_buf key; /* buffer for a decoded name */

	const char *reason; /* explanation of an invalid line */
	const char *reason_at;
	int code; /* enum code in ndjson_line.c */
};

void kis_line_init(struct kis_line *l);
void kis_line_release(struct kis_line *l);

/* Forgets all names and the shape; numbers of names then start anew. This
 * limits the memory for input whose records all have different fields. Call it
 * between two records once there are KIS_LINE_NAMES_MAX names, but not while
 * ahead_end is set. */
enum { KIS_LINE_NAMES_MAX = 1 << 16 };
void kis_line_forget(struct kis_line *l);

/* Parses the line at *p and moves *p after its newline. Returns 1 for a record,
 * whose fields are l->members, 0 for a line of whitespace, or -1 for an invalid
 * line, whose bytes are unchanged (see kis_line_error()). Strings and nested
 * values are decoded in place. *same_keys is set as by kis_ndjson_next().
 *
 * whole is the end of the last complete line in memory, followed by
 * KIS_NDJSON_READ_PAST readable bytes. All lines before whole must be parsed
 * before the bytes are moved. */
int kis_line_next(struct kis_line *l, char **p, char *whole, int *same_keys);

/* After kis_line_next() returned -1: sets err (65) to the reason and the
 * column. p is the start of the line. Always returns -1. */
int kis_line_error(
	const struct kis_line *l, const char *p, struct kis_err *err);

/* Returns 1 if the invalid line ends within a value. */
int kis_line_is_cut(const struct kis_line *l);

/* Returns 1 if the last record is a response of the API. */
int kis_line_is_response(const struct kis_line *l);

#endif
