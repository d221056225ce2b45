#include "cmd/kis-toxlsx/past.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/sheet.h"
#include "lib/mem.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* First and last day of the ban on short sales in all markets, as YYYYMMDD. */
#define BAN_FIRST "20231106"
#define BAN_LAST  "20250330"

/* An average short price is treated as a price from before a split if it is
 * more than 20% above the day's high or more than 20% below the day's low. */
#define OUTSIDE 0.2

enum {
	CHART_WIDTH = 720,
	CHART_HEIGHT = 288,
	GAP_PIXELS = 8,
	MEAN_ROWS = 20, /* number of rows in each mean of the trend line */
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
	/* Returns 0 if a price is missing: a missing price is NAN, and
	 * comparisons with NAN are false. */
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
	if (r->day > 0 && (p->first_day == 0 || r->day < p->first_day))
		p->first_day = r->day;
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
	return g->day_first <= group_day(BAN_LAST) &&
	       g->day_last >= group_day(BAN_FIRST);
}

char *past_title(const struct group *g)
{
	return kis_mem_printf("%s · " PAST_TITLE, g->name);
}

/* Returns a new text about the newest day, such as "종가 2,410원 · 비중 27.77%
 * · 20일 평균 10.75%", or "" without a closing price; the caller frees it. */
static char *last_text(const struct past *p)
{
	char close[GROUP_SPAN] = "", *ratio, *mean, *text;

	if (p->newest.close >= 0)
		group_number((uint64_t)p->newest.close, close);
	ratio = isfinite(p->newest.ratio) ? kis_mem_printf(" · 비중 %.2f%%",
						    p->newest.ratio * 100)
					  : kis_mem_dup("");
	mean = isfinite(p->newest_mean[1])
		       ? kis_mem_printf(
				 " · 20일 평균 %.2f%%", p->newest_mean[1] * 100)
		       : kis_mem_dup("");
	text = *close ? kis_mem_printf("종가 %s원%s%s", close, ratio, mean)
		      : kis_mem_dup("");
	free(ratio);
	free(mean);
	return text;
}

/* Estimates the number of weekdays from the oldest to the newest day. Counts
 * holidays as weekdays, because this program has no calendar of holidays. */
static long weekdays(const struct past *p)
{
	long days = p->newest.day - p->first_day + 1, rest = days % 7;

	return days / 7 * 5 + (rest < 5 ? rest : 5);
}

/* Returns 1 if days seem to be missing, so that the means cover more days than
 * their titles state. Allows for holidays, which are about 6% of the weekdays
 * and at most 7 in a row. */
static int lacks_days(const struct past *p)
{
	return p->first_day > 0 &&
	       (double)p->rows + 8 < (double)weekdays(p) * 0.92;
}

char *past_line(const struct group *g)
{
	const struct past *p = g->past;
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	char days[GROUP_SPAN], time[GROUP_SPAN], *last = last_text(p);

	group_days(g, days);
	group_time(g->time_last, time);
	kis_buf_printf(&b, "%s  |  %" PRIu64 "%s%s%s", days, g->records,
		p->is_out_of_order ? "행" : "일", *last ? "  |  마지막 " : "",
		last);
	if (*time)
		kis_buf_printf(&b, "  |  조회 %s", time);
	if (lacks_days(p))
		kis_buf_printf(&b,
			"  |  평일 %ld일 중 빠진 날이 있어 평균은 행 기준",
			weekdays(p));
	if (touches_ban(g))
		kis_buf_add_str(
			&b, "  |  회색: 공매도 금지 2023-11-06 ~ 2025-03-30");
	if (p->adjusted)
		kis_buf_printf(&b,
			"  |  노란색 %" PRIu64 "일: 액면분할·병합 전으로 추정",
			p->adjusted);
	if (p->is_out_of_order)
		kis_buf_add_str(&b, "  |  날짜가 중복되거나 순서가 맞지 않아 "
				    "평균은 행 순서 기준");
	free(last);
	return b.data;
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
	snprintf(formula, sizeof(formula), "=AND($A%u>=%ld,$A%u<=%ld)", row,
		cell_date_parse(BAN_FIRST, strlen(BAN_FIRST)), row,
		cell_date_parse(BAN_LAST, strlen(BAN_LAST)));
	return mark(s, 0, 0, formula, STYLE_BAN, err);
}

/* On days before a split, highlights the average short price and price_vs_avg,
 * because the latter compares a price adjusted for the split with an unadjusted
 * average. Returns 0, or -1 and sets err as writer_check() does. */
static int mark_adjusted(struct sheet *s, struct kis_err *err)
{
	const struct group *g = s->group;
	const int *at = g->of_role;
	char average[8], high[8], low[8], formula[160];
	unsigned row = s->header + 2;

	if (g->past->adjusted == 0)
		return 0;
	lxw_col_to_name(average, (lxw_col_t)at[ROLE_AVERAGE], LXW_TRUE);
	lxw_col_to_name(high, (lxw_col_t)at[ROLE_HIGH], LXW_TRUE);
	lxw_col_to_name(low, (lxw_col_t)at[ROLE_LOW], LXW_TRUE);
	snprintf(formula, sizeof(formula),
		"=AND(%s%u>0,%s%u>0,OR(%s%u>%s%u*%g,%s%u<%s%u*%g))", average,
		row, low, row, average, row, high, row, 1 + OUTSIDE, average,
		row, low, row, 1 - OUTSIDE);
	for (size_t i = 0; i < g->count; i++)
		if (((int)i == at[ROLE_AVERAGE] ||
			    g->columns[i].column == FIELD_PRICE_VS_AVG) &&
			mark(s, (lxw_col_t)i, (lxw_col_t)i, formula,
				STYLE_ADJUSTED, err) < 0)
			return -1;
	return 0;
}

/* ---- charts ---- */

static void dress_axes(lxw_chart *chart)
{
	lxw_chart_font small = {
		.name = style_font, .size = 9, .color = STYLE_INK};
	lxw_chart_line faint = {.color = 0xD9D9D9, .width = 0.75F};

	chart_axis_set_num_font(chart->x_axis, &small);
	chart_axis_set_num_font(chart->y_axis, &small);
	chart_axis_set_num_format(chart->x_axis, "yy-mm-dd");
	chart_axis_set_interval_unit(chart->x_axis, 25);
	chart_axis_set_interval_tick(chart->x_axis, 25);
	chart_axis_major_gridlines_set_visible(chart->y_axis, LXW_TRUE);
	chart_axis_major_gridlines_set_line(chart->y_axis, &faint);
}

static lxw_chart_series *add_series(
	struct sheet *s, lxw_chart *chart, enum role role, const char *name)
{
	lxw_row_t first = s->last - s->header > PAST_CHART_ROWS
				  ? s->last - PAST_CHART_ROWS + 1
				  : s->header + 1;
	const int *at = s->group->of_role;
	lxw_chart_series *series =
		chart ? writer_series(chart, s->writer->name, first, s->last,
				(lxw_col_t)at[ROLE_DAY], (lxw_col_t)at[role],
				name)
		      : NULL;

	if (series)
		lxw_private_ignore_cache(series);
	return series;
}

static int insert(struct sheet *s, lxw_chart *chart, int below,
	const char *title, struct kis_err *err)
{
	const struct writer_chart c = {
		.chart = chart,
		.title = title,
		.row = s->header,
		.col = (lxw_col_t)(s->group->count + 1),
		.y = below ? CHART_HEIGHT + GAP_PIXELS : 0,
		.width = CHART_WIDTH,
		.height = CHART_HEIGHT,
	};

	return writer_add_chart(s->writer, &c, err);
}

/* Writes the number of days that a chart shows, such as " (최근 250일)", or ""
 * if the chart shows all days of the sheet. */
static void days_of(const struct sheet *s, char out[48])
{
	*out = '\0';
	if (s->last - s->header > PAST_CHART_ROWS)
		snprintf(out, 48, " (최근 %d일)", PAST_CHART_ROWS);
}

/* Returns the start of the value axis: a round number below all closing prices
 * of the chart, because an axis that starts at 0 would flatten the line.
 * Returns 0 if no two prices differ. */
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
	lxw_chart_series *series = add_series(s, chart, ROLE_CLOSE, "종가");
	char days[48], title[96];

	if (!series)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	days_of(s, days);
	snprintf(title, sizeof(title), "종가 (원)%s", days);
	chart_series_set_line(series, &line);
	dress_axes(chart);
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
		add_series(s, chart, ROLE_SHORT_SHARE, "비중");
	char days[48], title[128];

	if (!series)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	days_of(s, days);
	snprintf(title, sizeof(title), "공매도 거래대금 비중과 20일 평균%s",
		days);
	chart_series_set_fill(series, &fill);
	/* libxlsxwriter 1.1.4 cannot combine bars and a line in one chart, so
	 * a trend line shows the moving mean of MEAN_ROWS rows. */
	if (s->last - s->header > MEAN_ROWS) {
		chart_series_set_trendline(
			series, LXW_CHART_TRENDLINE_TYPE_AVERAGE, MEAN_ROWS);
		chart_series_set_trendline_line(series, &line);
	}
	dress_axes(chart);
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

/* ---- the sheet 요약 ---- */

static const char *const titles[] = {"종목", "종목코드", "마지막 일자",
	"종가 (원)", "공매도거래대금비중 (%)", "5일 평균 비중 (%)",
	"20일 평균 비중 (%)", "40일 평균 비중 (%)", "비중 ÷ 20일 평균",
	"최고 비중 (%)", "최고 비중 일자", "평균가대비 (%)"};
static const unsigned char widths[] = {
	26, 10, 13, 12, 13, 11, 11, 11, 12, 11, 13, 12};

enum {
	SUMMARY_HEADER = 3,
	COLUMNS = sizeof(widths),
	COL_CODE = 1,
	COL_FIRST = 2, /* first column with a figure, counted from 0 */
	COL_TIMES = 8,
};
_Static_assert(sizeof(titles) / sizeof(*titles) == COLUMNS,
	"each title needs a width");

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
		{rounded(last->vs_avg),
			style_by_sign(last->vs_avg, STYLE_RATE_UP)},
	};

	if (writer_link(w, row, 0, g->sheet->first, STYLE_NOTE_LINK, err) < 0 ||
		writer_text(w, row, COL_CODE, g->value[0].text, g->value[0].len,
			STYLE_CODE, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++)
		if (isfinite(cells[i].value) &&
			writer_number(w, row, (lxw_col_t)(COL_FIRST + i),
				cells[i].value, cells[i].style, err) < 0)
			return -1;
	return 0;
}

/* Adds data bars to the column that shows a stock's newest ratio as a multiple
 * of its 20-day mean, so that unusual stocks are easy to see. */
static int add_bar(struct writer *w, lxw_row_t last, struct kis_err *err)
{
	lxw_conditional_format bar = {
		.type = LXW_CONDITIONAL_DATA_BAR,
		.bar_color = STYLE_BAR,
		.data_bar_2010 = LXW_TRUE,
		.bar_solid = LXW_TRUE,
		.bar_no_border = LXW_TRUE,
		.min_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER,
		.min_value = 0,
	};

	return writer_check(
		worksheet_conditional_format_range(w->ws, SUMMARY_HEADER + 1,
			COL_TIMES, last, COL_TIMES, &bar),
		err);
}

static int finish_summary(struct writer *w, lxw_row_t last, struct kis_err *err)
{
	worksheet_freeze_panes(w->ws, SUMMARY_HEADER + 1, 1);
	if (writer_page(w, widths, COLUMNS, 1, err) < 0 ||
		add_bar(w, last, err) < 0 ||
		writer_check(worksheet_repeat_rows(w->ws, 0, SUMMARY_HEADER),
			err) < 0)
		return -1;
	return writer_check(worksheet_autofilter(w->ws, SUMMARY_HEADER, 0, last,
				    COLUMNS - 1),
		err);
}

/* Writes the range of the last dates of all stocks, such as "2026-11-26 ~
 * 2026-11-27". If the range has more than one date, at least one stock is out
 * of date. */
static void last_days(const struct groups *groups, char out[GROUP_SPAN])
{
	struct group span = {0};

	for (size_t i = 0; i < groups->count; i++) {
		uint64_t day =
			groups->all[i]->past ? groups->all[i]->day_last : 0;

		if (day && (!span.day_first || day < span.day_first))
			span.day_first = day;
		if (day > span.day_last)
			span.day_last = day;
	}
	group_days(&span, out);
}

static int write_lines(struct writer *w, const struct groups *groups,
	const char *title, struct kis_err *err)
{
	char days[GROUP_SPAN], *line;
	int rc;

	last_days(groups, days);
	line = kis_mem_printf("%s · 요약", title ? title : PAST_TITLE);
	rc = writer_text(w, 0, 0, line, strlen(line), STYLE_TITLE, err);
	free(line);
	line = kis_mem_printf(
		"%zu종목, 마지막 일자 %s  |  비중은 공매도거래대금 "
		"÷ 거래대금, 평균은 마지막 일자를 포함한 "
		"5·20·40행의 평균",
		groups->pasts, days);
	if (rc == 0)
		rc = writer_text(
			w, 1, 0, line, strlen(line), STYLE_SUBTITLE, err);
	free(line);
	return rc;
}

int past_summary(struct writer *w, const struct groups *groups,
	const char *title, struct kis_err *err)
{
	lxw_row_t row = SUMMARY_HEADER;

	if (write_lines(w, groups, title, err) < 0 ||
		writer_check(worksheet_set_row(w->ws, row, 40.5, NULL), err) <
			0)
		return -1;
	for (int i = 0; i < COLUMNS; i++)
		if (writer_text(w, row, (lxw_col_t)i, titles[i],
			    strlen(titles[i]), STYLE_HEADER, err) < 0)
			return -1;
	for (size_t i = 0; i < groups->count; i++)
		if (groups->all[i]->past &&
			add_stock(w, ++row, groups->all[i], err) < 0)
			return -1;
	return finish_summary(w, row, err);
}
