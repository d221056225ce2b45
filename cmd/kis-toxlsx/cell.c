#include "cmd/kis-toxlsx/cell.h"
#include "cmd/kis-toxlsx/cell_date.h"
#include "lib/market.h"
#include "lib/record.h"
#include "lib/text.h"
#include "lib/word.h"

#include <string.h>

enum {
	GENERAL_DIGITS = 11, /* what General shows of a whole number */
	DATE_WIDTH = 10,
	TIME_WIDTH = 19,
};

static void text_cell(
	const char *p, size_t n, enum style style, struct cell *out)
{
	if (n == 0)
		return;
	out->type = CELL_TEXT;
	out->style = style;
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

/* up, flat and down stand behind one another in the table of looks */
static enum style by_sign(int sign, enum style up)
{
	return up + (sign > 0 ? 0 : sign < 0 ? 1 : 2);
}

static void as_text(const struct kis_member *m, int plain, struct cell *out)
{
	(void)plain;
	text_cell(m->text, m->text_len, STYLE_TEXT, out);
}

static void as_code(const struct kis_member *m, int plain, struct cell *out)
{
	(void)plain;
	text_cell(m->text, m->text_len, STYLE_CODE, out);
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
	out->style = by_sign(out->number.sign, STYLE_CHANGE_UP);
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
		out->style = by_sign(out->number.sign, STYLE_RATE_UP);
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

/* Not ours: numbers by the strict grammar, true and false, else text. */
static void as_found(const struct kis_member *m, struct cell *out)
{
	int is_integer;

	if (m->value == KIS_VALUE_TRUE || m->value == KIS_VALUE_FALSE) {
		out->type = CELL_BOOL;
		out->style = STYLE_CENTRE;
		out->truth = m->value == KIS_VALUE_TRUE;
		out->width = sizeof("FALSE");
	} else if (m->value != KIS_VALUE_NESTED &&
		   cell_number_strict(
			   m->text, m->text_len, &out->number, &is_integer)) {
		number_cell((unsigned)m->text_len,
			is_integer && m->text_len > GENERAL_DIGITS
				? STYLE_LONG
				: STYLE_GENERAL,
			out);
	} else {
		text_cell(m->text, m->text_len, STYLE_TEXT, out);
	}
}

typedef void as_fn(const struct kis_member *m, int plain, struct cell *out);

static int is_again(const struct kis_member *m, const struct cell *out)
{
	return out->source_len && out->source_len == m->text_len &&
	       out->type == CELL_NUMBER &&
	       memcmp(out->source, m->text, m->text_len) == 0;
}

void cell_of(
	const struct kis_member *m, int column, int plain, struct cell *out)
{
	static as_fn *const as_kind[] = {
		[KIS_KIND_TEXT] = as_text,
		[KIS_KIND_MARKET] = as_market,
		[KIS_KIND_PERIOD] = as_period,
		[KIS_KIND_RANK] = as_whole,
		[KIS_KIND_LIST] = as_text,
		[KIS_KIND_LIST_ROWS] = as_whole,
		[KIS_KIND_FILTER] = as_text,
		[KIS_KIND_TIME] = as_time,
		[KIS_KIND_CODE] = as_code,
		[KIS_KIND_WON] = as_whole,
		[KIS_KIND_CHANGE] = as_change,
		[KIS_KIND_SIGN] = as_sign,
		[KIS_KIND_SHARES] = as_whole,
		[KIS_KIND_PERCENT] = as_percent,
		[KIS_KIND_PERCENT_CHANGE] = as_rate,
		[KIS_KIND_DATE] = as_date,
	};

	if (is_again(m, out))
		return;
	out->type = CELL_EMPTY;
	out->width = 0;
	out->source_len = 0;
	if (column < 0)
		as_found(m, out);
	else
		as_kind[kis_record_columns[column].kind](m, plain, out);
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
	if (most_columns(c->text, c->text_len) <= enough)
		return enough;
	return (unsigned)kis_text_width(c->text, c->text_len);
}
