#include "cmd/kis-toxlsx/info.h"
#include "lib/market.h"
#include "lib/mem.h"
#include "lib/record.h"
#include "lib/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- charts ---- */

enum {
	GAP_PIXELS = 12,
	BESIDE_PIXELS = 560,
	BESIDE_COLUMNS = 16, /* maximum number of columns that a chart covers */
	NARROWEST_PIXELS = 320,
	WIDEST_PIXELS = 1600, /* maximum width of a chart below a table */
	/* maximum width of a name, in columns; a Hangul syllable has two */
	LABEL_COLUMNS = 18,
};

#define WON_OF_EOK 1e8 /* won in one 억, the usual unit of trading values */

/* The values that the charts show. The data bars of the table already show how
 * much was sold short, so the charts compare the prices of the same stocks with
 * the average short price or with the price of the previous day. */
static const struct {
	const char *of; /* value by which the stocks are selected and sorted */
	const char *shown;
} charts[] = {
	[TOP_VALUE] = {"공매도 거래대금", "평균가대비"},
	[TOP_SHARE] = {"공매도 거래대금 비중", "등락률"},
};

/* Columns of the hidden sheet with the values of the charts. Positive and
 * negative values are separate series, so that their bars have different
 * colours. */
enum { COL_LABEL, COL_UP, COL_DOWN, COL_COUNT };

struct chart_data {
	const char *sheet; /* borrowed; name of the hidden sheet */
	lxw_row_t first, last;
	double least, most; /* range of the values, including 0 */
};

/* Returns a new title such as "공매도 거래대금 상위 10종목의 평균가대비 (공매도
 * 거래량 상위 30종목 중)"; the caller frees it. */
static char *chart_title(const struct group *g, enum top_by by, size_t rows)
{
	char *base = group_list_base(g);
	char *title = kis_mem_printf("%s 상위 %zu종목의 %s%s%s%s",
		charts[by].of, rows, charts[by].shown, *base ? " (" : "", base,
		*base ? ")" : "");

	free(base);
	return title;
}

/* Extends the value axis by 16% of the values' range, at each end that has
 * bars, to leave space for the labels of the bars. */
static void set_range(lxw_chart *chart, const struct chart_data *data)
{
	double room = (data->most - data->least) * 0.16;

	if (room <= 0)
		return;
	chart_axis_set_min(
		chart->x_axis, data->least < 0 ? data->least - room : 0);
	chart_axis_set_max(
		chart->x_axis, data->most > 0 ? data->most + room : 0);
}

static void dress_axes(lxw_chart *chart)
{
	lxw_chart_font names = {
		.name = style_font, .size = 9, .color = STYLE_INK};
	lxw_chart_line faint = {.color = 0xBFBFBF, .width = 0.75F};

	/* List the stock names from top to bottom. In a bar chart,
	 * libxlsxwriter's y_axis is the axis with the names. */
	chart_axis_set_reverse(chart->y_axis);
	chart_axis_set_num_font(chart->y_axis, &names);
	chart_axis_set_line(chart->y_axis, &faint);
	chart_axis_set_major_tick_mark(
		chart->y_axis, LXW_CHART_AXIS_TICK_MARK_NONE);
	/* an interval of 1 makes the chart show every name */
	chart_axis_set_interval_unit(chart->y_axis, 1);
	/* Show the names to the left of the negative bars. */
	chart_axis_set_label_position(
		chart->y_axis, LXW_CHART_AXIS_LABEL_POSITION_LOW);
	chart_axis_major_gridlines_set_visible(chart->x_axis, LXW_FALSE);
	chart_axis_off(chart->x_axis);
}

static int add_series(lxw_chart *chart, const struct chart_data *data,
	lxw_col_t col, int color, const char *name)
{
	lxw_chart_font labels = {
		.name = style_font, .size = 9, .color = STYLE_INK};
	lxw_chart_fill fill = {.color = (lxw_color_t)color};
	lxw_chart_series *series = writer_series(chart, data->sheet,
		data->first, data->last, COL_LABEL, col, name);

	if (!series)
		return -1;
	chart_series_set_fill(series, &fill);
	chart_series_set_labels(series);
	chart_series_set_labels_num_format(series, "+0.0%;-0.0%;0.0%");
	chart_series_set_labels_position(
		series, LXW_CHART_LABEL_POSITION_OUTSIDE_END);
	chart_series_set_labels_font(series, &labels);
	return 0;
}

static lxw_chart *draw(struct sheet *s, const struct chart_data *data)
{
	lxw_chart *chart = workbook_add_chart(s->book->wb, LXW_CHART_BAR);

	if (!chart || add_series(chart, data, COL_UP, STYLE_UP, "상승") < 0 ||
		add_series(chart, data, COL_DOWN, STYLE_DOWN, "하락") < 0)
		return NULL;
	dress_axes(chart);
	set_range(chart, data);
	chart_set_series_gap(chart, 45);
	/* The two bars of a stock may overlap, because only one has a value. */
	chart_set_series_overlap(chart, 100);
	chart_show_hidden_data(chart);
	return chart;
}

/* Returns the width, in pixels, of each of two charts side by side below the
 * table: half the width of the table, within limits. */
static unsigned width_below(const struct sheet *s)
{
	unsigned half = (s->pixels - GAP_PIXELS) / 2;

	return half > WIDEST_PIXELS      ? WIDEST_PIXELS
	       : half < NARROWEST_PIXELS ? NARROWEST_PIXELS
					 : half;
}

/* Returns the column of a chart to the right of the table: one column remains
 * empty between the table and the chart. A chart that extends beyond the
 * sheet's last column would make Excel report a corrupt file. If the table is
 * too wide, the chart therefore covers the last columns of the table. */
static lxw_col_t column_beside(const struct sheet *s)
{
	size_t col = s->group->count + 1;
	size_t last = LXW_COL_MAX - BESIDE_COLUMNS;

	return (lxw_col_t)(col < last ? col : last);
}

/* Places a chart. Below a short table, the charts are side by side and are
 * printed with the table. If the table is long, the charts are to its right,
 * one below the other, so that they are visible without scrolling to the end of
 * the table. Returns 0, or -1 and sets err as writer_check() does. */
static int place(struct sheet *s, enum top_by by, lxw_chart *chart, size_t rows,
	const char *title, struct kis_err *err)
{
	/* distance in pixels that keeps the chart's frame from being printed on
	 * the previous page */
	enum { OFF_BREAK = 4 };
	int below = sheet_charts_below(s), second = by == TOP_SHARE;
	struct writer_chart c = {
		.chart = chart,
		.title = title,
		.row = below ? s->last + 2 : s->header,
		.col = below ? 0 : column_beside(s),
		.width = below ? width_below(s) : BESIDE_PIXELS,
		.height =
			(unsigned)rows * CHART_BAR_PIXELS + CHART_FRAME_PIXELS,
	};

	c.x = below && second ? c.width + GAP_PIXELS : 0;
	c.y = below ? OFF_BREAK : second ? c.height + GAP_PIXELS : 0;
	return writer_add_chart(s->first, &c, err);
}

static int add_chart(struct sheet *s, enum top_by by,
	const struct chart_data *data, struct kis_err *err)
{
	size_t rows = data->last - data->first + 1;
	char *title = chart_title(s->group, by, rows);
	lxw_chart *chart = draw(s, data);
	int rc = chart ? place(s, by, chart, rows, title, err)
		       : kis_fail(err, KIS_EX_SYSTEM, "out of memory");

	free(title);
	return rc;
}

/* ---- lines of a sheet ---- */

/* A sheet that is written line by line. If a write fails, rc becomes -1 and all
 * later writes are skipped. */
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

static void sheet_link(struct info *in, const struct writer *to)
{
	if (in->rc == 0)
		in->rc = writer_link(
			in->writer, in->row, 0, to, STYLE_NOTE_LINK, in->err);
}

static void section(struct info *in, const char *const *titles, size_t count)
{
	in->row++;
	for (size_t i = 0; i < count; i++)
		text(in, (lxw_col_t)i, titles[i], STYLE_SECTION);
	in->row++;
}

/* Writes `count` lines, each with a label and a text. */
static void write_lines(
	struct info *in, const char *const (*lines)[2], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		text(in, 0, lines[i][0], STYLE_LABEL);
		text(in, 1, lines[i][1], STYLE_NOTE);
		in->row++;
	}
}

/* Returns 1 if the list of at least one ranking may lack stocks. */
static int is_limited(const struct groups *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		if (groups->all[i]->is_ranking && !groups->all[i]->note &&
			group_is_limited(groups->all[i]))
			return 1;
	return 0;
}

static void write_source(struct info *in, const struct groups *groups)
{
	static const char *const ranking[][2] = {
		{"출처", "한국투자증권 KIS Open API · 국내주식 공매도 "
			 "상위종목 [국내주식-133], HTS [0482] 화면"},
		{"TR", "FHPST04820000"},
		{"기준 시점",
			"현재가, 전일대비, 등락률은 조회시각 기준입니다."},
		{"", "거래량, 거래대금, 공매도거래량, 공매도거래대금은 "
		     "기준기간(기준시작일~기준종료일)의 합계이고, "
		     "비중과 공매도평균가는 그 합계로 계산한 값입니다."},
		{"평균가대비", "현재가 ÷ 공매도평균가 − 1. 행이 많으면 앞쪽 "
			       "행(시트당 최대 "
			       "5,000행)만 수식이고 나머지는 값입니다."},
		{"종목코드", "클릭하면 네이버 금융 종목 페이지로 이동합니다. "
			     "20,000행이 넘는 시트에는 종목 링크를 넣지 "
			     "않습니다."},
		{"시장 코드", "0000 전체, 0001 코스피, 1001 코스닥, 2001 "
			      "코스피200, 3003 코스닥150, 4001 KRX100 "
			      "(거래소 지수 코드와 다릅니다)"},
	};
	static const char *const limited[][2] = {
		{"조회 한도", "KIS는 1회 조회에 공매도 거래량 상위 30종목까지 "
			      "제공합니다. "
			      "비중이 더 높은 종목이 빠져 있을 수 있습니다."},
	};
	static const char *const past[][2] = {
		{"출처", "한국투자증권 KIS Open API · 국내주식 공매도 "
			 "일별추이 [국내주식-134]"},
		{"TR", "FHPST04830000"},
		{"수정주가",
			"주가와 거래량은 조회시각까지의 액면분할·병합을 "
			"반영한 값이고, 공매도 항목과 거래대금은 거래 당시의 "
			"값입니다."},
		{"비중", "공매도거래대금비중은 액면분할·병합 전후의 값을 "
			 "그대로 비교할 수 있습니다. 분할·병합 전 행의 "
			 "공매도거래량비중은 맞지 않으며 100%를 넘을 수도 "
			 "있습니다."},
		{"노란 칸", "공매도평균가가 그날 고가보다 20% 넘게 높거나 "
			    "저가보다 20% 넘게 낮은 날입니다. 분할·병합 전의 "
			    "행으로 보입니다."},
		{"평균 비중",
			"그날을 포함한 최근 5·20·40행의 공매도거래대금비중 "
			"평균입니다. 처음 300행은 수식이고 나머지는 "
			"값입니다."},
		{"평균가대비", "종가 ÷ 공매도평균가 − 1"},
		{"공매도 금지", "2023-11-06 ~ 2025-03-30 (회색). 이 기간의 "
				"0은 실제 값입니다."},
		{"당일", "당일 공매도는 저녁에 집계되므로, kis-fetch는 값이 "
			 "0인 당일 행을 제외합니다."},
	};
	static const char *const both[][2] = {
		{"색상", "빨강은 상승(▲)·상한가(↑), 파랑은 하락(▼)·하한가(↓)"},
		{"프로그램", "kis-toxlsx " KIS_VERSION},
	};

	text(in, 0, "정보", STYLE_TITLE);
	in->row += 2;
	if (groups->rankings)
		write_lines(in, ranking, sizeof(ranking) / sizeof(*ranking));
	if (is_limited(groups))
		write_lines(in, limited, sizeof(limited) / sizeof(*limited));
	if (groups->pasts)
		write_lines(in, past, sizeof(past) / sizeof(*past));
	write_lines(in, both, sizeof(both) / sizeof(*both));
}

static void write_sheets(struct info *in, const struct groups *groups)
{
	static const char *const titles[] = {
		"시트", "행 수", "기간", "최초 조회", "최종 조회"};
	char words[GROUP_SPAN];

	section(in, titles, sizeof(titles) / sizeof(*titles));
	for (size_t i = 0; i < groups->count; i++) {
		const struct group *g = groups->all[i];

		sheet_link(in, g->sheet->first);
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

/* Writes a line for each field that the records in the workbook can have,
 * depending on the kinds of these records. */
static void write_columns(struct info *in, const struct groups *groups)
{
	static const char *const titles[] = {"열 이름", "KIS 필드명", "영문명",
		"단위", "기준 시점", "일별추이 기준"};
	static const char *const as_of[] = {
		[KIS_AS_OF_NONE] = "",
		[KIS_AS_OF_QUERY] = "조회시각",
		[KIS_AS_OF_BASE] = "기준기간",
		[KIS_AS_OF_DAY] = "",
	};
	static const char *const bases[] = {
		[KIS_BASIS_NONE] = "",
		[KIS_BASIS_ADJUSTED] = "수정주가",
		[KIS_BASIS_TRADED] = "거래 당시",
		[KIS_BASIS_MIXED] = "혼합",
	};
	unsigned records = (groups->rankings ? KIS_IN_RANKING : 0u) |
			   (groups->pasts ? KIS_IN_DAYS : 0u) |
			   (groups->noted ? KIS_IN_REPORT : 0u);
	size_t count = sizeof(titles) / sizeof(*titles);

	section(in, titles, groups->pasts ? count : count - 1);
	for (size_t i = 0; i < kis_record_count; i++) {
		const struct kis_column *c = &kis_record_columns[i];

		if (!(c->records & records))
			continue;
		text(in, 0, c->ko, STYLE_NOTE);
		text(in, 1, c->key, STYLE_NOTE);
		text(in, 2, c->en, STYLE_NOTE);
		text(in, 3, c->unit, STYLE_NOTE);
		if (groups->rankings)
			text(in, 4, as_of[c->as_of], STYLE_NOTE);
		if (groups->pasts)
			text(in, 5, bases[c->basis], STYLE_NOTE);
		in->row++;
	}
}

/* ---- hidden sheet with the values of the charts ---- */

/* Writes a label such as "삼성전자 (899억)" or "삼성전자 (0.4%)". A name wider
 * than LABEL_COLUMNS is truncated. */
static void write_label(struct info *in, lxw_col_t col, enum top_by by,
	const struct top_row *row)
{
	const char *end = row->name + strlen(row->name), *p = row->name;
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	while (p < end) {
		const char *next = p;

		kis_text_utf8_next(&next, end);
		if (kis_text_width(row->name, (size_t)(next - row->name)) >
			LABEL_COLUMNS)
			break;
		p = next;
	}
	kis_buf_add(&b, row->name, (size_t)(p - row->name));
	kis_buf_add_str(&b, p < end ? "…" : "");
	if (by == TOP_VALUE)
		kis_buf_printf(&b, " (%.0f억)", row->value / WON_OF_EOK);
	else
		kis_buf_printf(&b, " (%.1f%%)", row->value * 100);
	text(in, col, b.data, STYLE_NOTE);
	kis_buf_release(&b);
}

/* Returns 1 if at least one row has a rate, which is the value that a chart
 * shows. A chart without any rate is omitted. */
static int has_rates(const struct top_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!isnan(rows[i].rate))
			return 1;
	return 0;
}

static void write_chart(
	struct info *in, struct sheet *s, enum top_by by, size_t count)
{
	const struct top_row *rows = s->group->top.rows[by];
	struct chart_data data = {.sheet = in->writer->name,
		.first = in->row,
		.last = in->row + (lxw_row_t)count - 1};

	for (size_t i = 0; i < count; i++, in->row++) {
		write_label(in, COL_LABEL, by, &rows[i]);
		if (isnan(rows[i].rate))
			continue;
		number(in, rows[i].rate < 0 ? COL_DOWN : COL_UP, rows[i].rate,
			STYLE_PERCENT);
		data.least = fmin(data.least, rows[i].rate);
		data.most = fmax(data.most, rows[i].rate);
	}
	if (in->rc == 0)
		in->rc = add_chart(s, by, &data, in->err);
}

/* Creates the hidden sheet for the first chart; later charts use the same
 * sheet. Returns 0, or -1 and sets err (71). */
static int open_hidden(struct book *book, struct info *in)
{
	if (in->writer)
		return 0;
	in->writer = book_add_sheet(book, "차트 데이터", in->err);
	if (!in->writer)
		return -1;
	worksheet_hide(in->writer->ws);
	return 0;
}

static int write_charts(
	struct book *book, const struct groups *groups, struct kis_err *err)
{
	struct info in = {.err = err};

	for (size_t i = 0; i < groups->count; i++) {
		struct sheet *s = groups->all[i]->sheet;

		for (int by = 0; by < TOP_COUNT && s->report; by++) {
			size_t count = sheet_chart_rows(s, (enum top_by)by);

			if (count == 0 ||
				!has_rates(s->group->top.rows[by], count))
				continue;
			if (open_hidden(book, &in) < 0)
				return -1;
			write_chart(&in, s, (enum top_by)by, count);
		}
	}
	return in.rc;
}

/* ---- the sheet 정보 ---- */

int info_write(
	struct book *book, const struct groups *groups, struct kis_err *err)
{
	static const unsigned char widths[] = {22, 24, 26, 21, 21, 12};
	struct info in = {.err = err};
	lxw_row_t explained;

	in.writer = book_add_sheet(book, "정보", err);
	if (!in.writer)
		return -1;
	write_source(&in, groups);
	write_columns(&in, groups);
	explained = in.row;
	write_sheets(&in, groups);
	if (in.rc == 0)
		in.rc = writer_page(in.writer, widths, sizeof(widths), 0, err);
	/* If there are many sheets, exclude the list of sheets from the print
	 * area, because 목차 or 요약 already lists them. */
	if (in.rc == 0 && groups->count >= CONTENTS_LEAST)
		in.rc = writer_check(worksheet_print_area(in.writer->ws, 0, 0,
					     explained - 1, sizeof(widths) - 1),
			err);
	return in.rc < 0 ? -1 : write_charts(book, groups, err);
}

/* ---- the table of contents, 목차 ---- */

/* Writes the name and short value of the stock with the largest short value,
 * such as "삼성전자 (899억)". */
static void write_first(struct info *in, const struct group *g)
{
	if (g->top.count[TOP_VALUE] > 0)
		write_label(in, 4, TOP_VALUE, &g->top.rows[TOP_VALUE][0]);
}

int contents_write(
	struct writer *writer, const struct groups *groups, struct kis_err *err)
{
	static const unsigned char widths[] = {30, 26, 18, 44, 30};
	static const char *const titles[] = {
		"시트", "기간", "조회시각", "목록", "공매도 거래대금 1위"};
	/* Omit the last column, the stock with the largest short value, if the
	 * workbook has a kis-archive report, because the sheets of a report are
	 * not comparable in this respect. */
	size_t count = sizeof(titles) / sizeof(*titles) - (groups->noted > 0);
	struct info in = {.err = err, .writer = writer};
	char words[GROUP_SPAN];

	text(&in, 0, "목차", STYLE_TITLE);
	in.row++;
	section(&in, titles, count);
	for (size_t i = 0; i < groups->count; i++, in.row++) {
		const struct group *g = groups->all[i];
		char *list = group_list_text(g);

		sheet_link(&in, g->sheet->first);
		group_days(g, words);
		text(&in, 1, words, STYLE_NOTE);
		group_time(g->time_last, words);
		text(&in, 2, words, STYLE_NOTE);
		text(&in, 3, list, STYLE_NOTE);
		if (groups->noted == 0)
			write_first(&in, g);
		free(list);
	}
	return in.rc < 0 ? -1
			 : writer_page(writer, widths, sizeof(widths), 1, err);
}
