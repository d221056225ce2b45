#include "cmd/kis-toxlsx/past.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/sheet.h"
#include "lib/mem.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The ban on short sales, the whole market (kis-daily.md, 3.4), and the same
 * days as Excel counts. */
#define BAN      "2023-11-06 ~ 2025-03-30"
#define BAN_COND "AND($A%u>=45236,$A%u<=45746)"
enum { BAN_FIRST = 45236, BAN_LAST = 45746 };

/* An average short price this far outside the day's low and high is of another
 * number of shares. */
#define OUTSIDE 0.2

enum {
	CHART_WIDTH = 720,
	CHART_HEIGHT = 288,
	DEFAULT_WIDTH = 480, /* the library's, which scales work on */
	DEFAULT_HEIGHT = 288,
	GAP_PIXELS = 8,
	MEAN_ROWS = 20, /* of the line in the chart */
};

const unsigned past_spans[PAST_MEANS] = {5, 20, 40};

static double mean_of(const struct past *p, unsigned span)
{
	double sum = 0;

	if (p->rows < span)
		return NAN;
	for (unsigned i = 1; i <= span; i++)
		sum += p->ratios[(p->rows - i) % PAST_SPAN_MAX];
	return sum / span;
}

static int is_adjusted(const struct past_row *r)
{
	/* comparisons with NaN are false */
	return r->average > 0 && r->low > 0 &&
	       (r->average > r->high * (1 + OUTSIDE) ||
		       r->average < r->low * (1 - OUTSIDE));
}

void past_add(struct past *p, const struct past_row *r)
{
	p->closes[p->rows % PAST_CHART_ROWS] = r->close;
	p->ratios[p->rows++ % PAST_SPAN_MAX] = r->ratio;
	for (int i = 0; i < PAST_MEANS; i++)
		p->mean[i] = mean_of(p, past_spans[i]);
	p->is_out_of_order |= r->day <= p->newest.day;
	if (r->day >= p->newest.day) {
		p->newest = *r;
		memcpy(p->newest_mean, p->mean, sizeof(p->mean));
	}
	p->adjusted += (uint64_t)is_adjusted(r);
	if (isfinite(r->ratio) &&
		(r->ratio > p->highest || p->highest_day == 0)) {
		p->highest = r->ratio;
		p->highest_day = r->day;
	}
}

static int touches_ban(const struct group *g)
{
	return g->day_first <= group_day("20250330") &&
	       g->day_last >= group_day("20231106");
}

char *past_title(const struct group *g)
{
	return kis_mem_printf("%s · 일별 공매도", g->name);
}

char *past_line(const struct group *g)
{
	char days[GROUP_SPAN], time[GROUP_SPAN], adjusted[96] = "";

	group_days(g, days);
	group_time(g->time_last, time);
	if (g->past->adjusted)
		snprintf(adjusted, sizeof(adjusted),
			"  |  노란 공매도평균가 %" PRIu64
			"일: 액면분할·병합 전",
			g->past->adjusted);
	return kis_mem_printf("%s  |  %" PRIu64 "%s%s%s%s%s%s", days,
		g->records, g->past->is_out_of_order ? "행" : "일",
		*time ? "  |  조회 " : "", time,
		touches_ban(g) ? "  |  회색: 공매도 금지 " BAN : "", adjusted,
		g->past->is_out_of_order ? "  |  날짜가 겹치거나 순서대로가 "
					   "아니어서 평균은 행 순서 기준"
					 : "");
}

static int mark(struct sheet *s, lxw_col_t first, lxw_col_t last, char *formula,
	enum style style, struct kis_err *err)
{
	lxw_conditional_format rule = {
		.type = LXW_CONDITIONAL_TYPE_FORMULA,
		.value_string = formula,
		.format = s->writer->styles->of[style],
	};

	return writer_check(worksheet_conditional_format_range(s->writer->ws,
				    s->header + 1, first, s->last, last, &rule),
		err);
}

static int mark_ban(struct sheet *s, struct kis_err *err)
{
	char formula[96];
	unsigned row = s->header + 2;

	if (!touches_ban(s->group) || s->group->of_role[ROLE_DAY] != 0)
		return 0;
	snprintf(formula, sizeof(formula), "=" BAN_COND, row, row);
	return mark(s, 0, 0, formula, STYLE_BAN, err);
}

static int mark_adjusted(struct sheet *s, struct kis_err *err)
{
	const int *at = s->group->of_role;
	char average[8], high[8], low[8], formula[160];
	unsigned row = s->header + 2;

	if (s->group->past->adjusted == 0)
		return 0;
	lxw_col_to_name(average, (lxw_col_t)at[ROLE_AVERAGE], LXW_TRUE);
	lxw_col_to_name(high, (lxw_col_t)at[ROLE_HIGH], LXW_TRUE);
	lxw_col_to_name(low, (lxw_col_t)at[ROLE_LOW], LXW_TRUE);
	snprintf(formula, sizeof(formula),
		"=AND(%s%u>0,%s%u>0,OR(%s%u>%s%u*1.2,%s%u<%s%u*0.8))", average,
		row, low, row, average, row, high, row, average, row, low, row);
	return mark(s, (lxw_col_t)at[ROLE_AVERAGE], (lxw_col_t)at[ROLE_AVERAGE],
		formula, STYLE_ADJUSTED, err);
}

/* ---- charts ---- */

static void dress_chart(lxw_chart *chart, const char *title)
{
	lxw_chart_font font = {.name = style_font,
		.size = 11,
		.bold = LXW_TRUE,
		.color = STYLE_NAVY};
	lxw_chart_font small = {
		.name = style_font, .size = 9, .color = STYLE_INK};
	lxw_chart_line faint = {.color = 0xD9D9D9, .width = 0.75F};

	chart_title_set_name(chart, title);
	chart_title_set_name_font(chart, &font);
	chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
	chart_axis_set_num_font(chart->x_axis, &small);
	chart_axis_set_num_font(chart->y_axis, &small);
	chart_axis_set_num_format(chart->x_axis, "yy-mm-dd");
	/* days without trade have no place on the axis */
	chart_axis_set_interval_unit(chart->x_axis, 25);
	chart_axis_set_interval_tick(chart->x_axis, 25);
	chart_axis_major_gridlines_set_visible(chart->y_axis, LXW_TRUE);
	chart_axis_major_gridlines_set_line(chart->y_axis, &faint);
	chart_chartarea_set_line(chart, &faint);
}

static lxw_chart_series *add_series(
	struct sheet *s, lxw_chart *chart, lxw_col_t col, const char *name)
{
	lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
	lxw_row_t first = s->last - s->header > PAST_CHART_ROWS
				  ? s->last - PAST_CHART_ROWS + 1
				  : s->header + 1;
	lxw_col_t day = (lxw_col_t)s->group->of_role[ROLE_DAY];

	if (!series)
		return NULL;
	chart_series_set_categories(
		series, s->writer->name, first, day, s->last, day);
	chart_series_set_values(
		series, s->writer->name, first, col, s->last, col);
	chart_series_set_name(series, name);
	lxw_private_ignore_cache(series);
	return series;
}

static int insert(struct sheet *s, lxw_chart *chart, int below,
	const char *title, struct kis_err *err)
{
	char *words = kis_mem_dup(title);
	lxw_chart_options options = {
		.x_scale = (double)CHART_WIDTH / DEFAULT_WIDTH,
		.y_scale = (double)CHART_HEIGHT / DEFAULT_HEIGHT,
		.y_offset = below ? CHART_HEIGHT + GAP_PIXELS : 0,
		.object_position = LXW_OBJECT_MOVE_DONT_SIZE,
		.description = words,
	};
	int rc = writer_check(
		worksheet_insert_chart_opt(s->writer->ws, s->header,
			(lxw_col_t)(s->group->count + 1), chart, &options),
		err);

	free(words);
	return rc;
}

/* Of how many of the last days, where these are not all. */
static void days_of(const struct sheet *s, char out[48])
{
	*out = '\0';
	if (s->last - s->header > PAST_CHART_ROWS)
		snprintf(out, 48, " (최근 %d일)", PAST_CHART_ROWS);
}

/* A round number below all prices of the chart: a line that begins at 0 shows
 * no movement. */
static double axis_start(const struct past *p)
{
	size_t count =
		p->rows < PAST_CHART_ROWS ? (size_t)p->rows : PAST_CHART_ROWS;
	double low = INFINITY, high = 0, step;

	for (size_t i = 0; i < count; i++) {
		low = fmin(low, p->closes[i]);
		high = fmax(high, p->closes[i]);
	}
	if (!(high > low))
		return 0;
	step = pow(10, floor(log10(high - low)));
	return fmax(0, (floor(low / step) - 1) * step);
}

static int add_close(struct sheet *s, struct kis_err *err)
{
	lxw_chart *chart = workbook_add_chart(s->book->wb, LXW_CHART_LINE);
	lxw_chart_line line = {.color = STYLE_NAVY, .width = 1.5F};
	lxw_chart_series *series =
		chart ? add_series(s, chart,
				(lxw_col_t)s->group->of_role[ROLE_CLOSE],
				"종가")
		      : NULL;
	char days[48], title[96];

	if (!series)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	days_of(s, days);
	snprintf(title, sizeof(title), "종가 (원)%s", days);
	chart_series_set_line(series, &line);
	dress_chart(chart, title);
	chart_axis_set_num_format(chart->y_axis, "#,##0");
	chart_axis_set_min(chart->y_axis, axis_start(s->group->past));
	return insert(s, chart, 0, title, err);
}

static int add_ratio(struct sheet *s, struct kis_err *err)
{
	lxw_chart *chart = workbook_add_chart(s->book->wb, LXW_CHART_COLUMN);
	lxw_chart_fill fill = {.color = STYLE_BAR};
	lxw_chart_line line = {.color = STYLE_UP, .width = 1.75F};
	lxw_chart_series *series =
		chart ? add_series(s, chart,
				(lxw_col_t)s->group->of_role[ROLE_SHORT_SHARE],
				"비중")
		      : NULL;
	char days[48], title[128];

	if (!series)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	days_of(s, days);
	snprintf(title, sizeof(title), "공매도 거래대금 비중과 20일 평균%s",
		days);
	chart_series_set_fill(series, &fill);
	/* the library (1.1.4) has no charts of columns and lines together; this
	 * line is the mean of so many columns */
	if (s->last - s->header > MEAN_ROWS) {
		chart_series_set_trendline(
			series, LXW_CHART_TRENDLINE_TYPE_AVERAGE, MEAN_ROWS);
		chart_series_set_trendline_line(series, &line);
	}
	dress_chart(chart, title);
	chart_axis_set_min(chart->y_axis, 0);
	chart_axis_set_num_format(chart->y_axis, "0%");
	chart_set_series_gap(chart, 20);
	return insert(s, chart, 1, title, err);
}

int past_dress(struct sheet *s, struct kis_err *err)
{
	const int *at = s->group->of_role;

	if (mark_ban(s, err) < 0 || mark_adjusted(s, err) < 0)
		return -1;
	if (s->settings->top == 0 || s->last - s->header < 2)
		return 0;
	if (at[ROLE_CLOSE] >= 0 && add_close(s, err) < 0)
		return -1;
	return at[ROLE_SHORT_SHARE] >= 0 ? add_ratio(s, err) : 0;
}

/* ---- 요약 ---- */

static const struct {
	const char *title;
	unsigned char width;
} columns[] = {
	{"종목", 26},
	{"마지막 일자", 13},
	{"종가 (원)", 12},
	{"공매도거래대금비중 (%)", 13},
	{"5일 평균 비중 (%)", 11},
	{"20일 평균 비중 (%)", 11},
	{"40일 평균 비중 (%)", 11},
	{"비중 ÷ 20일 평균", 11},
	{"최고 비중 (%)", 11},
	{"최고 비중 일자", 13},
	{"평균가대비 (%)", 12},
};

enum { SUMMARY_HEADER = 3, COLUMNS = sizeof(columns) / sizeof(*columns) };

static int number(struct writer *w, lxw_row_t row, lxw_col_t col, double value,
	enum style style, struct kis_err *err)
{
	return isfinite(value) ? writer_number(w, row, col, value, style, err)
			       : 0;
}

static double rounded(double value)
{
	return round(value * 1e6) / 1e6;
}

static int add_stock(struct writer *w, lxw_row_t row, const struct group *g,
	struct kis_err *err)
{
	const struct past *p = g->past;
	const struct past_row *last = &p->newest;
	const double *mean = p->newest_mean;
	const struct {
		double value;
		enum style style;
	} cells[] = {
		{last->day ? (double)last->day : NAN, STYLE_DATE},
		{last->close, STYLE_WHOLE},
		{last->ratio, STYLE_PERCENT},
		{rounded(mean[0]), STYLE_PERCENT},
		{rounded(mean[1]), STYLE_PERCENT},
		{rounded(mean[2]), STYLE_PERCENT},
		{mean[1] > 0 ? rounded(last->ratio / mean[1]) : NAN,
			STYLE_TIMES},
		{p->highest_day ? p->highest : NAN, STYLE_PERCENT},
		{p->highest_day ? (double)p->highest_day : NAN, STYLE_DATE},
		{rounded(last->vs_avg), last->vs_avg > 0   ? STYLE_RATE_UP
					: last->vs_avg < 0 ? STYLE_RATE_DOWN
							   : STYLE_RATE_FLAT},
	};

	if (writer_link(w, row, 0, g->sheet->first, STYLE_NOTE_LINK, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++)
		if (number(w, row, (lxw_col_t)(i + 1), cells[i].value,
			    cells[i].style, err) < 0)
			return -1;
	return 0;
}

static int summary_page(struct writer *w, lxw_row_t last, struct kis_err *err)
{
	for (int i = 0; i < COLUMNS; i++)
		if (writer_check(worksheet_set_column(
					 w->ws, i, i, columns[i].width, NULL),
			    err) < 0)
			return -1;
	worksheet_freeze_panes(w->ws, SUMMARY_HEADER + 1, 1);
	worksheet_gridlines(w->ws, LXW_HIDE_ALL_GRIDLINES);
	worksheet_set_landscape(w->ws);
	worksheet_set_paper(w->ws, 9);
	worksheet_fit_to_pages(w->ws, 1, 0);
	if (writer_check(worksheet_repeat_rows(w->ws, 0, SUMMARY_HEADER), err) <
		0)
		return -1;
	return writer_check(worksheet_autofilter(w->ws, SUMMARY_HEADER, 0, last,
				    COLUMNS - 1),
		err);
}

int past_summary(struct writer *w, const struct groups *groups,
	const char *wanted, struct kis_err *err)
{
	char *title =
		kis_mem_printf("요약 · %s", wanted ? wanted : "일별 공매도");
	static const char line[] =
		"비중은 공매도거래대금 ÷ 거래대금, 평균은 "
		"마지막 일자까지 5·20·40행의 평균, 평균가대비는 "
		"종가 ÷ 공매도평균가 − 1";
	lxw_row_t row = SUMMARY_HEADER;

	int rc = writer_text(w, 0, 0, title, strlen(title), STYLE_TITLE, err);

	free(title);
	if (rc < 0 ||
		writer_text(w, 1, 0, line, sizeof(line) - 1, STYLE_SUBTITLE,
			err) < 0 ||
		writer_check(
			worksheet_set_row(w->ws, SUMMARY_HEADER, 40.5, NULL),
			err) < 0)
		return -1;
	for (int i = 0; i < COLUMNS; i++)
		if (writer_text(w, row, (lxw_col_t)i, columns[i].title,
			    strlen(columns[i].title), STYLE_HEADER, err) < 0)
			return -1;
	for (size_t i = 0; i < groups->count; i++)
		if (groups->all[i]->past &&
			add_stock(w, ++row, groups->all[i], err) < 0)
			return -1;
	return summary_page(w, row, err);
}
