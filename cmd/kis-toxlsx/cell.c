#include "cmd/kis-toxlsx/cell.h"
#include "lib/market.h"
#include "lib/record.h"
#include "lib/text.h"
#include "lib/word.h"

#include <stdio.h>
#include <string.h>

enum {
	DAY_1970 = 25569,  /* Excel's number of 1970-01-01 */
	DAY_FIRST = 61,    /* and of 1900-03-01 */
	DAY_0000 = 719468, /* days from 0000-03-01 to 1970-01-01 */
	ERA_DAYS = 146097, /* of 400 years */
	SECONDS_OF_DAY = 86400,
	MINUTES_OF_DAY = 1440,
	KST_SECONDS = 9 * 3600,
};

/* Days from 1970-01-01 of a day of the Gregorian calendar; years begin in
 * March, so that the leap day is the last. */
static long days_1970(long y, long m, long d)
{
	long era_day, year_of_era;

	y -= m <= 2;
	year_of_era = y % 400;
	era_day = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
		  (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return y / 400 * ERA_DAYS + era_day - DAY_0000;
}

static int digits_of(const char *p, size_t n, long *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return 0;
		*out = *out * 10 + (p[i] - '0');
	}
	return 1;
}

static long day_of(long y, long m, long d)
{
	static const int lengths[] = {
		31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
	long day;

	if (m < 1 || m > 12 || d < 1 || d > lengths[m - 1] ||
		(m == 2 && d == 29 && !leap))
		return 0;
	day = days_1970(y, m, d) + DAY_1970;
	return day < DAY_FIRST ? 0 : day;
}

long cell_date_parse(const char *p, size_t n)
{
	long y, m, d;

	if (n != 8 || !digits_of(p, 4, &y) || !digits_of(p + 4, 2, &m) ||
		!digits_of(p + 6, 2, &d))
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
	if (!digits_of(p, 4, &y) || !digits_of(p + 5, 2, &mo) ||
		!digits_of(p + 8, 2, &d) || !digits_of(p + 11, 2, &h) ||
		!digits_of(p + 14, 2, &mi) || !digits_of(p + 17, 2, &s))
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
	/* back to the calendar, years beginning in March */
	unsigned long z = (unsigned long)(day - DAY_1970 + DAY_0000);
	unsigned long era = z / ERA_DAYS, of_era = z % ERA_DAYS;
	unsigned long year = (of_era - of_era / 1460 + of_era / 36524 -
				     of_era / (ERA_DAYS - 1)) /
			     365;
	unsigned long of_year = of_era - (365 * year + year / 4 - year / 100);
	unsigned long march = (5 * of_year + 2) / 153;
	unsigned long month = march < 10 ? march + 3 : march - 9;

	year += era * 400 + (month <= 2);
	snprintf(out, CELL_DATE_TEXT, "%04lu-%02lu-%02lu", year % 10000, month,
		of_year - (153 * march + 2) / 5 + 1);
}

void cell_time_text(double when, char out[CELL_DATE_TEXT])
{
	long day = (long)when;
	/* a second is 1e-5 of a day: what rounding takes is far less */
	double minutes = (when - (double)day) * MINUTES_OF_DAY + 1e-6;
	char date[CELL_DATE_TEXT];

	cell_date_text(day, date);
	snprintf(out, CELL_DATE_TEXT, "%.10s %02d:%02d", date,
		(int)minutes / 60 % 24, (int)minutes % 60);
}

enum {
	GENERAL_DIGITS = 11, /* what General shows of a whole number */
	MOST_DIGITS = 18,    /* what it shows of any number */
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

/* Digits and separators of the whole part, and a minus. */
static unsigned whole_width(const struct cell_number *n)
{
	return n->whole + (n->whole - 1) / 3 + (n->sign < 0);
}

/* The value stays won; its format shows millions. */
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
	/* linked or not, which is decided at the end of the sheet */
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
	out->width += 2; /* the arrow, which is wide */
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
		char word[2 * KIS_WORD_BYTES];
		unsigned width;
		enum style style;
	} signs[] = {
		{"없음", 4, STYLE_SIGN_FLAT}, /* 0: seen, not documented */
		{"상한 ↑", 6, STYLE_SIGN_UP},
		{"▲ 상승", 6, STYLE_SIGN_UP},
		{"보합", 4, STYLE_SIGN_FLAT},
		{"하한 ↓", 6, STYLE_SIGN_DOWN},
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

/* By the type of the column; a value of another type is text. The first value
 * decides if the lookahead had none. */
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

/* Every character of several bytes takes fewer columns than bytes. */
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
