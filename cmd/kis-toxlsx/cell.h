/*
 * From a member of a record to what its cell holds: type, value and look.
 * What a member is comes from the record's table; one that is not in it is
 * typed by the strict number grammar.
 */
#ifndef KIS_CELL_H
#define KIS_CELL_H

#include "cmd/kis-toxlsx/cell_style.h"
#include "lib/ndjson.h"

enum cell_type {
	CELL_EMPTY,
	CELL_TEXT,
	CELL_NUMBER, /* dates and times too, as Excel counts them */
	CELL_BOOL,
};

struct cell {
	enum cell_type type;
	enum style style;
	double number;
	const char *text; /* borrows from the member, or static */
	size_t text_len;
	unsigned width; /* columns it takes when shown */
};

/* Fills out. column is the member's index in kis_record_columns or -1;
 * plain leaves out what is for people's eyes: names of markets, words of
 * signs, colours. */
void cell_of(
	const struct kis_member *m, int column, int plain, struct cell *out);

#endif
