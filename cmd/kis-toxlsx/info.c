#include "cmd/kis-toxlsx/info.h"
#include "lib/market.h"
#include "lib/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- charts ---- */

enum {
	GAP_PIXELS = 12,
	BAR_PIXELS = 27,
	FRAME_PIXELS = 56, /* title and edges */
	BESIDE_PIXELS = 560,
	BESIDE_COLUMNS = 16, /* that it covers at most */
	NARROWEST_PIXELS = 320,
	WIDEST_PIXELS = 1600, /* of one that is half as wide as its table */
	DEFAULT_WIDTH = 480,  /* the library's, which scales work on */
	DEFAULT_HEIGHT = 288,
};

static const struct {
	const char *what;
	const char *number;
	unsigned color;
} looks[] = {
	[TOP_VALUE] = {"공매도 거래대금", "[>=100]#,##0;0.0",
		STYLE_CHART_VALUE},
	[TOP_SHARE] = {"공매도 거래대금 비중", "0.00%", STYLE_CHART_SHARE},
};

/* Two columns, names and values, that a chart is drawn from. */
struct chart_data {
	const char *sheet; /* borrowed; the name of the sheet they are on */
	lxw_row_t first, last;
	lxw_col_t names, values;
};

static void chart_title(
	const struct group *g, enum top_by by, size_t rows, char out[160])
{
	char cap[64] = "";

	if (group_may_be_cut(g))
		snprintf(cap, sizeof(cap), "수량 상위 %llu 중 ",
			(unsigned long long)g->newest);
	snprintf(out, 160, "%s%s 상위 %zu%s", cap, looks[by].what, rows,
		by == TOP_VALUE ? " (억원)" : "");
}

static void dress_axes(lxw_chart *chart)
{
	lxw_chart_font names = {
		.name = style_font, .size = 9, .color = STYLE_INK};
	lxw_chart_line faint = {.color = 0xBFBFBF, .width = 0.75F};

	/* in a bar chart the library turns its x and y with the bars */
	chart_axis_set_reverse(chart->y_axis);
	chart_axis_set_num_font(chart->y_axis, &names);
	chart_axis_set_line(chart->y_axis, &faint);
	chart_axis_set_major_tick_mark(
		chart->y_axis, LXW_CHART_AXIS_TICK_MARK_NONE);
	chart_axis_set_interval_unit(chart->y_axis, 1); /* every name */
	chart_axis_set_min(chart->x_axis, 0);
	chart_axis_major_gridlines_set_visible(chart->x_axis, LXW_FALSE);
	chart_axis_off(chart->x_axis);
}

static void dress_series(lxw_chart_series *series, enum top_by by)
{
	lxw_chart_font labels = {
		.name = style_font, .size = 9, .color = STYLE_INK};
	lxw_chart_fill fill = {.color = looks[by].color};

	chart_series_set_fill(series, &fill);
	chart_series_set_labels(series);
	chart_series_set_labels_num_format(series, looks[by].number);
	chart_series_set_labels_position(
		series, LXW_CHART_LABEL_POSITION_OUTSIDE_END);
	chart_series_set_labels_font(series, &labels);
}

static lxw_chart *draw(struct sheet *s, enum top_by by,
	const struct chart_data *data, const char *title)
{
	lxw_chart *chart = workbook_add_chart(s->book->wb, LXW_CHART_BAR);
	lxw_chart_series *series =
		chart ? chart_add_series(chart, NULL, NULL) : NULL;
	lxw_chart_font font = {.name = style_font,
		.size = 11,
		.bold = LXW_TRUE,
		.color = STYLE_NAVY};
	lxw_chart_line frame = {.color = 0xD9D9D9};

	if (!series)
		return NULL;
	chart_series_set_categories(series, data->sheet, data->first,
		data->names, data->last, data->names);
	chart_series_set_values(series, data->sheet, data->first, data->values,
		data->last, data->values);
	chart_series_set_name(series, looks[by].what);
	dress_series(series, by);
	dress_axes(chart);
	chart_title_set_name(chart, title);
	chart_title_set_name_font(chart, &font);
	chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
	chart_set_series_gap(chart, 45);
	chart_chartarea_set_line(chart, &frame);
	return chart;
}

/* Half as wide as the table, since two stand side by side, within reason. */
static unsigned width_below(const struct sheet *s)
{
	unsigned half = (s->pixels - GAP_PIXELS) / 2;

	return half > WIDEST_PIXELS      ? WIDEST_PIXELS
	       : half < NARROWEST_PIXELS ? NARROWEST_PIXELS
					 : half;
}

/* With a column between; on the table's last ones if the sheet ends there:
 * Excel repairs a file whose charts lie beside its sheet. */
static lxw_col_t column_beside(const struct sheet *s)
{
	size_t col = s->group->count + 1;
	size_t last = LXW_COL_MAX - BESIDE_COLUMNS;

	return (lxw_col_t)(col < last ? col : last);
}

/* Side by side below a short table, as wide as it and printed with it; at the
 * right of a long one, where they are seen without scrolling to its end. */
static int place(struct sheet *s, enum top_by by, lxw_chart *chart, size_t rows,
	char *title, struct kis_err *err)
{
	unsigned height = (unsigned)rows * BAR_PIXELS + FRAME_PIXELS;
	int below = sheet_charts_below(s);
	unsigned width = below ? width_below(s) : BESIDE_PIXELS;
	lxw_chart_options options = {
		.x_scale = (double)width / DEFAULT_WIDTH,
		.y_scale = (double)height / DEFAULT_HEIGHT,
		.object_position = LXW_OBJECT_MOVE_DONT_SIZE,
		.description = title,
	};
	lxw_row_t row = below ? s->last + 2 : s->header;
	lxw_col_t col = below ? 0 : column_beside(s);

	if (below && by == TOP_SHARE)
		options.x_offset = (int32_t)(width + GAP_PIXELS);
	if (!below && by == TOP_SHARE)
		options.y_offset = (int32_t)(height + GAP_PIXELS);
	return writer_check(worksheet_insert_chart_opt(
				    s->first->ws, row, col, chart, &options),
		err);
}

static int add_chart(struct sheet *s, enum top_by by,
	const struct chart_data *data, struct kis_err *err)
{
	size_t rows = data->last - data->first + 1;
	char title[160];
	lxw_chart *chart;

	chart_title(s->group, by, rows, title);
	chart = draw(s, by, data, title);
	if (!chart)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	return place(s, by, chart, rows, title, err);
}

/* ---- the sheet ---- */

#define WON_OF_EOK 1e8 /* 억: the unit in which people say such sums */

/* Where the next line goes, and whether one before failed. */
struct info {
	struct writer *writer;
	lxw_row_t row;
	struct kis_err *err;
	int rc;
};

static void text(
	struct info *in, lxw_col_t col, const char *words, enum style style)
{
	if (in->rc == 0)
		in->rc = writer_text(in->writer, in->row, col, words,
			strlen(words), style, in->err);
}

static void number(
	struct info *in, lxw_col_t col, double value, enum style style)
{
	if (in->rc == 0)
		in->rc = writer_number(
			in->writer, in->row, col, value, style, in->err);
}

static void section(struct info *in, const char *const *titles, size_t count)
{
	in->row++;
	for (size_t i = 0; i < count; i++)
		text(in, (lxw_col_t)i, titles[i], STYLE_SECTION);
	in->row++;
}

static void write_source(struct info *in)
{
	static const char *const lines[][2] = {
		{"자료", "한국투자증권 KIS Open API · 국내주식 공매도 "
			 "상위종목 [국내주식-133], 화면 [0482]"},
		{"TR", "FHPST04820000"},
		{"순서와 한도",
			"공매도 체결수량이 많은 순서입니다. KIS는 한 번에 "
			"30종목까지 줍니다."},
		{"", "30종목에서 고른 금액·비중의 상위는 시장 전체의 상위가 "
		     "아닐 수 있습니다."},
		{"시간 기준", "현재가와 전일대비는 조회 시점의 값입니다."},
		{"", "거래량, 거래대금, 공매도와 평균가격은 기준일자1부터 "
		     "기준일자2까지의 합계(평균)입니다."},
		{"평균가 대비", "현재가 ÷ 평균가격(공매도 평균 체결가) − 1. "
				"행이 많은 시트는 처음 5,000행에만 수식을, "
				"나머지에는 값을 넣습니다."},
		{"종목코드", "누르면 네이버 금융의 종목 화면이 열립니다. "
			     "20,000행이 넘는 시트에는 종목 링크를 넣지 "
			     "않습니다."},
		{"색과 부호", "빨강 ▲ 상승 · 상한 ↑   파랑 ▼ 하락 · 하한 ↓"},
		{"시장 코드", "0000 전체, 0001 코스피, 1001 코스닥, 2001 "
			      "코스피200, 3003 코스닥150, 4001 KRX100 "
			      "(거래소의 코드와 다릅니다)"},
	};

	text(in, 0, "정보", STYLE_TITLE);
	in->row += 2;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		text(in, 0, lines[i][0], STYLE_LABEL);
		text(in, 1, lines[i][1], STYLE_NOTE);
		in->row++;
	}
	text(in, 0, "프로그램", STYLE_LABEL);
	text(in, 1, "kis-toxlsx " KIS_VERSION, STYLE_NOTE);
	in->row++;
}

static void write_sheets(struct info *in, const struct groups *groups)
{
	static const char *const titles[] = {
		"시트", "행 수", "기준일", "첫 조회", "마지막 조회"};
	char words[GROUP_SPAN];

	section(in, titles, sizeof(titles) / sizeof(*titles));
	for (size_t i = 0; i < groups->count; i++) {
		const struct group *g = groups->all[i];

		text(in, 0, g->sheet->first->name, STYLE_NOTE);
		number(in, 1, (double)g->records, STYLE_NOTE_WHOLE);
		group_days(g, words);
		text(in, 2, words, STYLE_NOTE);
		if (g->time_first > 0)
			number(in, 3, g->time_first, STYLE_NOTE_TIME);
		if (g->time_last > 0)
			number(in, 4, g->time_last, STYLE_NOTE_TIME);
		in->row++;
	}
}

static void write_columns(struct info *in)
{
	static const char *const titles[] = {
		"열", "KIS 이름", "영어", "단위", "시간 기준"};
	static const char *const as_of[] = {
		[KIS_AS_OF_NONE] = "",
		[KIS_AS_OF_QUERY] = "조회 시점",
		[KIS_AS_OF_BASE] = "기준일자1 ~ 2 합계",
	};

	section(in, titles, sizeof(titles) / sizeof(*titles));
	for (size_t i = 0; i < kis_record_count; i++) {
		const struct kis_column *c = &kis_record_columns[i];

		text(in, 0, c->ko, STYLE_NOTE);
		text(in, 1, c->key, STYLE_NOTE);
		text(in, 2, c->en, STYLE_NOTE);
		text(in, 3, c->unit, STYLE_NOTE);
		text(in, 4, as_of[c->as_of], STYLE_NOTE);
		in->row++;
	}
}

/* One block of names and figures, and the chart drawn from it. */
static void write_chart(
	struct info *in, struct group *g, enum top_by by, size_t rows)
{
	struct chart_data data = {
		.sheet = in->writer->name, .names = 0, .values = 1};
	char title[160];

	chart_title(g, by, rows, title);
	in->row++;
	text(in, 0, g->sheet->first->name, STYLE_SECTION);
	text(in, 1, title, STYLE_SECTION);
	in->row++;
	data.first = in->row;
	data.last = in->row + (lxw_row_t)rows - 1;
	for (size_t i = 0; i < rows; i++) {
		const struct top_row *row = &g->top.rows[by][i];
		double value = row->value;

		text(in, 0, row->name, STYLE_NOTE);
		number(in, 1, by == TOP_VALUE ? value / WON_OF_EOK : value,
			by == TOP_VALUE ? STYLE_TENTH : STYLE_PERCENT);
		in->row++;
	}
	if (in->rc == 0)
		in->rc = add_chart(g->sheet, by, &data, in->err);
}

static void write_charts(struct info *in, const struct groups *groups, long top)
{
	for (size_t i = 0; i < groups->count; i++) {
		struct group *g = groups->all[i];
		size_t rows = g->top.count[TOP_VALUE];

		if (rows > (size_t)top)
			rows = (size_t)top;
		if (rows == 0)
			continue;
		write_chart(in, g, TOP_VALUE, rows);
		write_chart(in, g, TOP_SHARE, rows);
	}
}

static void set_columns(struct info *in)
{
	static const unsigned char widths[] = {22, 24, 26, 21, 21};

	for (size_t i = 0; i < sizeof(widths); i++)
		if (in->rc == 0)
			in->rc = writer_check(
				worksheet_set_column(in->writer->ws,
					(lxw_col_t)i, (lxw_col_t)i, widths[i],
					NULL),
				in->err);
}

int info_write(struct book *book, const struct groups *groups,
	const struct settings *settings, struct kis_err *err)
{
	struct info in = {.err = err};
	lxw_worksheet *ws;

	in.writer = book_add_sheet(book, "정보", err);
	if (!in.writer)
		return -1;
	ws = in.writer->ws;
	write_source(&in);
	write_sheets(&in, groups);
	write_columns(&in);
	write_charts(&in, groups, settings->top);
	set_columns(&in);
	worksheet_gridlines(ws, LXW_HIDE_ALL_GRIDLINES);
	worksheet_set_paper(ws, 9);
	worksheet_fit_to_pages(ws, 1, 0);
	if (in.rc == 0)
		in.rc = writer_check(
			worksheet_set_footer(
				ws, "&C&\"" STYLE_FONT "\"&8 &P / &N 쪽"),
			err);
	return in.rc;
}
