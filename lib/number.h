/*
 * The number grammar of the converters: which text may become a number in a
 * spreadsheet without changing its value or form.
 *
 * A number is an optional minus, then 0 or digits without a leading zero, then
 * optionally a point and digits, then optionally an exponent. This is JSON's
 * grammar (RFC 8259): no +, inf, nan, hexadecimal or whitespace. The API also
 * returns padded values (" 0.0000", "00000138600.0000") and values with a plus
 * ("+1.26"). Padding and plus are removed first, but only in columns that
 * kis_record_columns declares numeric.
 */
#ifndef KIS_NUMBER_H
#define KIS_NUMBER_H

#include <stddef.h>

/* Maximum number of significant digits that a double represents without loss
 * (DBL_DIG). A value with more digits stays text. */
#define KIS_NUMBER_MAX_DIGITS 15

struct kis_number {
	double value;
	/* Number of significant digits: all except leading zeros and zeros at
	 * the end of a fraction. */
	size_t digits;
	int is_integer; /* 1 if there is no point and no exponent */
};

/* Returns the end of the number that starts at p, or NULL if there is no number
 * or the number is incomplete, such as "1." or "2e". The text must end with a
 * newline, a NUL or another character that no number contains. */
const char *kis_number_end(const char *p);

/* Returns 1 if the n bytes at p are exactly one number by the grammar at the
 * top of this file. */
int kis_number_is(const char *p, size_t n);

/* Parses the n bytes at p as a number by the grammar at the top of this file.
 * Returns 1 and fills out if the number has at most 63 bytes and a spreadsheet
 * represents it exactly: at most KIS_NUMBER_MAX_DIGITS significant digits and,
 * unless it is 0, a magnitude of about 1e-307 to 1e307. Otherwise returns 0;
 * out is then undefined. */
int kis_number_parse(const char *p, size_t n, struct kis_number *out);

/* Returns 1 if the value is a plain number: one that a spreadsheet keeps
 * unchanged and that is not an identifier. Used for columns that are not in
 * kis_record_columns. A JSON number (is_json) is plain unless it is an integer
 * of more than KIS_NUMBER_MAX_DIGITS digits or outside a spreadsheet's range. A
 * string is plain if kis_number_parse() accepts the string, and the number has
 * no exponent, does not end with a zero after the point, and is not -0. */
int kis_number_is_plain(const char *p, size_t n, int is_json);

/* Returns the value of the n bytes at p, which must be a number by the grammar
 * at the top of this file. */
double kis_number_value(const char *p, size_t n);

/* Like kis_number_parse(), for a numeric column of the API: surrounding
 * whitespace, one plus sign and leading zeros, also after a minus, are removed
 * first. */
int kis_number_parse_padded(const char *p, size_t n, struct kis_number *out);

/* Like kis_number_parse_padded(), for a percentage: out->value is a hundredth
 * of the number. For "5.61", it is the double nearest to 0.0561; the division
 * 5.61 / 100 would result in a different double. A percentage with an exponent
 * is rejected. */
int kis_number_parse_percent(const char *p, size_t n, struct kis_number *out);

#endif
