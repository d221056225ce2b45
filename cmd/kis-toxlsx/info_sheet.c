#include "cmd/kis-toxlsx/info_sheet.h"
#include "cmd/kis-toxlsx/chart.h"
#include "cmd/kis-toxlsx/sheet_head.h"
#include "lib/market.h"
#include "lib/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WON_OF_EOK 1e8 /* 억: the unit in which people say such sums */

/* Where the next line goes, and whether one before failed. */
struct info_sheet {
	struct writer *writer;
	lxw_row_t row;
	struct kis_err *err;
	int rc;
};

static void text(struct info_sheet *in, lxw_col_t col, const char *words,
	enum style style)
{
	if (in->rc == 0)
		in->rc = writer_text(
			in->writer, in->row, col, words, style, in->err);
}

static void number(
	struct info_sheet *in, lxw_col_t col, double value, enum style style)
{
	if (in->rc == 0)
		in->rc = writer_number(
			in->writer, in->row, col, value, style, in->err);
}

static void section(
	struct info_sheet *in, const char *const *titles, size_t count)
{
	in->row++;
	for (size_t i = 0; i < count; i++)
		text(in, (lxw_col_t)i, titles[i], STYLE_SECTION);
	in->row++;
}

static void write_source(struct info_sheet *in, int linked)
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
		{"평균가 대비", "현재가 ÷ 평균가격(공매도 평균 체결가) − 1"},
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
	text(in, 0, "종목코드", STYLE_LABEL);
	text(in, 1,
		linked ? "누르면 네이버 금융의 종목 화면이 열립니다."
		       : "긴 자료에는 네이버 금융 연결이 없습니다.",
		STYLE_NOTE);
	in->row++;
	text(in, 0, "프로그램", STYLE_LABEL);
	text(in, 1, "kis-toxlsx " KIS_VERSION, STYLE_NOTE);
	in->row++;
}

static void write_sheets(struct info_sheet *in, const struct groups *groups)
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

static void write_columns(struct info_sheet *in)
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
	struct info_sheet *in, struct group *g, enum top_by by, size_t rows)
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
	top_sort(&g->top, by);
	for (size_t i = 0; i < rows; i++) {
		const struct top_row *row = top_at(&g->top, i);
		double value = row->value[by];

		text(in, 0, row->name, STYLE_NOTE);
		number(in, 1, by == TOP_VALUE ? value / WON_OF_EOK : value,
			by == TOP_VALUE ? STYLE_TENTH : STYLE_PERCENT);
		in->row++;
	}
	if (in->rc == 0)
		in->rc = chart_add(g->sheet, by, &data, in->err);
}

static void write_charts(
	struct info_sheet *in, const struct groups *groups, long top)
{
	for (size_t i = 0; i < groups->count; i++) {
		struct group *g = groups->all[i];
		size_t rows = g->top.count;

		if (rows > (size_t)top)
			rows = (size_t)top;
		if (rows == 0)
			continue;
		write_chart(in, g, TOP_VALUE, rows);
		write_chart(in, g, TOP_SHARE, rows);
	}
}

static void set_columns(struct info_sheet *in)
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

int info_sheet_write(struct book *book, const struct groups *groups,
	const struct settings *settings, struct kis_err *err)
{
	struct info_sheet in = {.err = err};
	lxw_worksheet *ws;

	in.writer = book_add_sheet(book, "정보", err);
	if (!in.writer)
		return -1;
	ws = in.writer->ws;
	write_source(&in, !book->streaming);
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
