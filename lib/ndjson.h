/*
 * Reads NDJSON from files: one JSON object a line, each a record of fields.
 *
 * The files are read one after the other, in large blocks, from the second
 * MiB of a file on ahead of the parser (lib/worker.h). Each line is parsed
 * once, by lib/ndjson_line.h; what it holds is handed out as slices of the
 * reader's own block: no copy and no allocation for each record.
 *
 * Rejected with 65, file, line and column named: invalid UTF-8, NUL, raw
 * control characters, duplicate fields, anything after the object, a value that
 * is not an object, a last line without its newline (a truncated file), more
 * than 64 levels, a line over 16 MiB, a response of the API instead of
 * records. Numbers of any size are accepted, as they are written. Lines of
 * whitespace are skipped.
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

/* A field of a record. */
struct kis_member {
	const char *key; /* its name, decoded UTF-8, not terminated */
	size_t key_len;
	size_t name;      /* a number for the name: equal names of a reader have
			     equal numbers, see kis_ndjson_epoch() */
	const char *text; /* the value's text as said above, not terminated;
			     empty for null */
	size_t text_len;
	enum kis_value value;
	int escaped; /* a string written with escapes, or a nested value: no
			other text has a quote, a backslash or a control
			character */
};

enum {
	KIS_NDJSON_READ_PAST = 64, /* bytes after every text that may be read,
				  so that it can be copied in whole words; their
				  values mean nothing */
	KIS_NDJSON_MAX_LINE = 16 << 20,
	KIS_NDJSON_MAX_DEPTH = 64,
	KIS_LOOKAHEAD_RECORDS = 10000,
	KIS_LOOKAHEAD_BYTES = 4 << 20,
};

struct kis_ndjson;

/* Returns a new reader of the files, which the caller frees. files is borrowed
 * and ends with NULL; "-" is standard input. A file is opened when the one
 * before it has been read. */
struct kis_ndjson *kis_ndjson_new(char *const *files);

/* Sets err to why path cannot be opened, from errno: 66 if it does not exist,
 * with the option to use if its name is that of a result, otherwise 74. Returns
 * -1. */
int kis_ndjson_open_error(const char *path, struct kis_err *err);

/* Reads the next record. Returns 1 and its fields in the order of the line,
 * borrowed until the next call; 0 at the end of the last file; -1 and err (65,
 * 66, 74). *same_keys is 1 if names and order equal those of the record
 * before, so that a caller can keep what it worked out for them. */
int kis_ndjson_next(struct kis_ndjson *r, const struct kis_member **members,
	size_t *count, int *same_keys, struct kis_err *err);

/* Bytes of the last record's line: its texts together have no more. */
size_t kis_ndjson_line_bytes(const struct kis_ndjson *r);

/* Numbers of names are valid within one epoch. Another one begins between two
 * records if the records have had very many names. */
unsigned kis_ndjson_epoch(const struct kis_ndjson *r);

/* Returns "FILE:LINE" of the last record, for error messages; valid until the
 * next call. */
const char *kis_ndjson_position(const struct kis_ndjson *r);

/* Lookahead: the records read until kis_ndjson_rewind() are read once more
 * after it, from their lines as they were. Call before the first record, and
 * rewind at the latest when kis_ndjson_is_far() returns 1: that is after
 * KIS_LOOKAHEAD_RECORDS or KIS_LOOKAHEAD_BYTES. */
void kis_ndjson_look_ahead(struct kis_ndjson *r);
int kis_ndjson_is_far(const struct kis_ndjson *r);
void kis_ndjson_rewind(struct kis_ndjson *r);

/* 1 if the last call of kis_ndjson_next() failed: its error has the position.
 */
int kis_ndjson_failed(const struct kis_ndjson *r);

/* 1 if all files are regular files, which can be read again. */
int kis_ndjson_can_restart(const struct kis_ndjson *r);

/* Begins again with the first record of the first file. Returns 1; or 0, and
 * nothing has changed, if one of the files is not a regular file. If a file has
 * changed since it was opened first, kis_ndjson_next() fails with 74. */
int kis_ndjson_restart(struct kis_ndjson *r);

/* Closes and frees r, which may be NULL. */
void kis_ndjson_free(struct kis_ndjson *r);

#endif
