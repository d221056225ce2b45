/*
 * Writes records as rows of CSV (RFC 4180).
 *
 * A row is formed directly in the output's buffer, unless the row must be
 * converted to another encoding. Cells that need no quotes are copied; other
 * cells are written with libcsv.
 */
#ifndef TOCSV_CSV_H
#define TOCSV_CSV_H

#include "cmd/kis-tocsv/charset.h"
#include "cmd/kis-tocsv/columns.h"
#include "lib/output.h"

enum csv_header {
	CSV_HEADER_KEY, /* header with the names of the fields */
	CSV_HEADER_KO,
	CSV_HEADER_EN,
	CSV_HEADER_NONE,
};

struct csv {
	char delimiter;
	int quote_all;
	int guard; /* 1: put ' before text that a spreadsheet would execute */
	int excel; /* 1: write BOM, CRLF, ="005930" and names of markets */
	struct kis_fields *fields; /* borrowed; types of the columns */
	int has_begun;             /* 1 after the first row was written */
	struct charset *charset;   /* borrowed; NULL if the output is UTF-8 */
	struct kis_buf row;        /* the current row, not yet encoded */
	struct kis_buf cell;       /* the current cell, not yet quoted */
	struct kis_buf scratch;
};

/* Writes the byte order mark, if w->excel is set and the encoding is UTF-8, and
 * the header, unless header is CSV_HEADER_NONE. Returns 0, or -1 and sets err:
 * 65 if the encoding lacks a character, 74 if writing fails. */
int csv_write_header(struct csv *w, const struct columns *c,
	enum csv_header header, struct kis_output *out, struct kis_err *err);

/* Writes one record as a row. columns_match() must have found the members of
 * the columns. text_bytes is at least the total length of the members' texts.
 * Returns 0, or -1 and sets err: 65 if the encoding lacks a character, 74 if
 * writing fails. */
int csv_write_record(struct csv *w, const struct columns *c,
	const struct kis_member *members, size_t text_bytes,
	struct kis_output *out, struct kis_err *err);

/* Frees the buffers of w, but not w->fields and w->charset. */
void csv_release(struct csv *w);

#endif
