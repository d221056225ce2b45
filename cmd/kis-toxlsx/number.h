/*
 * Numbers as a cell holds them: decimal text that every reader takes for the
 * double nearest to what the record says.
 *
 * What is written as such already, nearly all, is checked and taken as it
 * stands; the rest is made anew from its value with 16 significant digits, as
 * libxlsxwriter writes numbers.
 */
#ifndef KIS_NUMBER_TEXT_H
#define KIS_NUMBER_TEXT_H

#include <stddef.h>
#include <stdint.h>

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

#endif
