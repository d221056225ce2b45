#include "cmd/kis-toxlsx/sheet.h"
#include "lib/mem.h"
#include "lib/record.h"

#include <stdlib.h>
#include <string.h>

#define VERSUS_TITLE "평균가 대비"

/* Rows of a table that has its charts below it: with 10 bars both take a page
 * of A4 that is as wide as the table, so nothing is made smaller to fit. */
enum { BELOW_ROWS = 40 };

/* A cell that is the same in all rows. */
static void set_same(struct sheet *s, enum role role,
	const struct group_value *v, char **copy)
{
	struct group *g = s->group;
	int column = keys_column(role);
	struct kis_member m = {
		.text = v->text ? v->text : "", .text_len = v->len};
	struct cell *cell;

	if (!g->ours || g->field_of[column] < 0)
		return;
	g->fields[g->field_of[column]].same = 1;
	cell = &s->cells[g->field_of[column]];
	cell_of(&m, column, s->settings->plain, cell);
	if (cell->type != CELL_TEXT)
		return;
	*copy = kis_mem_new(cell->text_len + KIS_NDJSON_SLACK, 1);
	memcpy(*copy, cell->text, cell->text_len);
	cell->text = *copy;
}

void sheet_init(struct sheet *s, struct book *book, struct group *g,
	const struct settings *settings)
{
	memset(s, 0, sizeof(*s));
	group_freeze(g, settings->plain);
	s->book = book;
	s->settings = settings;
	s->group = g;
	s->report = g->ours && !settings->plain && !book->streaming;
	s->cells = kis_mem_new(g->count, sizeof(*s->cells));
	set_same(s, ROLE_MARKET, &g->value[0], &s->same[0]);
	set_same(s, ROLE_PERIOD, &g->value[1], &s->same[1]);
}

void sheet_release(struct sheet *s)
{
	free(s->cells);
	free(s->same[0]);
	free(s->same[1]);
	for (size_t i = 0; i < s->parts; i++)
		row_stream_free(s->streams[i]);
	free(s->streams);
	memset(s, 0, sizeof(*s));
}

void sheet_title_of(
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

lxw_row_t sheet_last_row(const struct sheet *s)
{
	return s->next - 1;
}

lxw_col_t sheet_last_col(const struct sheet *s)
{
	return (lxw_col_t)(s->group->count - 1);
}

int sheet_charts_below(const struct sheet *s)
{
	return sheet_last_row(s) - s->header <= BELOW_ROWS;
}
