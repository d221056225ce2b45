#include "cmd/kis-toxlsx/sheet_print.h"
#include "cmd/kis-toxlsx/name.h"

#include <string.h>

#define PAGE_SIZE "&8" /* the command for the size of the text */
#define PAGE_FONT "&\"" STYLE_FONT "\"" PAGE_SIZE " "

enum {
	PAPER_A4 = 9,
	/* of 254 that a header holds, commands counted, some 60 are ours and
	 * two texts of the input share the rest */
	PAGE_TEXT_UNITS = 60,
	PAGE_TEXT_MARKUP = 30,
};

/* In a header or footer & begins a command, and && is the character. The
 * library sees &G, a picture, in &&G all the same, and in &&[Picture] too: the
 * size of the text, said again, parts them. */
static void add_page_text(struct kis_buf *b, const char *text)
{
	struct kis_buf cut = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	size_t room = PAGE_TEXT_MARKUP;

	kis_buf_add(&cut, "", 0);
	name_add(&cut, text, PAGE_TEXT_UNITS);
	for (const char *p = cut.data; *p; p++) {
		const char *more = *p != '&'                    ? ""
				   : p[1] == 'G' || p[1] == '[' ? "&" PAGE_SIZE
								: "&";

		if (strlen(more) > room)
			break;
		room -= strlen(more);
		kis_buf_add(b, p, 1);
		kis_buf_add_str(b, more);
	}
	kis_buf_release(&cut);
}

static int set_captions(struct sheet *s, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	const char *title = s->settings->title;
	char days[GROUP_SPAN], time[GROUP_SPAN];
	int rc;

	group_days(s->group, days);
	group_time(s->group->time_last, time);
	if (s->group->ours) {
		kis_buf_add_str(&b, "&L" PAGE_FONT);
		add_page_text(&b, title ? title : "국내주식 공매도 상위종목");
		kis_buf_add_str(&b, " · ");
	} else {
		kis_buf_add_str(&b, "&L" PAGE_FONT);
	}
	add_page_text(&b, s->group->name);
	kis_buf_printf(&b, "&R" PAGE_FONT "%s%s", *days ? "기준일 " : "", days);
	rc = writer_check(worksheet_set_header(s->writer->ws, b.data), err);
	kis_buf_reset(&b);
	kis_buf_printf(&b,
		"&L" PAGE_FONT "%s&C" PAGE_FONT "&P / &N 쪽&R" PAGE_FONT "%s%s",
		s->group->ours ? "자료: 한국투자증권 KIS Open API" : "",
		*time ? "조회 " : "", time);
	if (rc == 0)
		rc = writer_check(
			worksheet_set_footer(s->writer->ws, b.data), err);
	kis_buf_release(&b);
	return rc;
}

int sheet_print(struct sheet *s, struct kis_err *err)
{
	lxw_worksheet *ws = s->writer->ws;
	int one_page = s->report && sheet_charts_below(s);

	worksheet_set_landscape(ws);
	worksheet_set_paper(ws, PAPER_A4);
	worksheet_set_margins(ws, 0.4, 0.4, 0.6, 0.6);
	worksheet_center_horizontally(ws);
	/* a page's end would cut through the charts */
	worksheet_fit_to_pages(ws, 1, one_page ? 1 : 0);
	if (set_captions(s, err) < 0)
		return -1;
	/* beside the table they would make it too small to read on paper */
	if (s->report && !one_page &&
		writer_check(worksheet_print_area(ws, 0, 0, sheet_last_row(s),
				     sheet_last_col(s)),
			err) < 0)
		return -1;
	return writer_check(worksheet_repeat_rows(ws, 0, s->header), err);
}
