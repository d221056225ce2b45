#include "cmd/kis-tocsv/cell.h"
#include "lib/number.h"

#include <string.h>
#include <strings.h>

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number as a spreadsheet reads it from a column of numbers, by its form:
 * one of too many digits is no formula either. */
static int is_number(enum column_type type, const char *p, size_t n)
{
	return kis_number_is(p, n) ||
	       (type == COLUMN_NUMBER && kis_number_is_padded(p, n));
}

int cell_is_formula(enum column_type type, const char *p, size_t n)
{
	return n && memchr("=+-@\t\r", p[0], 6) && !is_number(type, p, n);
}

/* Only characters that numbers, amounts, dates and times are made of, and a
 * digit among them. Too wide does no harm: the text is shown as it is. */
static int looks_like_number(const char *p, size_t n)
{
	static const char set[] = "0123456789.,-+/:%()eE $";
	int digits = 0;

	if (n && (p[0] == '+' || p[0] == '-') && !(n > 1 && is_digit(p[1])))
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (!memchr(set, p[i], sizeof(set) - 1))
			return 0;
		digits += is_digit(p[i]);
	}
	return digits > 0;
}

/* A number whose digits and meaning a spreadsheet keeps. */
static int is_kept(enum column_type type, const char *p, size_t n)
{
	struct kis_number number;

	if (type == COLUMN_NUMBER)
		return kis_number_parse_padded(p, n, &number);
	return kis_number_parse(p, n, &number) && !memchr(p, 'e', n) &&
	       !memchr(p, 'E', n);
}

int cell_is_mistaken(enum column_type type, const char *p, size_t n)
{
	if (!looks_like_number(p, n))
		return 0;
	return type == COLUMN_TEXT || !is_kept(type, p, n);
}
