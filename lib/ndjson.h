/*
 * Reading NDJSON: lines in, members out.
 *
 * One reader goes through one file. Input is read in large blocks, from the
 * second MiB on ahead of the scanner (lib/aside.h). Each line is scanned once,
 * and what it holds is handed out as slices that stand in the reader's own
 * block: no copy, no allocation per record. A line that is in any way unusual
 * goes to jansson, whose verdict is final, numbers apart: those are checked
 * by grammar and kept as they are written.
 *
 * Refused with 65, file and line named: invalid UTF-8, NUL, raw control
 * characters, duplicate members, anything behind the object, a value that is
 * no object, a last line without its newline (a cut file), more than 64
 * levels, a line over 16 MiB. Blank lines are skipped.
 */
#ifndef KIS_NDJSON_H
#define KIS_NDJSON_H

#include "lib/err.h"

#include <stddef.h>

enum kis_value {
	KIS_VALUE_STRING, /* decoded: the characters themselves */
	KIS_VALUE_NUMBER, /* as written */
	KIS_VALUE_TRUE,
	KIS_VALUE_FALSE,
	KIS_VALUE_NULL,
	KIS_VALUE_NESTED, /* an object or array as compact JSON, numbers in it
			     as written */
};

struct kis_member {
	const char *key; /* decoded UTF-8, not terminated */
	size_t key_len;
	const char *text; /* the value's text as said above, not terminated;
			     empty for null */
	size_t text_len;
	enum kis_value value;
	int escaped; /* a string written with escapes: no other string holds
			a quote, a backslash or a control character */
};

enum {
	KIS_NDJSON_SLACK = 64, /* so many bytes behind every text may be read
				  (they mean nothing), that copying in steps
				  of a machine word needs no care */
	KIS_NDJSON_MAX_LINE = 16 << 20,
	KIS_NDJSON_MAX_DEPTH = 64,
};

/* What to say where a whole answer of the API stands instead of a record. */
#define KIS_NDJSON_HINT                                                        \
	"kept by 'kis-fetch --raw'? Without --raw kis-fetch writes NDJSON"

struct kis_ndjson;

/* Opens path, NULL or "-" being stdin; a missing file is 66, one that cannot
 * be opened or read 74. Returns-owned. The path is borrowed. */
struct kis_ndjson *kis_ndjson_open(const char *path, struct kis_err *err);

/* Says why path cannot be opened, by errno: 66 if it is not there, with what
 * to type if by its name it is a result, else 74. Returns -1. */
int kis_ndjson_no_file(const char *path, struct kis_err *err);

/* The next record: 1 and its members (borrowed until the next call), 0 at the
 * end, -1 on failure (65, 74). Members stand in the line's order. same_keys
 * is set when the keys and their order equal those of the record before in
 * this file, so a caller can keep what it worked out for them. */
int kis_ndjson_next(struct kis_ndjson *r, const struct kis_member **members,
	size_t *count, int *same_keys, struct kis_err *err);

/* Bytes of the last record's line, in which all its texts stand side by side:
 * together they have no more. */
size_t kis_ndjson_line_bytes(const struct kis_ndjson *r);

/* 1 if the members are those of an answer of the API, which is no record: the
 * caller refuses it with KIS_NDJSON_HINT. */
int kis_ndjson_is_answer(const struct kis_member *members, size_t count);

/* Where the last record stood: "name:line", for a caller's own complaints;
 * borrowed until the next call. */
const char *kis_ndjson_where(const struct kis_ndjson *r);

/* Closes; NULL is legal. Takes r. */
void kis_ndjson_free(struct kis_ndjson *r);

#endif
