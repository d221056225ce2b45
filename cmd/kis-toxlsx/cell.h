/*
 * From a field of a record to what its cell holds: type, value and look. A
 * field of the record's table has the table's type, any other that of its
 * column (lib/fields.h).
 */
#ifndef KIS_CELL_H
#define KIS_CELL_H

#include "cmd/kis-toxlsx/style.h"
#include "lib/fields.h"
#include "lib/ndjson.h"
#include "lib/clock.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Numbers as a cell contains them: decimal text that every reader parses as the
 * double nearest to the value of the record. Text that is already so, nearly
 * all, is checked and copied; other text is written again from its value with
 * 16 significant digits, as libxlsxwriter writes numbers.
 */

enum { CELL_NUMBER_TEXT = 32 }; /* room for every number's text */

struct cell_number {
	const char *text; /* CELL_NUMBER_TEXT bytes of it may be read; borrows
			     from what it was read from, or own */
	size_t len;
	unsigned whole; /* digits before the point, 20 at most; of a ratio that
			   was a percentage, those of the percentage */
	int sign;       /* -1, 0, 1 */
	char own[CELL_NUMBER_TEXT];
};

/* The values below may be read CELL_NUMBER_TEXT bytes far, as those of
 * lib/ndjson.h may. Each function returns 1 if all n bytes are a number that
 * a cell holds exactly (lib/number.h), else 0. */

/* A numeric member of the API, which may be padded. */
int cell_number_padded(const char *p, size_t n, struct cell_number *out);

/* The same for a percentage; the number is the ratio: 7.32 is 0.0732. */
int cell_number_percent(const char *p, size_t n, struct cell_number *out);

/* A plain number (kis_number_is_plain()) of any other field; is_json: a JSON
 * number. It is written as it was, unless it is longer than a cell's text. */
int cell_number_plain(const char *p, size_t n, int is_json,
	struct cell_number *out, int *is_integer);

/* From a value that was computed; finite. */
void cell_number_of(double value, struct cell_number *out);

/* The same rounded to so many decimals, at most 15: digits that nobody needs do
 * not compress. */
void cell_number_rounded(
	double value, unsigned decimals, struct cell_number *out);

double cell_number_value(const struct cell_number *number);

/* Writes the digits of a whole number; returns how many. */
size_t cell_number_whole(uint64_t value, char out[CELL_NUMBER_TEXT]);

/* Writes the value as printf's %.16G does; returns its length. */
size_t cell_number_write(double value, char out[CELL_NUMBER_TEXT]);

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
	const char *text; /* of a text, KIS_VEC16_BYTES more of which may be
			     read, or the formula; borrows, or static */
	size_t text_len;
	struct cell_number number;   /* of a number */
	int truth;                   /* of CELL_BOOL */
	char source[KIS_CLOCK_TEXT]; /* of a date or time: what it was read
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
