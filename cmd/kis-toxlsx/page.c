#include "page.h"
#include "day.h"
#include "lib/mem.h"
#include "lib/record.h"
#include "lib/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSUS_TITLE "평균가 대비"

enum {
	KIS_LIST_CAP = 30, /* rows of one answer at most (documented) */
	BELOW_ROWS = 60,   /* of a table that has its charts below it */
	REPORT_HEADER = 3, /* title, time line and bands stand above */
};

void page_title_of(
	const struct sheet *s, size_t i, const char **text, size_t *len)
{
	const struct field *f = &s->group->fields[i];

	*text = f->key;
	*len = f->key_len;
	if (f->column == FIELD_VERSUS)
		*text = VERSUS_TITLE;
	else if (f->column >= 0 && !s->settings->plain)
		*text = kis_record_columns[f->column].ko;
	else
		return;
	*len = strlen(*text);
}

lxw_row_t page_last_row(const struct sheet *s)
{
	return s->next - 1;
}

lxw_col_t page_last_col(const struct sheet *s)
{
	return (lxw_col_t)(s->group->count - 1);
}

int page_charts_below(const struct sheet *s)
{
	return s->next - s->header <= BELOW_ROWS;
}

int page_is_capped(const struct group *g)
{
	return g->newest == KIS_LIST_CAP;
}

void page_days(const struct group *g, char out[PAGE_SPAN])
{
	char first[DAY_TEXT], last[DAY_TEXT];

	*out = '\0';
	if (g->day_first == 0)
		return;
	day_text(g->day_first, first);
	day_text(g->day_last, last);
	if (g->day_first == g->day_last)
		snprintf(out, PAGE_SPAN, "%s", first);
	else
		snprintf(out, PAGE_SPAN, "%.10s ~ %.10s", first, last);
}

void page_time(double when, char out[PAGE_SPAN])
{
	*out = '\0';
	if (when > 0)
		day_time_text(when, out);
}

/* 1,336: printf's own separators are the locale's, which is C. */
static void count_text(uint64_t n, char out[PAGE_SPAN])
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

static int write_titles(struct sheet *s, struct kis_err *err)
{
	const struct group *g = s->group;
	const char *title = s->settings->title;
	char days[PAGE_SPAN], time[PAGE_SPAN], count[PAGE_SPAN];
	char *line;
	int rc;

	page_days(g, days);
	page_time(g->time_last, time);
	count_text(g->newest, count);
	line = kis_mem_printf(
		"%s · %s", title ? title : "공매도 상위종목", g->name);
	rc = pad_text(s->pad, 0, 0, line, STYLE_TITLE, err);
	free(line);
	if (rc < 0)
		return -1;
	line = kis_mem_printf("%s%s%s%s%s%s공매도 체결수량 순 %s종목%s",
		*days ? "기준일 " : "", days, *days ? "  |  " : "",
		*time ? "주가는 " : "", time, *time ? " 조회  |  " : "", count,
		page_is_capped(g) ? " (KIS가 한 번에 주는 최대)" : "");
	rc = pad_text(s->pad, 1, 0, line, STYLE_SUBTITLE, err);
	free(line);
	return rc;
}

static enum kis_as_of as_of(const struct field *f)
{
	if (f->column < 0)
		return KIS_AS_OF_NONE;
	return kis_record_columns[f->column].as_of;
}

/* Two kinds of time stand in one row; a band above the header tells which
 * columns are of which. */
static int write_bands(struct sheet *s, struct kis_err *err)
{
	const struct group *g = s->group;
	char days[PAGE_SPAN], time[PAGE_SPAN], text[2 * PAGE_SPAN];
	size_t next;

	page_days(g, days);
	page_time(g->time_last, time);
	for (size_t i = 0; i < g->count; i = next) {
		enum kis_as_of what = as_of(&g->fields[i]);
		int query = what == KIS_AS_OF_QUERY;

		for (next = i + 1; next < g->count; next++)
			if (as_of(&g->fields[next]) != what)
				break;
		if (what == KIS_AS_OF_NONE)
			continue;
		snprintf(text, sizeof(text), "%s %s",
			query ? "조회 시점" : "기준일 합계",
			query ? time : days);
		if (pad_over(s->pad, REPORT_HEADER - 1, (lxw_col_t)i,
			    (lxw_col_t)(next - 1), text,
			    query ? STYLE_OVER_QUERY : STYLE_OVER_BASE,
			    err) < 0)
			return -1;
	}
	return 0;
}

int page_head(struct sheet *s, struct kis_err *err)
{
	lxw_worksheet *ws = s->pad->ws;

	s->header = s->report ? REPORT_HEADER : 0;
	if (s->report) {
		worksheet_set_default_row(ws, 16.5, LXW_FALSE);
		if (pad_check(worksheet_set_row(ws, 0, 27, NULL), err) < 0 ||
			write_titles(s, err) < 0 || write_bands(s, err) < 0)
			return -1;
	}
	if (s->settings->plain)
		return 0;
	return pad_check(worksheet_set_row(ws, s->header, 24, NULL), err);
}
