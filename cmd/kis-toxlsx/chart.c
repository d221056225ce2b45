#include "cmd/kis-toxlsx/chart.h"
#include "cmd/kis-toxlsx/sheet_head.h"

#include <stdio.h>

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

void chart_title(
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
	lxw_row_t row = below ? s->next + 1 : s->header;
	lxw_col_t col = below ? 0 : column_beside(s);

	if (below && by == TOP_SHARE)
		options.x_offset = (int32_t)(width + GAP_PIXELS);
	if (!below && by == TOP_SHARE)
		options.y_offset = (int32_t)(height + GAP_PIXELS);
	return writer_check(worksheet_insert_chart_opt(
				    s->first->ws, row, col, chart, &options),
		err);
}

int chart_add(struct sheet *s, enum top_by by, const struct chart_data *data,
	struct kis_err *err)
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
