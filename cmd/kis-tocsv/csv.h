/*
 * Writes records as rows of CSV (RFC 4180).
 *
 * A row is formed directly in the output's buffer, unless it must be converted
 * to another encoding. Cells that need no quotes are copied; the others are
 * written with libcsv.
 */
#ifndef TOCSV_CSV_H
#define TOCSV_CSV_H

#include "cmd/kis-tocsv/charset.h"
#include "cmd/kis-tocsv/columns.h"
#include "lib/output.h"

enum csv_header {
	CSV_HEADER_KEY, /* the fields' names */
	CSV_HEADER_KO,
	CSV_HEADER_EN,
	CSV_HEADER_NONE,
};

struct csv {
	char delimiter;
	int quote_all;
	int guard; /* put ' before text that a spreadsheet would execute */
	int excel; /* write BOM, CRLF, ="005930" and names of markets */
	struct kis_fields *fields; /* borrowed; the types of the columns */
	int has_begun;             /* a row was written */
	struct charset *charset;   /* borrowed; NULL: UTF-8 */
	struct kis_buf row;        /* the row before it is encoded */
	struct kis_buf cell;       /* the cell before it is quoted */
	struct kis_buf scratch;
};

/* Writes the byte order mark, if w->excel is set and the encoding is UTF-8, and
 * the header. Returns 0, or -1 and sets err (65 or 74). */
int csv_write_header(struct csv *w, const struct columns *c,
	enum csv_header header, struct kis_output *out, struct kis_err *err);

/* Writes one record, whose members were matched by columns_match(). text_bytes
 * is at least the length of all their texts together. Returns 0, or -1 and sets
 * err: 65 if the encoding lacks a character, or 74. */
int csv_write_record(struct csv *w, const struct columns *c,
	const struct kis_member *members, size_t text_bytes,
	struct kis_output *out, struct kis_err *err);

void csv_release(struct csv *w);

#endif
