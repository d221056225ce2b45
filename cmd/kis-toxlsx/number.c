#include "cmd/kis-toxlsx/number.h"
#include "lib/number.h"
#include "lib/word.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 16, FRACTION_BITS = 52 };

__extension__ typedef unsigned __int128 wide;

static const uint64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000,
	10000000, 100000000, 1000000000, 10000000000, 100000000000,
	1000000000000, 10000000000000, 100000000000000, 1000000000000000,
	10000000000000000, 100000000000000000, 1000000000000000000,
	10000000000000000000U};

/* Digits before the point; no more are told than a uint64_t has. */
static unsigned whole_digits(double value)
{
	unsigned digits = 1;

	while (digits < sizeof(tens) / sizeof(*tens) &&
		value >= (double)tens[digits])
		digits++;
	return digits;
}

/* Decimals that make 16 significant digits of a value from 0.0001 on and
 * below 1e15. */
static unsigned decimals_of(double value)
{
	if (value < 1)
		return value >= 0.1     ? DIGITS
		       : value >= 0.01  ? DIGITS + 1
		       : value >= 0.001 ? DIGITS + 2
					: DIGITS + 3;
	return DIGITS - whole_digits(value);
}

/* value * 10^decimals, rounded as printf does: exactly, ties to even. A
 * double is a fraction of 53 bits times a power of two, so that the product
 * has 117 bits at most and nothing is lost before rounding. */
static uint64_t scaled(double value, unsigned decimals)
{
	uint64_t bits, whole;
	unsigned shift;
	wide product, half, rest;

	memcpy(&bits, &value, sizeof(bits));
	shift = 1023 + FRACTION_BITS - (unsigned)(bits >> FRACTION_BITS);
	bits = (bits & (((uint64_t)1 << FRACTION_BITS) - 1)) |
	       (uint64_t)1 << FRACTION_BITS;
	product = (wide)bits * tens[decimals];
	half = (wide)1 << (shift - 1);
	whole = (uint64_t)(product >> shift);
	rest = product & (2 * half - 1);
	return whole + (rest > half || (rest == half && (whole & 1)));
}

/* Two digits at a time: half the divisions. */
static const char pairs[] =
	"00010203040506070809101112131415161718192021222324"
	"25262728293031323334353637383940414243444546474849"
	"50515253545556575859606162636465666768697071727374"
	"75767778798081828384858687888990919293949596979899";

/* The last so many digits of n, with leading zeros. */
static void write_last(uint64_t n, unsigned digits, char *out)
{
	for (; digits >= 2; n /= 100) {
		digits -= 2;
		memcpy(out + digits, pairs + n % 100 * 2, 2);
	}
	if (digits)
		*out = (char)('0' + n % 10);
}

/* Without the zeros behind the point, and without it if nothing else is
 * there. */
static size_t strip(const char *out, size_t len)
{
	while (out[len - 1] == '0')
		len--;
	return len - (out[len - 1] == '.');
}

static unsigned digits_of(uint64_t n)
{
	unsigned digits = 1;

	while (digits < sizeof(tens) / sizeof(*tens) && n >= tens[digits])
		digits++;
	return digits;
}

size_t cell_number_whole(uint64_t value, char out[CELL_NUMBER_TEXT])
{
	unsigned digits = digits_of(value);

	write_last(value, digits, out);
	return digits;
}

/* n without its last decimals, a point, and those. */
static size_t write_point(uint64_t n, unsigned decimals, char *out)
{
	size_t whole = cell_number_whole(n / tens[decimals], out);
	size_t len = whole + 1 + decimals;

	out[whole] = '.';
	write_last(n, decimals, out + whole + 1);
	return strip(out, len);
}

/* The same of hundredths of a percent. Nearly all are less than the whole. */
static size_t write_hundredths(uint64_t n, char *out)
{
	if (n >= 10000)
		return write_point(n, 4, out);
	memcpy(out, "0.", 2);
	memcpy(out + 2, pairs + n / 100 * 2, 2);
	memcpy(out + 4, pairs + n % 100 * 2, 2);
	return strip(out, 6);
}

size_t cell_number_write(double value, char out[CELL_NUMBER_TEXT])
{
	double size = fabs(value);
	unsigned decimals;
	size_t minus;

	if (value >= 0 && value < 1e15 && value == (double)(uint64_t)value &&
		!signbit(value))
		return cell_number_whole((uint64_t)value, out);
	if (!(size >= 0.0001 && size < 1e15))
		return (size_t)snprintf(out, CELL_NUMBER_TEXT, "%.16G", value);
	decimals = decimals_of(size);
	minus = value < 0;
	*out = '-';
	return minus +
	       write_point(scaled(size, decimals), decimals, out + minus);
}

void cell_number_rounded(
	double value, unsigned decimals, struct cell_number *out)
{
	double size = fabs(value), least = 0.5 / (double)tens[decimals];
	int minus = value < 0;

	if (size >= 1e15 / (double)tens[decimals]) {
		cell_number_of(value, out);
		return;
	}
	out->text = out->own;
	out->sign = size < least ? 0 : minus ? -1 : 1;
	out->whole = whole_digits(size);
	minus = out->sign < 0;
	out->own[0] = '-';
	out->len = size < 1e-15 ? cell_number_whole(0, out->own)
				: (size_t)minus +
					  write_point(scaled(size, decimals),
						  decimals, out->own + minus);
}

void cell_number_of(double value, struct cell_number *out)
{
	out->text = out->own;
	out->len = cell_number_write(value, out->own);
	out->sign = (value > 0) - (value < 0);
	out->whole = whole_digits(fabs(value));
}

double cell_number_value(const struct cell_number *number)
{
	char literal[CELL_NUMBER_TEXT + 1];
	const char *p = number->text, *end = p + number->len;
	int64_t digits = 0;
	unsigned decimals = 0;
	int minus = number->len && *p == '-', point = 0;

	/* so many digits, and the power of ten, are exact: one division rounds
	 * as strtod() does */
	p += minus;
	for (; p < end && end - p <= KIS_NUMBER_MAX_DIGITS + 1; p++) {
		if (*p == '.' && !point) {
			point = 1;
			continue;
		}
		if (*p < '0' || *p > '9')
			break;
		digits = digits * 10 + (*p - '0');
		decimals += (unsigned)point;
	}
	if (p == end && digits < (int64_t)tens[KIS_NUMBER_MAX_DIGITS])
		return (minus ? -1.0 : 1.0) * (double)digits /
		       (double)tens[decimals];
	memcpy(literal, number->text, number->len);
	literal[number->len] = '\0';
	return strtod(literal, NULL);
}

/* 1 to 15 digits without a leading zero, perhaps a minus before them. */
static int is_plain_integer(const char *p, size_t n)
{
	size_t minus = n > 1 && *p == '-';
	kis_word word = kis_word_load(p + minus);
	kis_word other = (kis_word)((word < KIS_WORD_OF('0')) |
				    (word > KIS_WORD_OF('9')));

	n -= minus;
	return n >= 1 && n <= KIS_NUMBER_MAX_DIGITS &&
	       (n == 1 || p[minus] != '0') &&
	       !kis_word_any(other & kis_word_front(n));
}

static int as_written(const char *p, size_t n, struct cell_number *out)
{
	int minus = *p == '-';

	out->text = p;
	out->len = n;
	out->whole = (unsigned)(n - (size_t)minus);
	out->sign = p[minus] == '0' ? 0 : minus ? -1 : 1;
	return 1;
}

int cell_number_padded(const char *p, size_t n, struct cell_number *out)
{
	struct kis_number number;

	if (is_plain_integer(p, n))
		return as_written(p, n, out);
	if (!kis_number_parse_padded(p, n, &number))
		return 0;
	cell_number_of(number.value, out);
	return 1;
}

/* "12.34" and "-0.13", the form of nearly all: up to 7 digits, a point, two
 * more. Reads them as hundredths; 0 if it is another form. */
static int read_hundredths(const char *p, size_t n, uint64_t *out)
{
	size_t whole = n - 3;
	uint64_t value = 0;

	if (n < 4 || n > 10 || p[whole] != '.' || (whole > 1 && p[0] == '0'))
		return 0;
	for (size_t i = 0; i < n; i++) {
		unsigned digit = (unsigned char)p[i] - (unsigned)'0';

		if (i == whole)
			continue;
		if (digit > 9)
			return 0;
		value = value * 10 + digit;
	}
	*out = value;
	return 1;
}

int cell_number_percent(const char *p, size_t n, struct cell_number *out)
{
	size_t minus = n > 1 && *p == '-';
	struct kis_number number;
	uint64_t hundredths;

	if (!read_hundredths(p + minus, n - minus, &hundredths)) {
		if (!kis_number_parse_percent(p, n, &number))
			return 0;
		cell_number_of(number.value, out);
		out->whole = whole_digits(fabs(number.value * 100));
		return 1;
	}
	out->whole = (unsigned)(n - minus) - 3;
	out->sign = hundredths == 0 ? 0 : minus ? -1 : 1;
	out->text = out->own;
	minus = out->sign < 0;
	out->own[0] = '-';
	out->len = write_hundredths(hundredths, out->own + minus) + minus;
	return 1;
}

int cell_number_plain(const char *p, size_t n, int is_json,
	struct cell_number *out, int *is_integer)
{
	double value;

	*is_integer = 1;
	if (is_plain_integer(p, n) && (is_json || p[0] != '-' || p[1] != '0'))
		return as_written(p, n, out);
	if (!kis_number_is_plain(p, n, is_json))
		return 0;
	*is_integer =
		!memchr(p, '.', n) && !memchr(p, 'e', n) && !memchr(p, 'E', n);
	value = kis_number_value(p, n);
	cell_number_of(value, out);
	/* with all digits that a double has; a cell has no -0 */
	if (out->sign && n <= CELL_NUMBER_TEXT) {
		out->text = p;
		out->len = n;
	} else if (out->sign) {
		out->len = (size_t)snprintf(
			out->own, sizeof(out->own), "%.17g", value);
	}
	return 1;
}
