/*
 * Converts a field of a record to a cell: type, value and style. A field in the
 * record's table has the table's type; any other field has the type of its
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
 * double nearest to the record's value. Nearly all input text is in this form
 * already and is only checked and copied. Other text is reformatted from its
 * value with 16 significant digits, as libxlsxwriter does.
 */

enum { CELL_NUMBER_TEXT = 32 }; /* fits every number */

struct cell_number {
	/* CELL_NUMBER_TEXT bytes of it are readable. Borrows from the parsed
	 * text, or points to own. */
	const char *text;
	size_t len;
	/* Digits before the point, at most 20. For a ratio that was read as a
	 * percentage: digits of the percentage. */
	unsigned whole;
	int sign; /* -1, 0 or 1 */
	char own[CELL_NUMBER_TEXT];
};

/* Each p below must be readable for CELL_NUMBER_TEXT bytes, as texts of
 * lib/ndjson.h are. Each function returns 1 if all n bytes are a number that a
 * cell represents exactly (lib/number.h), else 0. */

/* Parses a numeric field of the API, which may be padded. */
int cell_number_padded(const char *p, size_t n, struct cell_number *out);

/* Parses a percentage as a ratio: "7.32" is 0.0732. */
int cell_number_percent(const char *p, size_t n, struct cell_number *out);

/* Parses a plain number (kis_number_is_plain()) of any other field. is_json is
 * 1 for a JSON number. Keeps the original text, unless the number is 0 or the
 * text exceeds CELL_NUMBER_TEXT bytes. On success, sets *is_integer to 1 if the
 * text has no point and no exponent, else to 0. */
int cell_number_plain(const char *p, size_t n, int is_json,
	struct cell_number *out, int *is_integer);

/* Formats a computed value, which must be finite. */
void cell_number_of(double value, struct cell_number *out);

/* Formats a computed value rounded to at most 15 decimals. Fewer decimals make
 * the file smaller. */
void cell_number_rounded(
	double value, unsigned decimals, struct cell_number *out);

double cell_number_value(const struct cell_number *number);

/* Writes the digits of a whole number. Returns their count. */
size_t cell_number_whole(uint64_t value, char out[CELL_NUMBER_TEXT]);

/* Writes the value as printf's %.16G does. Returns its length. */
size_t cell_number_write(double value, char out[CELL_NUMBER_TEXT]);

enum cell_type {
	CELL_EMPTY,
	CELL_TEXT,
	CELL_NUMBER, /* dates and times too, as Excel serial numbers */
	CELL_BOOL,
	CELL_FORMULA, /* a formula, and its value as a number */
	CELL_TYPES,
};

struct cell {
	enum cell_type type;
	enum style style;
	/* Display width in columns. For CELL_TEXT an upper bound; see
	 * cell_text_width(). */
	unsigned width;
	/* Text of a CELL_TEXT, readable for KIS_VEC16_BYTES past its end, or
	 * the formula of a CELL_FORMULA. Borrowed or static. */
	const char *text;
	size_t text_len;
	struct cell_number number; /* of CELL_NUMBER and CELL_FORMULA */
	int truth;                 /* of CELL_BOOL */
	/* Input text of a date or time. Most rows repeat it, and then the cell
	 * is not parsed again. */
	char source[KIS_CLOCK_TEXT];
	size_t source_len;
};

enum cell_look {
	/* Market names, words for the change direction, colours, trading values
	 * in millions of won. */
	CELL_LOOK_REPORT,
	CELL_LOOK_PLAIN, /* without any of these */
	CELL_LOOK_WON,   /* like REPORT, but values in won */
};

/* Fills out, which must be all zero the first time and may contain the cell of
 * the previous row later. column is the field's index in kis_record_columns, or
 * -1 to use the type of field. */
void cell_of(const struct kis_member *m, int column, struct kis_field *field,
	enum cell_look look, struct cell *out);

/* Returns the display width of a text. If the width is at most enough, may
 * return enough instead, which is faster. */
unsigned cell_text_width(const struct cell *c, unsigned enough);

/*
 * Dates and times as Excel serial numbers: days since 1899-12-30, with the time
 * of day as the fraction. They match the calendar from 1900-03-01 on; for
 * earlier dates Excel counts a 1900-02-29 that did not exist. Independent of
 * locale and time zone.
 */

enum { CELL_DATE_TEXT = 48 }; /* fits each text below */

/* Parses YYYYMMDD. Returns the serial number, or 0 unless it is a date from
 * 1900-03-01 to 9999-12-31. */
long cell_date_parse(const char *p, size_t n);

/* Parses "2026-11-20T18:40:03+09:00", in this time zone only. Returns the
 * serial number, or 0 if the text is invalid. Sets *seconds, which may be NULL,
 * to the seconds since 1970 UTC. */
double cell_time_parse(const char *p, size_t n, long long *seconds);

/* Writes the date: "2026-11-20". */
void cell_date_text(long day, char out[CELL_DATE_TEXT]);

/* Writes the date and time: "2026-11-20 18:40". */
void cell_time_text(double when, char out[CELL_DATE_TEXT]);

#endif
