#include "lib/record.h"
#include "lib/text.h"
#include "page.h"
#include "rules.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

enum {
	MIN_WIDTH = 5,
	MAX_WIDTH = 60,     /* a longer text runs on or is cut in view */
	ONE_PAGE_ROWS = 40, /* up to here a report fits one page */
	PAPER_A4 = 9,
	PIXELS_OF_WIDTH = 7, /* as the library reckons, with 5 of padding */
	PIXELS_PADDING = 5,
};

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

/* What was folded away opens by a button above the column behind it. */
static int mark_folded(struct sheet *s, struct kis_err *err)
{
	lxw_row_col_options button = {.collapsed = LXW_TRUE};
	const struct group *g = s->group;
	lxw_col_t col = (lxw_col_t)g->count;

	if (s->settings->plain || g->count == 0 || g->count == LXW_COL_MAX ||
		!is_context(g, &g->fields[g->count - 1]))
		return 0;
	return pad_check(worksheet_set_column_opt(s->pad->ws, col, col,
				 LXW_DEF_COL_WIDTH, NULL, &button),
		err);
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

/* Codes and numbers of over 15 digits are text on purpose. */
static int allow_digits(struct sheet *s, struct kis_err *err)
{
	char range[LXW_MAX_CELL_RANGE_LENGTH];

	lxw_rowcol_to_range(
		range, s->header + 1, 0, page_last_row(s), page_last_col(s));
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
	int short_one = page_last_row(s) - s->header <= ONE_PAGE_ROWS;

	worksheet_set_landscape(ws);
	worksheet_set_paper(ws, PAPER_A4);
	worksheet_set_margins(ws, 0.4, 0.4, 0.6, 0.6);
	worksheet_center_horizontally(ws);
	worksheet_fit_to_pages(ws, 1, s->report && short_one ? 1 : 0);
	if (set_captions(s, err) < 0)
		return -1;
	/* beside the table they would make it too small to read on paper */
	if (s->report && !page_charts_below(s) &&
		pad_check(worksheet_print_area(
				  ws, 0, 0, page_last_row(s), page_last_col(s)),
			err) < 0)
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
	if (mark_folded(s, err) < 0)
		return -1;
	if (s->group->count && allow_digits(s, err) < 0)
		return -1;
	if (s->settings->plain || s->group->count == 0)
		return 0;
	worksheet_freeze_panes(
		s->pad->ws, s->header + 1, frozen_columns(s->group));
	if (table_add(s, err) < 0)
		return -1;
	if (s->group->ours && rules_add_bars(s, err) < 0)
		return -1;
	if (rules_add_stripes(s, err) < 0)
		return -1;
	if (s->report)
		worksheet_gridlines(s->pad->ws, LXW_HIDE_ALL_GRIDLINES);
	return set_page(s, err);
}
