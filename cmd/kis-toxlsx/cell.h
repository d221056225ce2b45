/*
 * Converts a field of a record to a cell: type, value and style. A field in the
 * table kis_record_columns (lib/record.h) has the type given there; any other
 * field has the type of its column (lib/fields.h).
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
 * Numbers in the form that a cell contains: decimal text that every spreadsheet
 * program parses as the double nearest to the record's value. Nearly all input
 * text has this form already and is only checked and copied. Other text is
 * reformatted from its value with 16 significant digits, as libxlsxwriter does.
 */

enum { CELL_NUMBER_TEXT = 32 }; /* bytes; enough for every number */

struct cell_number {
	/* Text of the number, readable for CELL_NUMBER_TEXT bytes. Points to
	 * the array `own` or to the parsed text, which is borrowed. */
	const char *text;
	size_t len;
	/* Number of digits before the decimal point, at most 20. For a
	 * percentage that was parsed as a ratio, these are the digits of the
	 * percentage. */
	unsigned whole;
	int sign; /* sign of the value: -1, 0 or 1 */
	char own[CELL_NUMBER_TEXT];
};

/* The next three functions parse n bytes at p. p must be readable for
 * CELL_NUMBER_TEXT bytes, as texts of lib/ndjson.h are. Each function returns 1
 * and sets *out if all n bytes are a number that a cell represents exactly
 * (lib/number.h); otherwise it returns 0. */

/* Parses the number in a field of the KIS API, which may have whitespace around
 * the number, a plus sign and leading zeros. */
int cell_number_padded(const char *p, size_t n, struct cell_number *out);

/* Parses a percentage as a ratio: "7.32" is 0.0732. */
int cell_number_percent(const char *p, size_t n, struct cell_number *out);

/* Parses a number in a field that is not in kis_record_columns;
 * kis_number_is_plain() defines the accepted form. is_json is 1 for a JSON
 * number. Keeps the original text, unless the number is 0 or the text exceeds
 * CELL_NUMBER_TEXT bytes. On success, sets *is_integer to 1 if the text has no
 * point and no exponent, otherwise to 0. */
int cell_number_plain(const char *p, size_t n, int is_json,
	struct cell_number *out, int *is_integer);

/* Sets *out to a computed value, which must be finite, with 16 significant
 * digits. */
void cell_number_of(double value, struct cell_number *out);

/* Sets *out to a computed value, which must be finite, rounded to `decimals`
 * decimal places, at most 15. A value of 10^(15 - decimals) or more, with
 * either sign, keeps 16 significant digits instead. Fewer decimals make the
 * file smaller. */
void cell_number_rounded(
	double value, unsigned decimals, struct cell_number *out);

/* Returns the double nearest to the number's text. */
double cell_number_value(const struct cell_number *number);

/* Writes the digits of a whole number, without a NUL. Returns the number of
 * digits. */
size_t cell_number_whole(uint64_t value, char out[CELL_NUMBER_TEXT]);

/* Writes the value as printf() does with %.16G. Returns the length of the text,
 * which does not always end with a NUL. */
size_t cell_number_write(double value, char out[CELL_NUMBER_TEXT]);

enum cell_type {
	CELL_EMPTY,
	CELL_TEXT,
	CELL_NUMBER, /* a number; dates and times are Excel serial numbers */
	CELL_BOOL,
	CELL_FORMULA, /* a formula, and its value as a number */
	CELL_TYPES,
};

struct cell {
	enum cell_type type;
	enum style style;
	/* Display width in columns. For a CELL_TEXT, the width may be only an
	 * upper bound; see cell_text_width(). */
	unsigned width;
	/* Borrowed or static: text of a CELL_TEXT, readable for KIS_VEC16_BYTES
	 * after its end, or formula of a CELL_FORMULA. */
	const char *text;
	size_t text_len;
	struct cell_number number; /* value of a CELL_NUMBER or CELL_FORMULA */
	int truth;                 /* value of a CELL_BOOL */
	/* Input text of a date or time. If the next row has the same text, as
	 * most rows do, the cell is used again without parsing. */
	char source[KIS_CLOCK_TEXT];
	size_t source_len;
};

enum cell_look {
	/* Korean names of markets and periods, words for the direction of a
	 * change, colours, and amounts in millions of won. */
	CELL_LOOK_REPORT,
	/* values as in the record: no Korean names, no words, no colours */
	CELL_LOOK_PLAIN,
	CELL_LOOK_WON, /* like CELL_LOOK_REPORT, with amounts in won */
};

/* Converts the field m to a cell. For the first row, *out must be all zero; for
 * each later row, *out may contain the cell of the previous row. column is the
 * field's index in kis_record_columns; if it is negative, the type in *field is
 * used. Sets this type if it was undecided, and counts in *field the values of
 * a different type. */
void cell_of(const struct kis_member *m, int column, struct kis_field *field,
	enum cell_look look, struct cell *out);

/* Returns the display width of a CELL_TEXT: the number of columns of its
 * longest line. If the width is at most `enough`, the function may return
 * `enough` instead, which is faster. */
unsigned cell_text_width(const struct cell *c, unsigned enough);

/*
 * Dates and times as Excel serial numbers: days since 1899-12-30, with the time
 * of day as the fraction. The numbers match the calendar from 1900-03-01 on;
 * for earlier dates Excel counts a 1900-02-29 that did not exist. The
 * conversions do not depend on locale or time zone.
 */

enum { CELL_DATE_TEXT = 48 }; /* bytes; enough for each date or time text */

/* Parses a date of the form YYYYMMDD. Returns its serial number, or 0 if the
 * text is not a date from 1900-03-01 to 9999-12-31. */
long cell_date_parse(const char *p, size_t n);

/* Parses a time such as "2026-11-20T18:40:03+09:00"; no other time zone is
 * accepted. Returns the serial number, or 0 if the text is invalid. On success,
 * sets *seconds to the seconds since 1970 UTC; seconds may be NULL. */
double cell_time_parse(const char *p, size_t n, long long *seconds);

/* Writes the date of a serial number, such as "2026-11-20". */
void cell_date_text(long day, char out[CELL_DATE_TEXT]);

/* Writes the date and time of a serial number, such as "2026-11-20 18:40". */
void cell_time_text(double when, char out[CELL_DATE_TEXT]);

#endif
