#include "cmd/kis-toxlsx/sheet_head.h"
#include "lib/mem.h"
#include "lib/record.h"
#include "lib/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	REPORT_HEADER = 3, /* title, time line and bands stand above */
};

/* 1,336: printf's own separators are the locale's, which is C. */
static void count_text(uint64_t n, char out[GROUP_SPAN])
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	char *to = out;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
}

/* What the rows are: their base dates, when they were asked for, how many. */
static char *time_line(const struct group *g)
{
	int one = group_is_one_list(g);
	char days[GROUP_SPAN], time[GROUP_SPAN], count[GROUP_SPAN];

	group_days(g, days);
	group_time(g->time_last, time);
	count_text(g->records, count);
	if (!one)
		return kis_mem_printf("%s%s%s주가는 각 행의 조회 시점  |  "
				      "여러 번 조회한 %s행",
			*days ? "기준일 " : "", days, *days ? "  |  " : "",
			count);
	return kis_mem_printf("%s%s%s%s%s%s공매도 체결수량 순 %s종목%s",
		*days ? "기준일 " : "", days, *days ? "  |  " : "",
		*time ? "주가는 " : "", time, *time ? " 조회  |  " : "", count,
		group_is_capped(g) ? " (KIS가 한 번에 주는 최대)" : "");
}

static int write_line(struct sheet *s, lxw_row_t row, char *line,
	enum style style, struct kis_err *err)
{
	int rc = writer_text(s->writer, row, 0, line, style, err);

	free(line);
	return rc;
}

static int write_titles(struct sheet *s, struct kis_err *err)
{
	const char *title = s->settings->title;
	char *line = kis_mem_printf(
		"%s · %s", title ? title : "공매도 상위종목", s->group->name);

	if (write_line(s, 0, line, STYLE_TITLE, err) < 0)
		return -1;
	return write_line(s, 1, time_line(s->group), STYLE_SUBTITLE, err);
}

static enum kis_as_of as_of(const struct field *f)
{
	if (f->column < 0)
		return KIS_AS_OF_NONE;
	return kis_record_columns[f->column].as_of;
}

static void band_text(const struct group *g, int query, char *out, size_t size)
{
	char time[GROUP_SPAN];

	if (query)
		group_time(g->time_last, time);
	else
		group_days(g, time);
	if (!group_is_one_list(g))
		snprintf(time, sizeof(time), "(행마다)");
	snprintf(out, size, "%s %s", query ? "조회 시점" : "기준일 합계", time);
}

/* Two kinds of time stand in one row; a band above the header tells which
 * columns are of which. */
static int write_bands(struct sheet *s, struct kis_err *err)
{
	const struct group *g = s->group;
	char text[2 * GROUP_SPAN];
	size_t next;

	for (size_t i = 0; i < g->count; i = next) {
		enum kis_as_of what = as_of(&g->fields[i]);
		int query = what == KIS_AS_OF_QUERY;

		for (next = i + 1; next < g->count; next++)
			if (as_of(&g->fields[next]) != what)
				break;
		if (what == KIS_AS_OF_NONE)
			continue;
		band_text(g, query, text, sizeof(text));
		if (writer_over(s->writer, REPORT_HEADER - 1, (lxw_col_t)i,
			    (lxw_col_t)(next - 1), text,
			    query ? STYLE_OVER_QUERY : STYLE_OVER_BASE,
			    err) < 0)
			return -1;
	}
	return 0;
}

/* A header is two lines at most; the widest word of ours decides nothing,
 * since Hangul breaks anywhere. */
static int write_header(struct sheet *s, struct kis_err *err)
{
	for (size_t i = 0; i < s->group->count; i++) {
		struct cell c = {.type = CELL_TEXT, .style = STYLE_HEADER};
		lxw_col_t col = (lxw_col_t)i;
		int rc;

		sheet_title_of(s, i, &c.text, &c.text_len);
		/* a member's name may be empty; its header is there */
		rc = c.text_len
			     ? writer_cell(s->writer, s->header, col, &c, err)
			     : writer_blank(
				       s->writer, s->header, col, c.style, err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int sheet_head(struct sheet *s, struct kis_err *err)
{
	lxw_worksheet *ws = s->writer->ws;

	s->header = s->report ? REPORT_HEADER : 0;
	if (s->report) {
		worksheet_set_default_row(ws, 16.5, LXW_FALSE);
		if (writer_check(worksheet_set_row(ws, 0, 27, NULL), err) < 0 ||
			write_titles(s, err) < 0 || write_bands(s, err) < 0)
			return -1;
	}
	if (!s->settings->plain &&
		writer_check(worksheet_set_row(ws, s->header, 24, NULL), err) <
			0)
		return -1;
	s->next = s->header + 1;
	return write_header(s, err);
}
