#include "cmd/kis-toxlsx/sheet.h"
#include "lib/mem.h"
#include "lib/record.h"

#include <stdlib.h>
#include <string.h>

#define VERSUS_TITLE "평균가 대비"

enum { BELOW_ROWS = 60 }; /* of a table that has its charts below it */

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
}

void sheet_release(struct sheet *s)
{
	free(s->cells);
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
	return s->next - s->header <= BELOW_ROWS;
}
