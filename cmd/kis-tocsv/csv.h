/*
 * Records as rows of CSV (RFC 4180).
 *
 * A row is formed where it leaves from, in the output's own block, unless it
 * has to be encoded anew first. What needs no quotes is copied as it stands;
 * what does goes through libcsv.
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
	int guard; /* ' before what a spreadsheet would execute */
	int excel; /* BOM, CRLF, ="005930", names of markets */
	struct kis_fields *fields; /* borrows; the types */
	int has_begun;             /* a row was written */
	struct charset *charset;   /* borrows; NULL: UTF-8 */
	struct kis_buf row;        /* before it is encoded */
	struct kis_buf cell;       /* before it is quoted */
	struct kis_buf scratch;
};

/* Writes the byte order mark, if wanted, and the header. Fails with 65, 74. */
int csv_write_header(struct csv *w, const struct columns *c,
	enum csv_header header, struct kis_output *out, struct kis_err *err);

/* Writes one record, whose members columns_match() has seen; all their texts
 * together have no more than text_bytes. Fails with 65 (a character that the
 * encoding lacks), 74. */
int csv_write_record(struct csv *w, const struct columns *c,
	const struct kis_member *members, size_t text_bytes,
	struct kis_output *out, struct kis_err *err);

void csv_release(struct csv *w);

#endif
