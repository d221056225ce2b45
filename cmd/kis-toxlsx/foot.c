#include "lib/mem.h"
#include "lib/record.h"
#include "lib/text.h"
#include "page.h"

#include <stdlib.h>
#include <string.h>

enum {
	MIN_WIDTH = 5,
	MAX_WIDTH = 60,       /* a longer text runs on or is cut in view */
	ONE_PAGE_ROWS = 40,   /* up to here a report fits one page */
	EXACT_STRIPES = 1000, /* rows for which stripes follow the filter */
	MAX_TABLE_TITLE = 255,
	STRIPE_RANGE = 2 * LXW_MAX_CELL_RANGE_LENGTH + 1,
	PAPER_A4 = 9,
	PIXELS_OF_WIDTH = 7, /* as the library reckons, with 5 of padding */
	PIXELS_PADDING = 5,
};

/* A share of the whole: the longer its bar, the more there is of it. */
static int is_bar(const struct field *f)
{
	return f->column >= 0 &&
	       kis_record_columns[f->column].kind == KIS_KIND_PERCENT;
}

static lxw_row_t last_row(const struct sheet *s)
{
	return s->next - 1;
}

static lxw_col_t last_col(const struct sheet *s)
{
	return (lxw_col_t)(s->group->count - 1);
}

/* Says the same in every row of the sheet, and so does its title. */
static int is_context(const struct group *g, const struct field *f)
{
	if (!g->ours || f->column < 0)
		return 0;
	switch (kis_record_columns[f->column].kind) {
	case KIS_KIND_MARKET:
	case KIS_KIND_PERIOD:
		return 1;
	case KIS_KIND_TIME:
		return g->time_first == g->time_last && g->time_first > 0;
	default:
		return 0;
	}
}

/* The header is of a smaller size than the cells, bold, and the button of the
 * filter takes room beside it. */
static unsigned header_width(const struct sheet *s, size_t i)
{
	const char *text;
	size_t len;
	unsigned width;

	page_title_of(s, i, &text, &len);
	width = (unsigned)kis_text_width(text, len);
	return s->settings->plain ? width : width * 7 / 8 + 1;
}

static int set_width(struct sheet *s, size_t i, struct kis_err *err)
{
	const struct field *f = &s->group->fields[i];
	lxw_row_col_options folded = {.hidden = LXW_TRUE, .level = 1};
	unsigned width = f->width, header = header_width(s, i);
	lxw_col_t col = (lxw_col_t)i;

	if (f->column == FIELD_VERSUS)
		width = 8;
	width = width > header ? width : header;
	width = width < MIN_WIDTH ? MIN_WIDTH : width;
	width = (width > MAX_WIDTH ? MAX_WIDTH : width) + 2;
	if (!s->settings->plain && is_context(s->group, f))
		return pad_check(worksheet_set_column_opt(s->pad->ws, col, col,
					 width, NULL, &folded),
			err);
	s->pixels += width * PIXELS_OF_WIDTH + PIXELS_PADDING;
	return pad_check(
		worksheet_set_column(s->pad->ws, col, col, width, NULL), err);
}

/* A table wants titles that differ, whatever their case, and its own part
 * repeats them in an attribute. */
static int titles_fit_table(const struct sheet *s)
{
	for (size_t i = 0; i < s->group->count; i++) {
		const char *text, *other;
		size_t len, other_len;

		page_title_of(s, i, &text, &len);
		if (len == 0 || len > MAX_TABLE_TITLE)
			return 0;
		for (size_t b = 0; b < len; b++)
			if ((unsigned char)text[b] < 0x20 || text[b] == '_')
				if (s->group->fields[i].column < 0)
					return 0;
		for (size_t k = 0; k < i; k++) {
			page_title_of(s, k, &other, &other_len);
			if (len == other_len &&
				strncasecmp(text, other, len) == 0)
				return 0;
		}
	}
	return 1;
}

static char *table_name(const struct group *g)
{
	char *name = kis_mem_dup(g->name);

	for (char *p = name; *p; p++)
		if (*p == ' ')
			*p = '_';
	return name;
}

static int add_table(struct sheet *s, struct kis_err *err)
{
	size_t n = s->group->count;
	lxw_table_column *columns = kis_mem_new(n, sizeof(*columns));
	lxw_table_column **list = kis_mem_new(n + 1, sizeof(*list));
	lxw_table_options options = {
		.style_type = LXW_TABLE_STYLE_TYPE_LIGHT,
		.style_type_number = 1,
		.no_banded_rows = LXW_TRUE,
		.columns = list,
	};
	int rc;

	for (size_t i = 0; i < n; i++) {
		const char *text;
		size_t len;

		page_title_of(s, i, &text, &len);
		columns[i].header = kis_mem_copy(text, len);
		columns[i].header_format = s->pad->styles->of[STYLE_HEADER];
		list[i] = &columns[i];
	}
	if (s->group->known)
		options.name = table_name(s->group);
	rc = pad_check(worksheet_add_table(s->pad->ws, s->header, 0,
			       last_row(s), last_col(s), &options),
		err);
	free(options.name);
	for (size_t i = 0; i < n; i++)
		free(columns[i].header);
	free(list);
	free(columns);
	return rc;
}

static int add_filter(struct sheet *s, struct kis_err *err)
{
	if (s->report && titles_fit_table(s))
		return add_table(s, err);
	return pad_check(worksheet_autofilter(s->pad->ws, s->header, 0,
				 last_row(s), last_col(s)),
		err);
}

/* All columns, those behind the last data bar first: the library writes
 * conditions in the order of their ranges' names, and LibreOffice shows no
 * bar in a cell that a stripe has reached before. */
static void stripe_range(const struct sheet *s, char out[STRIPE_RANGE])
{
	char range[LXW_MAX_CELL_RANGE_LENGTH];
	size_t after = 0;

	for (size_t i = 0; i + 1 < s->group->count; i++)
		if (is_bar(&s->group->fields[i]))
			after = i + 1;
	lxw_rowcol_to_range(range, s->header + 1, (lxw_col_t)after, last_row(s),
		last_col(s));
	snprintf(out, STRIPE_RANGE, "%s", range);
	if (after == 0)
		return;
	lxw_rowcol_to_range(
		range, s->header + 1, 0, last_row(s), (lxw_col_t)(after - 1));
	snprintf(out + strlen(out), STRIPE_RANGE - strlen(out), " %s", range);
}

/* Every second row that is shown; on a long sheet every second row, since
 * counting shown rows takes Excel time that grows with their square. */
static int add_stripes(struct sheet *s, struct kis_err *err)
{
	char formula[96], ranges[STRIPE_RANGE];
	unsigned first = s->header + 2;
	lxw_conditional_format stripe = {
		.type = LXW_CONDITIONAL_TYPE_FORMULA,
		.value_string = formula,
		.format = s->pad->styles->of[STYLE_STRIPE],
		.multi_range = ranges,
	};

	stripe_range(s, ranges);
	if (last_row(s) - s->header <= EXACT_STRIPES)
		snprintf(formula, sizeof(formula),
			"=MOD(SUBTOTAL(103,$A$%u:$A%u),2)=0", first, first);
	else
		snprintf(formula, sizeof(formula), "=MOD(ROW(),2)=0");
	return pad_check(
		worksheet_conditional_format_range(s->pad->ws, s->header + 1, 0,
			last_row(s), last_col(s), &stripe),
		err);
}

static int add_bars(struct sheet *s, struct kis_err *err)
{
	lxw_conditional_format bar = {
		.type = LXW_CONDITIONAL_DATA_BAR,
		.bar_color = STYLE_BAR,
		.data_bar_2010 = LXW_TRUE,
		.bar_solid = LXW_TRUE,
		.bar_no_border = LXW_TRUE,
		.min_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER,
		.min_value = 0,
		.max_rule_type = LXW_CONDITIONAL_RULE_TYPE_MAXIMUM,
	};

	for (size_t i = 0; i < s->group->count; i++) {
		lxw_col_t col = (lxw_col_t)i;

		if (!is_bar(&s->group->fields[i]))
			continue;
		if (pad_check(
			    worksheet_conditional_format_range(s->pad->ws,
				    s->header + 1, col, last_row(s), col, &bar),
			    err) < 0)
			return -1;
	}
	return 0;
}

/* Codes and numbers of over 15 digits are text on purpose. */
static int allow_digits(struct sheet *s, struct kis_err *err)
{
	char range[LXW_MAX_CELL_RANGE_LENGTH];

	lxw_rowcol_to_range(range, s->header + 1, 0, last_row(s), last_col(s));
	return pad_check(worksheet_ignore_errors(s->pad->ws,
				 LXW_IGNORE_NUMBER_STORED_AS_TEXT, range),
		err);
}

/* In a header or footer & begins a command, and 255 characters are all. */
static void add_page_text(struct kis_buf *b, const char *text)
{
	const char *end = text + strlen(text);

	for (size_t room = 60; text < end && room > 0; room--) {
		const char *from = text;

		kis_text_utf8_next(&text, end);
		kis_buf_add(b, from, (size_t)(text - from));
		if (*from == '&')
			kis_buf_add(b, "&", 1);
	}
}

static int set_captions(struct sheet *s, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	const char *title = s->settings->title;
	char days[PAGE_SPAN], time[PAGE_SPAN];
	int rc;

	page_days(s->group, days);
	page_time(s->group->time_last, time);
	if (s->group->ours) {
		kis_buf_add_str(&b, "&L&\"" STYLE_FONT "\"&8 ");
		add_page_text(&b, title ? title : "국내주식 공매도 상위종목");
		kis_buf_add_str(&b, " · ");
	} else {
		kis_buf_add_str(&b, "&L&\"" STYLE_FONT "\"&8 ");
	}
	add_page_text(&b, s->group->name);
	kis_buf_printf(&b, "&R&\"" STYLE_FONT "\"&8 %s%s",
		*days ? "기준일 " : "", days);
	rc = pad_check(worksheet_set_header(s->pad->ws, b.data), err);
	kis_buf_reset(&b);
	kis_buf_printf(&b,
		"&L&\"" STYLE_FONT "\"&8 %s&C&\"" STYLE_FONT
		"\"&8 &P / &N 쪽&R&\"" STYLE_FONT "\"&8 %s%s",
		s->group->ours ? "자료: 한국투자증권 KIS Open API" : "",
		*time ? "조회 " : "", time);
	if (rc == 0)
		rc = pad_check(worksheet_set_footer(s->pad->ws, b.data), err);
	kis_buf_release(&b);
	return rc;
}

static int set_page(struct sheet *s, struct kis_err *err)
{
	lxw_worksheet *ws = s->pad->ws;
	int short_one = last_row(s) - s->header <= ONE_PAGE_ROWS;

	worksheet_set_landscape(ws);
	worksheet_set_paper(ws, PAPER_A4);
	worksheet_set_margins(ws, 0.4, 0.4, 0.6, 0.6);
	worksheet_center_horizontally(ws);
	worksheet_fit_to_pages(ws, 1, s->report && short_one ? 1 : 0);
	if (set_captions(s, err) < 0)
		return -1;
	return pad_check(worksheet_repeat_rows(ws, 0, s->header), err);
}

/* The name, and what stands left of it, stay when scrolling to the right. */
static lxw_col_t frozen_columns(const struct group *g)
{
	int name = g->ours ? g->field_of[shape_column(ROLE_NAME)] : -1;

	return name >= 0 && name < 4 ? (lxw_col_t)(name + 1) : 0;
}

int page_foot(struct sheet *s, struct kis_err *err)
{
	s->pixels = 0;
	for (size_t i = 0; i < s->group->count; i++)
		if (set_width(s, i, err) < 0)
			return -1;
	if (s->group->count && allow_digits(s, err) < 0)
		return -1;
	if (s->settings->plain || s->group->count == 0)
		return 0;
	worksheet_freeze_panes(
		s->pad->ws, s->header + 1, frozen_columns(s->group));
	if (add_filter(s, err) < 0)
		return -1;
	if (s->group->ours && add_bars(s, err) < 0)
		return -1;
	if (add_stripes(s, err) < 0)
		return -1;
	if (s->report)
		worksheet_gridlines(s->pad->ws, LXW_HIDE_ALL_GRIDLINES);
	return set_page(s, err);
}
