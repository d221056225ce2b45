/*
 * The strict number grammar of the converters: what may become a number in a
 * spreadsheet without changing what was written.
 *
 * A number is an optional minus, then 0 or digits without a leading zero,
 * then optionally a point and digits, then optionally an exponent: JSON's
 * grammar (RFC 8259), and nothing else: no +, no inf, no nan, no hex, no
 * blanks. Values of the API that come padded or signed with + (kis-api.md:
 * "          0.0000", "00000138600.0000", "+1.26") are cleaned first, and
 * only in columns that the record's table declares numeric.
 */
#ifndef KIS_NUMBER_H
#define KIS_NUMBER_H

#include <stddef.h>

/* A double holds every decimal of 15 significant digits apart (DBL_DIG):
 * what has more stays text. */
#define KIS_NUMBER_MAX_DIGITS 15

struct kis_number {
	double value;
	size_t digits;  /* significant ones: without leading zeros and
			   those that end a fraction */
	int is_integer; /* no point and no exponent */
};

/* The end of the longest number by the grammar that starts at p, NULL if none
 * does. Something that no number holds, a newline or NUL, must follow. */
const char *kis_number_end(const char *p);

/* 1 if all n bytes are a number by the grammar. */
int kis_number_is(const char *p, size_t n);

/* The same for a value of a numeric column of the API: blanks around, one
 * leading + and leading zeros are taken off first. */
int kis_number_is_padded(const char *p, size_t n);

/* 1 if it is one, and exactly representable in a spreadsheet: at most
 * KIS_NUMBER_MAX_DIGITS significant digits and, unless it is 0, neither too
 * large nor too small for one (about 1e-307 to 1e307); fills out. */
int kis_number_parse(const char *p, size_t n, struct kis_number *out);

/* 1 if the value of a column that the record's table does not know is a plain
 * number: one that a spreadsheet keeps as it is, and that is no identifier. A
 * JSON number (is_json) is one unless it is whole with more than
 * KIS_NUMBER_MAX_DIGITS digits, or beyond a spreadsheet's range. A string is
 * one if it is a number as above, without an exponent, without a zero at the
 * end of its fraction, and not -0. */
int kis_number_is_plain(const char *p, size_t n, int is_json);

/* The value of the n bytes at p, which are a number by the grammar. */
double kis_number_value(const char *p, size_t n);

/* As kis_number_parse() for a padded value. */
int kis_number_parse_padded(const char *p, size_t n, struct kis_number *out);

/* As kis_number_parse_padded() for a percentage, the value being the ratio:
 * "7.32" gives the double nearest to 0.0732, which 7.32 / 100 is not. A
 * percentage with an exponent is none. */
int kis_number_parse_percent(const char *p, size_t n, struct kis_number *out);

#endif
