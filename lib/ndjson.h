/*
 * Reads NDJSON from files: one JSON object per line, each a record.
 *
 * Files are read one after the other, in large blocks. After the first MiB of a
 * file, a thread (lib/worker.h) reads the next block while the current block is
 * parsed. lib/ndjson_line.h parses each line once. The texts of a record point
 * into the reader's block, so no record needs a copy or an allocation.
 *
 * The following are rejected with exit status 65 and a message that contains
 * the file, the line and, for most errors, the column: invalid UTF-8, NUL,
 * unescaped control characters, duplicate fields, data after the object, a
 * value that is not an object, a last line without a newline (a truncated
 * file), more than 64 levels of nesting, a line over 16 MiB, and a response of
 * the KIS API instead of a record. Numbers of any size are accepted and not
 * changed. Lines of whitespace are skipped.
 */
#ifndef KIS_NDJSON_H
#define KIS_NDJSON_H

#include "lib/err.h"

#include <stddef.h>

/* The type of a value. The type determines the contents of the field `text` of
 * struct kis_member. */
enum kis_value {
	KIS_VALUE_STRING, /* a string; text contains the decoded characters */
	KIS_VALUE_NUMBER, /* a number; text is the number as written */
	KIS_VALUE_TRUE,
	KIS_VALUE_FALSE,
	KIS_VALUE_NULL,
	/* An object or array. text is compact JSON; the numbers in it are as
	 * written. */
	KIS_VALUE_NESTED,
};

/* A field of a record. */
struct kis_member {
	const char *key; /* name, decoded UTF-8, not terminated */
	size_t key_len;
	/* Number that the reader has given the name. Equal names have equal
	 * numbers within an epoch; see kis_ndjson_epoch(). */
	size_t name;
	/* Text of the value (see enum kis_value), not terminated. Empty for
	 * null. */
	const char *text;
	size_t text_len;
	enum kis_value value;
	/* 1 for a nested value and for a string that was written with escapes.
	 * The text of any other value contains no quote, backslash or control
	 * character. */
	int escaped;
};

enum {
	/* Number of readable bytes after the text of every value, so that
	 * callers can copy a text in blocks of 16 bytes. The contents of these
	 * bytes are undefined. */
	KIS_NDJSON_READ_PAST = 64,
	KIS_NDJSON_MAX_LINE = 16 << 20,
	KIS_NDJSON_MAX_DEPTH = 64,
	KIS_LOOKAHEAD_RECORDS = 10000,
	KIS_LOOKAHEAD_BYTES = 4 << 20,
};

struct kis_ndjson;

/* Returns a new reader; the caller frees it with kis_ndjson_free(). Borrows the
 * array "files", which ends with NULL, until that call. "-" is standard input.
 * Each file is opened when the previous one has been read. */
struct kis_ndjson *kis_ndjson_new(char *const *files);

/* Sets err to the reason, from errno, why path cannot be opened. The exit
 * status is 66 if path does not exist, otherwise 74. If path does not exist and
 * ends with .xlsx or .csv, the message suggests -o. Always returns -1. */
int kis_ndjson_open_error(const char *path, struct kis_err *err);

/* Reads the next record. Returns 1, sets *members to the fields of the record
 * in their order in the line, and sets *count to the number of fields; the
 * fields are borrowed until the next call. Returns 0 at the end of the last
 * file, or -1 and sets err (65, 66, 74). If it returns 1, also sets *same_keys:
 * to 1 if the record has the same field names in the same order as the previous
 * record, so that a caller can reuse data derived from the names, otherwise to
 * 0. */
int kis_ndjson_next(struct kis_ndjson *r, const struct kis_member **members,
	size_t *count, int *same_keys, struct kis_err *err);

/* Returns the length in bytes of the last record's line, including the newline.
 * The texts of all fields of the record have at most this length in total. */
size_t kis_ndjson_line_bytes(const struct kis_ndjson *r);

/* Returns the number of the current epoch, the period in which a name keeps its
 * number (see struct kis_member). A new epoch begins between two records once
 * the reader has 65,536 names. */
unsigned kis_ndjson_epoch(const struct kis_ndjson *r);

/* Returns "FILE:LINE" of the last record, for error messages. The text is
 * borrowed from r until the next call of this function. */
const char *kis_ndjson_position(const struct kis_ndjson *r);

/* Let a caller read the first records twice, for example to choose columns
 * before converting. After kis_ndjson_rewind(), kis_ndjson_next() returns again
 * the records read since kis_ndjson_look_ahead(). Call kis_ndjson_look_ahead()
 * before the first record, and kis_ndjson_rewind() no later than when
 * kis_ndjson_is_far() returns 1, that is, after KIS_LOOKAHEAD_RECORDS lines or
 * KIS_LOOKAHEAD_BYTES bytes. */
void kis_ndjson_look_ahead(struct kis_ndjson *r);
int kis_ndjson_is_far(const struct kis_ndjson *r);
void kis_ndjson_rewind(struct kis_ndjson *r);

/* Returns 1 if the last call of kis_ndjson_next() failed. The message of that
 * call already names the file and, if the exit status is 65, the line. */
int kis_ndjson_failed(const struct kis_ndjson *r);

/* Returns 1 if all files are regular files, so that they can be read again. */
int kis_ndjson_can_restart(const struct kis_ndjson *r);

/* Restarts with the first record of the first file. Returns 1, or 0 without any
 * change if a file is not a regular file. If a file has changed since it was
 * first opened, a later kis_ndjson_next() fails with 74. */
int kis_ndjson_restart(struct kis_ndjson *r);

/* Closes and frees r, which may be NULL. */
void kis_ndjson_free(struct kis_ndjson *r);

#endif
