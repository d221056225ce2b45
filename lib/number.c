#include "lib/number.h"
#include "lib/mem.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Size in bytes of a buffer for a number and its NUL. A number of
 * KIS_NUMBER_MAX_DIGITS digits and an exponent needs fewer bytes.
 * kis_number_parse() rejects a number that does not fit the buffer. */
enum { MAX_LITERAL = 64 };

static const char *digits(const char *p)
{
	while (*p >= '0' && *p <= '9')
		p++;
	return p;
}

const char *kis_number_end(const char *p)
{
	const char *from;

	if (*p == '-')
		p++;
	from = p;
	p = digits(p);
	if (p == from || (*from == '0' && p > from + 1))
		return NULL;
	if (*p == '.') {
		from = p + 1;
		p = digits(from);
		if (p == from)
			return NULL;
	}
	if (*p == 'e' || *p == 'E') {
		from = p + 1;
		if (*from == '+' || *from == '-')
			from++;
		p = digits(from);
		if (p == from)
			return NULL;
	}
	return p;
}

/* Copies the n bytes at p and appends a NUL. The copy is in literal, or in new
 * memory if literal is too small. Returns the copy; the caller calls release().
 */
static char *terminated(char *literal, const char *p, size_t n)
{
	char *copy = n < MAX_LITERAL ? literal : kis_mem_new(n + 1, 1);

	memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

static void release(char *copy, const char *literal)
{
	if (copy != literal)
		free(copy);
}

int kis_number_is(const char *p, size_t n)
{
	char literal[MAX_LITERAL];
	char *copy = terminated(literal, p, n);
	int is = kis_number_end(copy) == copy + n;

	release(copy, literal);
	return is;
}

double kis_number_value(const char *p, size_t n)
{
	char literal[MAX_LITERAL];
	char *copy = terminated(literal, p, n);
	/* strtod() expects a decimal point, because the program never sets
	 * LC_NUMERIC. */
	double value = strtod(copy, NULL);

	release(copy, literal);
	return value;
}

/* Returns the number of significant digits of a valid number. Leading zeros and
 * zeros at the end of a fraction are not counted. Zeros at the end of an
 * integer are counted, because an identifier of 16 digits must stay text even
 * if it ends with 0. */
static size_t significant(const char *p, size_t n)
{
	size_t seen = 0, last = 0;
	int behind_point = 0;

	for (size_t i = 0; i < n && p[i] != 'e' && p[i] != 'E'; i++) {
		behind_point |= p[i] == '.';
		if (p[i] < '0' || p[i] > '9' || (seen == 0 && p[i] == '0'))
			continue;
		seen++;
		if (p[i] != '0' || !behind_point)
			last = seen;
	}
	return last;
}

static int is_whole(const char *p, size_t n)
{
	return !memchr(p, '.', n) && !memchr(p, 'e', n) && !memchr(p, 'E', n);
}

/* Returns 1 if Excel can represent value. Excel has no subnormal numbers, and
 * its maximum is 9.99999999999999e307. The argument "digits" is the number of
 * significant digits of the text. If value is 0 but digits is not, the number
 * was too small for a double, and the function returns 0. */
static int in_range(double value, size_t digits)
{
	if (digits == 0)
		return 1;
	return fabs(value) >= DBL_MIN && fabs(value) <= 9.99999999999999e307;
}

int kis_number_parse(const char *p, size_t n, struct kis_number *out)
{
	if (n >= MAX_LITERAL || !kis_number_is(p, n))
		return 0;
	out->digits = significant(p, n);
	out->is_integer = is_whole(p, n);
	out->value = kis_number_value(p, n);
	return out->digits <= KIS_NUMBER_MAX_DIGITS &&
	       in_range(out->value, out->digits);
}

static int is_plain_json(const char *p, size_t n)
{
	return is_whole(p, n)
		       ? significant(p, n) <= KIS_NUMBER_MAX_DIGITS
		       : in_range(kis_number_value(p, n), significant(p, n));
}

int kis_number_is_plain(const char *p, size_t n, int is_json)
{
	struct kis_number number;

	if (is_json)
		return is_plain_json(p, n);
	/* First reject text that does not start with a digit or minus, because
	 * the other checks take longer. */
	if (n == 0 || (*p != '-' && (*p < '0' || *p > '9')))
		return 0;
	if (!kis_number_parse(p, n, &number) || memchr(p, 'e', n) ||
		memchr(p, 'E', n))
		return 0;
	return number.is_integer ? p[0] != '-' || p[1] != '0' : p[n - 1] != '0';
}

static int is_pad(char c)
{
	return c == ' ' || c == '\t';
}

/* Removes the padding: surrounding whitespace, the sign and leading zeros. Sets
 * *minus to 1 if the sign was a minus, otherwise to 0. */
static void unpad(const char **p, size_t *n, int *minus)
{
	while (*n && is_pad((*p)[*n - 1]))
		--*n;
	while (*n && is_pad(**p))
		++*p, --*n;
	*minus = *n && **p == '-';
	if (*n && (**p == '+' || **p == '-'))
		++*p, --*n;
	while (*n > 1 && (*p)[0] == '0' && (*p)[1] >= '0' && (*p)[1] <= '9')
		++*p, --*n;
}

/* Writes the value without padding to literal. Returns the length of the
 * result, or 0 if the value is empty, has a second sign that is a minus, or is
 * too long. */
static size_t take_padded(const char *p, size_t n, char literal[MAX_LITERAL])
{
	int minus;

	literal[0] = '-';
	unpad(&p, &n, &minus);
	if (n == 0 || *p == '-' || n + (size_t)minus >= MAX_LITERAL)
		return 0;
	memcpy(literal + minus, p, n);
	return n + (size_t)minus;
}

int kis_number_parse_padded(const char *p, size_t n, struct kis_number *out)
{
	char literal[MAX_LITERAL] = "";

	return kis_number_parse(literal, take_padded(p, n, literal), out);
}

int kis_number_parse_percent(const char *p, size_t n, struct kis_number *out)
{
	static const char hundredth[] = "e-2";
	char literal[MAX_LITERAL] = "";
	size_t len = take_padded(p, n, literal);

	if (len + sizeof(hundredth) > sizeof(literal))
		return 0;
	memcpy(literal + len, hundredth, sizeof(hundredth) - 1);
	return kis_number_parse(literal, len + sizeof(hundredth) - 1, out);
}
