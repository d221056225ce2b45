#include "cmd/kis-toxlsx/sheet_rows.h"
#include "cmd/kis-toxlsx/cell_date.h"
#include "cmd/kis-toxlsx/record_first.h"
#include "cmd/kis-toxlsx/sheet_head.h"
#include "cmd/kis-toxlsx/sheet_layout.h"

#include <string.h>

/* Only reports have links, so the library's limit is never reached. */
_Static_assert((int)FIRST_RECORDS_MAX < (int)LXW_MAX_NUMBER_URLS,
	"a report may not have more links than a sheet takes");

static int begin_part(struct sheet *s, struct kis_err *err)
{
	s->writer = book_add_sheet(s->book, s->group->name, err);
	if (!s->writer)
		return -1;
	if (!s->first)
		s->first = s->writer;
	return sheet_head(s, err);
}

/* The share's page at Naver Finance knows six characters; an ETN's code has
 * a Q before them. */
static int link_of(const struct cell *code, char url[96])
{
	const char *p = code->text;
	size_t n = code->text_len;

	if (n == 7 && p[0] == 'Q')
		p++, n--;
	if (n != 6)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!(p[i] >= '0' && p[i] <= '9') &&
			!(p[i] >= 'A' && p[i] <= 'Z'))
			return 0;
	snprintf(url, 96, "https://finance.naver.com/item/main.naver?code=%.6s",
		p);
	return 1;
}

static void read_cells(struct sheet *s, const struct keys *keys,
	const struct kis_member *members)
{
	struct group *g = s->group;
	size_t at = SIZE_MAX - 1;

	memset(s->cells, 0, g->count * sizeof(*s->cells));
	for (size_t i = 0; i < keys->count; i++) {
		at = group_field(g, keys, members, i, at);
		cell_of(&members[i], g->fields[at].column, s->settings->plain,
			&s->cells[at]);
	}
}

/* The numbers of the two prices, if the row has them and they divide. */
static int versus(const struct sheet *s, double *value)
{
	int price = s->group->field_of[keys_column(ROLE_PRICE)];
	int average = s->group->field_of[keys_column(ROLE_AVERAGE)];
	const struct cell *p = &s->cells[price], *a = &s->cells[average];

	if (p->type != CELL_NUMBER || a->type != CELL_NUMBER || a->number <= 0)
		return 0;
	*value = p->number / a->number - 1;
	return 1;
}

static enum style versus_style(double value)
{
	return value > 0   ? STYLE_RATE_UP
	       : value < 0 ? STYLE_RATE_DOWN
			   : STYLE_RATE_FLAT;
}

/* In a report the column computes; in long sheets it is the value alone. */
static int write_versus(struct sheet *s, lxw_col_t col, struct kis_err *err)
{
	char price[LXW_MAX_CELL_NAME_LENGTH], average[LXW_MAX_CELL_NAME_LENGTH];
	char formula[2 * LXW_MAX_CELL_NAME_LENGTH + 8];
	const int *of = s->group->field_of;
	double value;

	if (!versus(s, &value))
		return 0;
	if (!s->report)
		return writer_number(s->writer, s->next, col, value,
			versus_style(value), err);
	lxw_rowcol_to_cell(
		price, s->next, (lxw_col_t)of[keys_column(ROLE_PRICE)]);
	lxw_rowcol_to_cell(
		average, s->next, (lxw_col_t)of[keys_column(ROLE_AVERAGE)]);
	snprintf(formula, sizeof(formula), "=%s/%s-1", price, average);
	return writer_formula(s->writer, s->next, col, formula, value,
		versus_style(value), err);
}

static int write_field(struct sheet *s, size_t i, struct kis_err *err)
{
	struct field *f = &s->group->fields[i];
	const struct cell *c = &s->cells[i];
	lxw_col_t col = (lxw_col_t)i;
	char url[96];

	if (f->column == FIELD_VERSUS)
		return write_versus(s, col, err);
	if (c->width > f->width)
		f->width = c->width;
	if (s->report && c->type == CELL_TEXT && c->style == STYLE_CODE &&
		link_of(c, url))
		return writer_link(s->writer, s->next, col, c->text,
			c->text_len, url, err);
	return writer_cell(s->writer, s->next, col, c, err);
}

/* The charts are of the last query's rows. */
static void note_top(struct sheet *s, const struct keys *keys,
	const struct kis_member *members)
{
	const struct group *g = s->group;
	int value = g->field_of[keys_column(ROLE_SHORT_VALUE)];
	int share = g->field_of[keys_column(ROLE_SHORT_SHARE)];
	int name = keys->member[ROLE_NAME];
	int when = keys->member[ROLE_FETCHED];

	if (value < 0 || share < 0 || name < 0 ||
		s->cells[value].type != CELL_NUMBER ||
		s->cells[share].type != CELL_NUMBER)
		return;
	if (when >= 0 && cell_time_parse(members[when].text,
				 members[when].text_len, NULL) != g->time_last)
		return;
	top_add(&s->group->top, members[name].text, members[name].text_len,
		s->cells[value].number, s->cells[share].number);
}

int sheet_rows_add(struct sheet *s, const struct keys *keys,
	const struct kis_member *members, struct kis_err *err)
{
	if (s->writer && s->next == LXW_ROW_MAX && sheet_rows_end(s, err) < 0)
		return -1;
	if (!s->writer && begin_part(s, err) < 0)
		return -1;
	read_cells(s, keys, members);
	for (size_t i = 0; i < s->group->count; i++)
		if (write_field(s, i, err) < 0)
			return -1;
	if (s->report && s->settings->top > 0)
		note_top(s, keys, members);
	s->next++;
	return 0;
}

int sheet_rows_end(struct sheet *s, struct kis_err *err)
{
	int rc = sheet_layout(s, err);

	s->writer = NULL;
	return rc;
}
