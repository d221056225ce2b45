/*
 * From a field of a record to what its cell holds: type, value and look. A
 * field of the record's table has the table's type, any other that of its
 * column (lib/fields.h).
 */
#ifndef KIS_CELL_H
#define KIS_CELL_H

#include "cmd/kis-toxlsx/number.h"
#include "cmd/kis-toxlsx/style.h"
#include "lib/fields.h"
#include "lib/ndjson.h"
#include "lib/when.h"

#include <stddef.h>

enum cell_type {
	CELL_EMPTY,
	CELL_TEXT,
	CELL_NUMBER, /* dates and times too, as Excel counts them */
	CELL_BOOL,
	CELL_FORMULA, /* a number that the text computes */
	CELL_TYPES,
};

struct cell {
	enum cell_type type;
	enum style style;
	unsigned width;   /* columns it takes when shown; of a text no less
			     than that: see cell_text_width() */
	const char *text; /* of a text, KIS_WORD_BYTES more of which may be
			     read, or the formula; borrows, or static */
	size_t text_len;
	struct cell_number number;  /* of a number */
	int truth;                  /* of CELL_BOOL */
	char source[KIS_WHEN_TEXT]; /* of a date or time: what it was read
				       from; in most rows it comes again */
	size_t source_len;
};

enum cell_look {
	CELL_LOOK_REPORT, /* names of markets, words of signs, colours, sums in
			     millions of won */
	CELL_LOOK_PLAIN,  /* none of these */
	CELL_LOOK_WON,    /* all but the millions */
};

/* Fills out, which is all zero at first and then may hold the cell of the row
 * above. column is the field's index in kis_record_columns, or -1: then the
 * type of field decides. */
void cell_of(const struct kis_member *m, int column, struct kis_field *field,
	enum cell_look look, struct cell *out);

/* A text's width is the number of its bytes until somebody needs it: the
 * caller has enough, and anything up to that may be returned. */
unsigned cell_text_width(const struct cell *c, unsigned enough);

/*
 * Days and times as Excel counts them: days since 1899-12-30, the time of
 * day being the fraction. From 1900-03-01 on that is the calendar's; before,
 * Excel believes in 1900-02-29. Neither the locale nor the zone enters.
 */

enum { CELL_DATE_TEXT = 48 }; /* room for each text below */

/* Of YYYYMMDD; 0 unless it is a day of the calendar in Excel's range. */
long cell_date_parse(const char *p, size_t n);

/* Of "2026-11-20T18:40:03+09:00" and no other zone; 0 unless it is one.
 * seconds, if not NULL: since 1970 in UTC. */
double cell_time_parse(const char *p, size_t n, long long *seconds);

/* "2026-11-20". */
void cell_date_text(long day, char out[CELL_DATE_TEXT]);

/* "2026-11-20 18:40". */
void cell_time_text(double when, char out[CELL_DATE_TEXT]);

#endif
