#include "cmd/kis-toxlsx/cell.h"
#include "lib/market.h"
#include "lib/number.h"
#include "lib/record.h"
#include "lib/text.h"
#include "lib/vec16.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DIGITS = 16, FRACTION_BITS = 52 };

__extension__ typedef unsigned __int128 wide;

static const uint64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000,
	10000000, 100000000, 1000000000, 10000000000, 100000000000,
	1000000000000, 10000000000000, 100000000000000, 1000000000000000,
	10000000000000000, 100000000000000000, 1000000000000000000,
	10000000000000000000U};

/* Returns the number of digits of value before the decimal point, at most
 * 20. */
static unsigned whole_digits(double value)
{
	unsigned digits = 1;

	while (digits < sizeof(tens) / sizeof(*tens) &&
		value >= (double)tens[digits])
		digits++;
	return digits;
}

/* Returns the number of decimals with which value has 16 significant digits.
 * value must be at least 0.0001 and less than 1e15. */
static unsigned decimals_of(double value)
{
	if (value < 1)
		return value >= 0.1     ? DIGITS
		       : value >= 0.01  ? DIGITS + 1
		       : value >= 0.001 ? DIGITS + 2
					: DIGITS + 3;
	return DIGITS - whole_digits(value);
}

/* Returns value * 10^decimals, rounded as printf() rounds: exactly, ties to
 * even. A double is a 53-bit integer times a power of two, so the product has
 * at most 117 bits and nothing is lost before rounding. */
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

/* The numbers 00 to 99 as text. Writing two digits per division halves the
 * number of divisions. */
static const char pairs[] =
	"00010203040506070809101112131415161718192021222324"
	"25262728293031323334353637383940414243444546474849"
	"50515253545556575859606162636465666768697071727374"
	"75767778798081828384858687888990919293949596979899";

/* Writes the last `digits` digits of n, with leading zeros if n has fewer
 * digits. */
static void write_last(uint64_t n, unsigned digits, char *out)
{
	for (; digits >= 2; n /= 100) {
		digits -= 2;
		memcpy(out + digits, pairs + n % 100 * 2, 2);
	}
	if (digits)
		*out = (char)('0' + n % 10);
}

/* Returns the length of a number without its trailing zeros, and without the
 * decimal point if no decimals remain. The number must have a decimal point. */
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

/* Writes the value n / 10^decimals. Returns the length of the text. */
static size_t write_point(uint64_t n, unsigned decimals, char *out)
{
	size_t whole = cell_number_whole(n / tens[decimals], out);
	size_t len = whole + 1 + decimals;

	out[whole] = '.';
	write_last(n, decimals, out + whole + 1);
	return strip(out, len);
}

/* Writes the ratio n / 10000, where n is a percentage in hundredths of a
 * percent. Returns the length of the text. Nearly all ratios are below 1, for
 * which this function has a faster path. */
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

	/* Read the number as an integer divided by a power of ten. A double
	 * represents integers of up to 15 digits, and powers of ten up to
	 * 10^15, exactly, so one division rounds as strtod() does. */
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

/* Returns 1 if the text is an integer of 1 to 15 digits without a leading zero,
 * after an optional minus sign. */
static int is_plain_integer(const char *p, size_t n)
{
	size_t minus = n > 1 && *p == '-';
	kis_vec16 word = kis_vec16_load(p + minus);
	kis_vec16 other = (kis_vec16)((word < KIS_VEC16_SPLAT('0')) |
				      (word > KIS_VEC16_SPLAT('9')));

	n -= minus;
	return n >= 1 && n <= KIS_NUMBER_MAX_DIGITS &&
	       (n == 1 || p[minus] != '0') &&
	       !kis_vec16_any(other & kis_vec16_front(n));
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

/* Parses a percentage of the usual form: up to 7 digits, a point and two
 * digits, such as "12.34". Returns 1 and sets *out to the percentage in
 * hundredths (1234); returns 0 for any other form. */
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
	/* Keep the digits of the input, but write a zero such as 0.00 as 0. */
	if (out->sign && n <= CELL_NUMBER_TEXT) {
		out->text = p;
		out->len = n;
	} else if (out->sign) {
		out->len = (size_t)snprintf(
			out->own, sizeof(out->own), "%.17g", value);
	}
	return 1;
}

enum {
	DAY_1970 = 25569, /* Excel serial number of 1970-01-01 */
	DAY_FIRST = 61,   /* Excel serial number of 1900-03-01 */
	/* Number of days from 0001-01-01 to 1899-12-30, including both.
	 * 1899-12-30 has the serial number 0, because Excel counts 1900-02-29,
	 * which did not exist. */
	DAYS_BEFORE_1 = 693594,
	SECONDS_OF_DAY = 86400,
	MINUTES_OF_DAY = 1440,
	KST_SECONDS = 9 * 3600,
};

static int read_digits(const char *p, size_t n, long *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return 0;
		*out = *out * 10 + (p[i] - '0');
	}
	return 1;
}

/* Returns the Excel serial number of a date, or 0 if the date does not exist or
 * is before 1900-03-01. timegm() is not used, because it is slow: with it,
 * dates would take a twentieth of the time of a conversion. */
static long day_of(long y, long m, long d)
{
	/* number of days of the year before each month, without 29 February */
	static const long before[] = {
		0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
	long is_leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	long years = y - 1, day;

	if (m < 1 || m > 12 || d < 1 ||
		d > before[m] - before[m - 1] + (m == 2 ? is_leap : 0))
		return 0;
	day = years * 365 + years / 4 - years / 100 + years / 400 +
	      before[m - 1] + (m > 2 ? is_leap : 0) + d - DAYS_BEFORE_1;
	return day < DAY_FIRST ? 0 : day;
}

long cell_date_parse(const char *p, size_t n)
{
	long y, m, d;

	if (n != 8 || !read_digits(p, 4, &y) || !read_digits(p + 4, 2, &m) ||
		!read_digits(p + 6, 2, &d))
		return 0;
	return day_of(y, m, d);
}

double cell_time_parse(const char *p, size_t n, long long *seconds)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd+09:00";
	long y, mo, d, h, mi, s, day, of_day;

	if (n != sizeof(form) - 1)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (form[i] != 'd' && form[i] != p[i])
			return 0;
	if (!read_digits(p, 4, &y) || !read_digits(p + 5, 2, &mo) ||
		!read_digits(p + 8, 2, &d) || !read_digits(p + 11, 2, &h) ||
		!read_digits(p + 14, 2, &mi) || !read_digits(p + 17, 2, &s))
		return 0;
	day = day_of(y, mo, d);
	if (day == 0 || h > 23 || mi > 59 || s > 59)
		return 0;
	of_day = h * 3600 + mi * 60 + s;
	if (seconds)
		*seconds = (long long)(day - DAY_1970) * SECONDS_OF_DAY +
			   of_day - KST_SECONDS;
	return (double)day + (double)of_day / SECONDS_OF_DAY;
}

void cell_date_text(long day, char out[CELL_DATE_TEXT])
{
	time_t t = (time_t)(day - DAY_1970) * SECONDS_OF_DAY;
	struct tm tm = {0};

	gmtime_r(&t, &tm);
	strftime(out, CELL_DATE_TEXT, "%Y-%m-%d", &tm);
}

void cell_time_text(double when, char out[CELL_DATE_TEXT])
{
	long day = (long)when;
	/* The added 1e-6 minutes exceed any rounding error and are much less
	 * than a second. */
	double minutes = (when - (double)day) * MINUTES_OF_DAY + 1e-6;
	char date[CELL_DATE_TEXT];

	cell_date_text(day, date);
	snprintf(out, CELL_DATE_TEXT, "%.10s %02d:%02d", date,
		(int)minutes / 60 % 24, (int)minutes % 60);
}

enum {
	/* maximum number of digits of a whole number that Excel's General
	 * format shows without an exponent */
	GENERAL_DIGITS = 11,
	/* maximum width that is assumed for a number, in columns */
	MOST_DIGITS = 18,
	DATE_WIDTH = 10,
	TIME_WIDTH = 19,
};

static void text_cell(
	const char *p, size_t n, enum style style, struct cell *out)
{
	if (n == 0)
		return;
	out->type = CELL_TEXT;
	out->style =
		style == STYLE_TEXT && memchr(p, '\n', n) ? STYLE_WRAP : style;
	out->text = p;
	out->text_len = n;
	out->width = (unsigned)n;
}

static void number_cell(unsigned width, enum style style, struct cell *out)
{
	out->type = CELL_NUMBER;
	out->style = style;
	out->width = width;
}

/* Returns the display width, in columns, of a number's digits before the point,
 * with thousands separators and a minus sign. */
static unsigned whole_width(const struct cell_number *n)
{
	return n->whole + (n->whole - 1) / 3 + (n->sign < 0);
}

/* Shows an amount in millions of won. The cell's value stays in won; only the
 * number format changes. */
static void show_millions(struct cell *out)
{
	enum { MILLION_DIGITS = 6 };
	struct cell_number shown = out->number;

	shown.whole =
		shown.whole > MILLION_DIGITS ? shown.whole - MILLION_DIGITS : 1;
	out->width = whole_width(&shown);
	out->style = STYLE_MILLION;
}

static void as_text(const struct kis_member *m, int plain, struct cell *out)
{
	(void)plain;
	text_cell(m->text, m->text_len, STYLE_TEXT, out);
}

static void as_code(const struct kis_member *m, int plain, struct cell *out)
{
	/* Use the style of a code with a link, because only at the end of the
	 * sheet is it known whether the code gets a link. */
	text_cell(m->text, m->text_len, plain ? STYLE_CODE : STYLE_LINK, out);
}

static void as_market(const struct kis_member *m, int plain, struct cell *out)
{
	const struct kis_market *k = kis_market_find(m->text, m->text_len);

	if (plain || !k)
		text_cell(m->text, m->text_len, STYLE_CENTRE, out);
	else
		text_cell(k->ko, strlen(k->ko), STYLE_CENTRE, out);
}

static void as_period(const struct kis_member *m, int plain, struct cell *out)
{
	const struct kis_period *k = kis_period_find(m->text, m->text_len);

	if (plain || !k)
		text_cell(m->text, m->text_len, STYLE_CENTRE, out);
	else
		text_cell(k->ko, strlen(k->ko), STYLE_CENTRE, out);
}

static void as_whole(const struct kis_member *m, int plain, struct cell *out)
{
	if (cell_number_padded(m->text, m->text_len, &out->number))
		number_cell(whole_width(&out->number), STYLE_WHOLE, out);
	else
		as_text(m, plain, out);
}

static void as_change(const struct kis_member *m, int plain, struct cell *out)
{
	as_whole(m, plain, out);
	if (plain || out->type != CELL_NUMBER)
		return;
	out->style = style_by_sign(out->number.sign, STYLE_CHANGE_UP);
	out->width += 2; /* the arrow before the number is two columns wide */
}

static void as_percent(const struct kis_member *m, int plain, struct cell *out)
{
	if (cell_number_percent(m->text, m->text_len, &out->number))
		number_cell(whole_width(&out->number) + 4, STYLE_PERCENT, out);
	else
		as_text(m, plain, out);
}

static void as_rate(const struct kis_member *m, int plain, struct cell *out)
{
	as_percent(m, plain, out);
	if (!plain && out->type == CELL_NUMBER)
		out->style = style_by_sign(out->number.sign, STYLE_RATE_UP);
}

static void as_points(const struct kis_member *m, int plain, struct cell *out)
{
	as_percent(m, plain, out);
	if (!plain && out->type == CELL_NUMBER)
		out->style = style_by_sign(out->number.sign, STYLE_POINTS_UP);
}

static void as_word(const struct kis_member *m, int plain, struct cell *out)
{
	(void)plain;
	text_cell(m->text, m->text_len, STYLE_CENTRE, out);
}

static void as_sign(const struct kis_member *m, int plain, struct cell *out)
{
	static const struct {
		char word[2 * KIS_VEC16_BYTES];
		unsigned width;
		enum style style;
	} signs[] = {
		/* direction code 0, which KIS returns but does not document */
		{"없음", 4, STYLE_SIGN_FLAT},
		{"↑ 상한가", 8, STYLE_SIGN_UP},
		{"▲ 상승", 6, STYLE_SIGN_UP},
		{"보합", 4, STYLE_SIGN_FLAT},
		{"↓ 하한가", 8, STYLE_SIGN_DOWN},
		{"▼ 하락", 6, STYLE_SIGN_DOWN},
	};
	size_t i = m->text_len == 1 ? (size_t)(m->text[0] - '0') : SIZE_MAX;

	if (plain || i >= sizeof(signs) / sizeof(*signs)) {
		text_cell(m->text, m->text_len, STYLE_CENTRE, out);
		return;
	}
	text_cell(signs[i].word, strlen(signs[i].word), signs[i].style, out);
	out->width = signs[i].width;
}

static void when_cell(const struct kis_member *m, double when, unsigned width,
	enum style style, struct cell *out)
{
	cell_number_of(when, &out->number);
	number_cell(width, style, out);
	memcpy(out->source, m->text, m->text_len);
	out->source_len = m->text_len;
}

static void as_date(const struct kis_member *m, int plain, struct cell *out)
{
	long day = cell_date_parse(m->text, m->text_len);

	(void)plain;
	if (day)
		when_cell(m, (double)day, DATE_WIDTH, STYLE_DATE, out);
	else if (m->text_len != 1 || m->text[0] != '0')
		text_cell(m->text, m->text_len, STYLE_CENTRE, out);
}

static void as_time(const struct kis_member *m, int plain, struct cell *out)
{
	double when = cell_time_parse(m->text, m->text_len, NULL);

	(void)plain;
	if (when > 0)
		when_cell(m, when, TIME_WIDTH, STYLE_TIME, out);
	else
		text_cell(m->text, m->text_len, STYLE_CENTRE, out);
}

/* Fills the cell of a field that is not in kis_record_columns or that --text
 * declares as text. A value whose type is not the column's becomes text. If the
 * lookahead had no value of the field, the first later value decides the
 * type. */
static void as_typed(
	const struct kis_member *m, struct kis_field *field, struct cell *out)
{
	enum kis_type type = kis_fields_type_of(m);
	int is_integer;

	if (type == KIS_TYPE_UNDECIDED) {
		text_cell(m->text, m->text_len, STYLE_TEXT, out);
		return;
	}
	if (field->type == KIS_TYPE_UNDECIDED)
		field->type = type;
	if (field->type == KIS_TYPE_TEXT || type != field->type) {
		field->strays += field->type != KIS_TYPE_TEXT;
		text_cell(m->text, m->text_len, STYLE_TEXT, out);
	} else if (type == KIS_TYPE_TRUTH) {
		out->type = CELL_BOOL;
		out->style = STYLE_CENTRE;
		out->truth = m->value == KIS_VALUE_TRUE;
		out->width = sizeof("FALSE");
	} else if (cell_number_plain(m->text, m->text_len,
			   m->value == KIS_VALUE_NUMBER, &out->number,
			   &is_integer)) {
		number_cell((unsigned)(m->text_len < MOST_DIGITS ? m->text_len
								 : MOST_DIGITS),
			is_integer && m->text_len > GENERAL_DIGITS
				? STYLE_LONG
				: STYLE_GENERAL,
			out);
	}
}

typedef void as_fn(const struct kis_member *m, int plain, struct cell *out);

static int is_again(const struct kis_member *m, const struct cell *out)
{
	return out->source_len && out->source_len == m->text_len &&
	       out->type == CELL_NUMBER &&
	       memcmp(out->source, m->text, m->text_len) == 0;
}

void cell_of(const struct kis_member *m, int column, struct kis_field *field,
	enum cell_look look, struct cell *out)
{
	static as_fn *const as_kind[] = {
		[KIS_KIND_TEXT] = as_text,
		[KIS_KIND_NOTE] = as_text,
		[KIS_KIND_MARKET] = as_market,
		[KIS_KIND_PERIOD] = as_period,
		[KIS_KIND_RANK] = as_whole,
		[KIS_KIND_LIST] = as_text,
		[KIS_KIND_LIST_ROWS] = as_whole,
		[KIS_KIND_FILTER] = as_text,
		[KIS_KIND_TIME] = as_time,
		[KIS_KIND_CODE] = as_code,
		[KIS_KIND_WON] = as_whole,
		[KIS_KIND_AMOUNT] = as_whole,
		[KIS_KIND_CHANGE] = as_change,
		[KIS_KIND_SIGN] = as_sign,
		[KIS_KIND_COUNT] = as_whole,
		[KIS_KIND_PERCENT] = as_percent,
		[KIS_KIND_PERCENT_CHANGE] = as_rate,
		[KIS_KIND_POINTS] = as_points,
		[KIS_KIND_WORD] = as_word,
		[KIS_KIND_DATE] = as_date,
	};

	enum kis_kind kind;

	if (is_again(m, out))
		return;
	out->type = CELL_EMPTY;
	out->width = 0;
	out->source_len = 0;
	if (column < 0 || field->is_text) {
		as_typed(m, field, out);
		return;
	}
	kind = kis_record_columns[column].kind;
	as_kind[kind](m, look == CELL_LOOK_PLAIN, out);
	if (kind == KIS_KIND_AMOUNT && look == CELL_LOOK_REPORT &&
		out->type == CELL_NUMBER)
		show_millions(out);
}

/* Returns an upper bound of the text's width in columns: the number of bytes
 * minus the number of multi-byte characters, because each of these characters
 * has fewer columns than bytes. */
static size_t most_columns(const char *p, size_t n)
{
	size_t most = n;

	for (size_t i = 0; i < n; i++)
		most -= (unsigned char)p[i] >= 0xC0;
	return most;
}

unsigned cell_text_width(const struct cell *c, unsigned enough)
{
	const char *p = c->text, *end = p + c->text_len;
	size_t width = 0, line;

	if (most_columns(p, c->text_len) <= enough)
		return enough;
	for (; p < end; p += line + 1) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t columns;

		line = (size_t)((stop ? stop : end) - p);
		columns = kis_text_width(p, line);
		width = columns > width ? columns : width;
	}
	return (unsigned)width;
}
