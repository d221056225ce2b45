/*
 * From a member of a record to what its cell holds: type, value and look.
 * What a member is comes from the record's table; one that is not in it is
 * typed by the strict number grammar.
 */
#ifndef KIS_CELL_H
#define KIS_CELL_H

#include "cmd/kis-toxlsx/cell_style.h"
#include "cmd/kis-toxlsx/cell_number.h"
#include "lib/ndjson.h"
#include "lib/when.h"

enum cell_type {
	CELL_EMPTY,
	CELL_TEXT,
	CELL_NUMBER, /* dates and times too, as Excel counts them */
	CELL_BOOL,
};

struct cell {
	enum cell_type type;
	enum style style;
	unsigned width;   /* columns it takes when shown; of a text no less
			     than that: see cell_text_width() */
	const char *text; /* of a text, KIS_WORD_BYTES more of which may be
			     read; borrows from the member, or static */
	size_t text_len;
	struct cell_number number;  /* of a number */
	int truth;                  /* of CELL_BOOL */
	char source[KIS_WHEN_TEXT]; /* of a date or time: what it was read
				       from; in most rows it comes again */
	size_t source_len;
};

/* Fills out, which is all zero at first and then may hold the cell of the row
 * above. column is the member's index in kis_record_columns or -1;
 * plain leaves out what is for people's eyes: names of markets, words of
 * signs, colours. */
void cell_of(
	const struct kis_member *m, int column, int plain, struct cell *out);

/* A text's width is the number of its bytes until somebody needs it: the
 * caller has enough, and anything up to that may be returned. */
unsigned cell_text_width(const struct cell *c, unsigned enough);

#endif
