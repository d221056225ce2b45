/*
 * Parses the lines of NDJSON. Each line is validated and split into fields in
 * one pass.
 *
 * Most lines differ from the previous line only in their values. The parser
 * therefore stores the bytes around the values, called the shape of the line.
 * The bytes before the first value, between two values, or after the last value
 * are called a gap. If the next line has the same shape, only its values are
 * parsed; otherwise the general parser, which alone decides whether a line is
 * valid, parses the line.
 *
 * The start of a field is known only after the previous value was parsed, so
 * the processor often waits. The parser therefore parses two lines of the same
 * shape in one loop: the processor works on one line while it waits for the
 * other.
 *
 * Only lib/ndjson.c and its tests use this module.
 */
#ifndef KIS_NDJSON_LINE_H
#define KIS_NDJSON_LINE_H

#include "lib/buf.h"
#include "lib/names.h"
#include "lib/ndjson.h"
#include "lib/vec16.h"

enum { KIS_LINE_HEAD = 2 * KIS_VEC16_BYTES };

/* The bytes before the first value of a line, between two values, or after the
 * last value. Up to KIS_LINE_HEAD of them are copied to head, where a fixed
 * number of bytes is compared, without a branch on the length. */
struct kis_line_gap {
	char head[KIS_LINE_HEAD];
	char mask[KIS_LINE_HEAD]; /* 0xFF for each byte of head in use */
	size_t len;               /* number of bytes in the gap */
	size_t at; /* offset of the bytes in kis_line_shape.source */
};

struct kis_line_shape {
	int known;                 /* 1 if a shape is stored */
	size_t *names;             /* owned; numbers of the fields' names */
	struct kis_line_gap *gaps; /* owned; count + 1 gaps are in use */
	/* number of fields, and number of entries allocated in names and in
	 * gaps */
	size_t count, cap;
	struct kis_buf source; /* bytes of all gaps, in order */
};

/* Data about a name. The array "known" in struct kis_line has one entry for
 * each name. */
struct kis_line_known {
	unsigned long seen; /* number of the last object that had this name */
	/* number of the name that last followed this name */
	size_t after;
	/* 1 if no character of the name needs a JSON escape */
	int is_plain;
};

/* A name in an object that is being parsed, for detecting duplicates. */
struct kis_line_name {
	size_t name;    /* number of the name in kis_line.names */
	const char *at; /* position of the name in the line */
};

struct kis_line {
	struct kis_names names; /* all names, at every level of nesting */
	/* owned; indexed by the number of a name */
	struct kis_line_known *known;
	size_t known_cap;
	unsigned long objects; /* number of objects parsed */
	size_t last;           /* number of the last name parsed */
	const char *whole;     /* end of the complete lines in memory */

	struct kis_member *members; /* owned; fields of the last record */
	struct kis_member *ahead;   /* owned; fields of the line parsed ahead */
	size_t count, cap;
	/* End of the line that was parsed ahead, or NULL if no line was. */
	char *ahead_end;
	struct kis_line_shape shape;
	/* 1 if the last record has the stored shape. */
	int is_shaped;
	/* 1 if the next record is the first one, or the first after a rewind or
	 * restart. */
	int is_new;
	/* owned; names parsed so far in the objects that are still open;
	 * open_count entries */
	struct kis_line_name *open;
	size_t open_count, open_cap;
	struct kis_buf key; /* buffer for a decoded name */

	const char *reason;    /* reason why the line is invalid, or "" */
	const char *reason_at; /* position of the error in the line */
	int code;              /* kind of error (enum code in ndjson_line.c) */
};

/* kis_line_init() initialises l without a shape. kis_line_release() frees the
 * memory of l. */
void kis_line_init(struct kis_line *l);
void kis_line_release(struct kis_line *l);

/* kis_line_forget() deletes all names and the shape from l. Later names get new
 * numbers. This limits the memory for input in which every record has different
 * fields. Call kis_line_forget() between two records once l contains
 * KIS_LINE_NAMES_MAX names, but not while l->ahead_end is set. */
enum { KIS_LINE_NAMES_MAX = 1 << 16 };
void kis_line_forget(struct kis_line *l);

/* Parses the line at *p and moves *p after the newline. Returns 1 for a record,
 * and stores its fields in the first l->count entries of l->members. Returns 0
 * for a line of whitespace, or -1 for an invalid line, whose bytes are
 * unchanged (see kis_line_error()). Strings and nested values are decoded in
 * place. *same_keys is set as by kis_ndjson_next().
 *
 * whole is the end of the last complete line in memory, followed by
 * KIS_NDJSON_READ_PAST readable bytes. The caller must not move the bytes until
 * all complete lines are parsed. */
int kis_line_next(struct kis_line *l, char **p, char *whole, int *same_keys);

/* Sets err (65) to the reason why kis_line_next() returned -1. The message
 * contains the column, except for errors that concern the whole line. p is the
 * start of the invalid line. Always returns -1. */
int kis_line_error(
	const struct kis_line *l, const char *p, struct kis_err *err);

/* Returns 1 if the line that kis_line_next() rejected ends within a value. */
int kis_line_is_cut(const struct kis_line *l);

/* Returns 1 if the last record is a response of the API: it has the field
 * rt_cd, and the field output or msg1. */
int kis_line_is_response(const struct kis_line *l);

#endif
