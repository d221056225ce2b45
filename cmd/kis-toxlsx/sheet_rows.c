#include "cmd/kis-toxlsx/sheet_rows.h"
#include "cmd/kis-toxlsx/cell_date.h"
#include "cmd/kis-toxlsx/lxw_private.h"
#include "cmd/kis-toxlsx/record_first.h"
#include "cmd/kis-toxlsx/sheet_head.h"
#include "cmd/kis-toxlsx/sheet_layout.h"
#include "lib/mem.h"

#include <string.h>

/* Only reports have links, so the library's limit is never reached. */
_Static_assert((int)FIRST_RECORDS_MAX < (int)LXW_MAX_NUMBER_URLS,
	"a report may not have more links than a sheet takes");

/* Begins a part in the library's workbook. */
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

/* Other keys may leave other cells empty. */
static void empty_cells(struct sheet *s, const struct keys *keys)
{
	for (size_t i = 0; i < s->group->count; i++)
		if (!s->group->fields[i].same)
			s->cells[i].type = CELL_EMPTY;
	s->keys = keys->serial;
}

static void read_cells(struct sheet *s, const struct keys *keys,
	const struct kis_member *members)
{
	const struct group *g = s->group;
	int plain = s->settings->plain;

	if (s->keys != keys->serial)
		empty_cells(s, keys);
	for (size_t i = 0; i < keys->count; i++) {
		size_t at = g->place[i];
		const struct field *f = &g->fields[at];

		if (!f->same)
			cell_of(&members[i], f->column, plain, &s->cells[at]);
	}
}

/* The price against the average price, if the row has them and they divide. */
static int versus(const struct sheet *s, double *value)
{
	const struct cell *p = &s->cells[s->group->price];
	const struct cell *a = &s->cells[s->group->average];

	if (p->type != CELL_NUMBER || a->type != CELL_NUMBER ||
		a->number.sign <= 0)
		return 0;
	*value = cell_number_value(&p->number) / cell_number_value(&a->number) -
		 1;
	return 1;
}

static enum style versus_style(double value)
{
	return value > 0   ? STYLE_RATE_UP
	       : value < 0 ? STYLE_RATE_DOWN
			   : STYLE_RATE_FLAT;
}

/* In a report the column computes. */
static int write_versus(struct sheet *s, lxw_col_t col, struct kis_err *err)
{
	char price[LXW_MAX_CELL_NAME_LENGTH], average[LXW_MAX_CELL_NAME_LENGTH];
	char formula[2 * LXW_MAX_CELL_NAME_LENGTH + 8];
	double value;

	if (!versus(s, &value))
		return 0;
	lxw_rowcol_to_cell(price, s->next, (lxw_col_t)s->group->price);
	lxw_rowcol_to_cell(average, s->next, (lxw_col_t)s->group->average);
	snprintf(formula, sizeof(formula), "=%s/%s-1", price, average);
	return writer_formula(s->writer, s->next, col, formula, value,
		versus_style(value), err);
}

/* The cell keeps what it was found to take: it may stay for the next row. */
static void widen(struct field *f, struct cell *c)
{
	if (c->type == CELL_EMPTY || c->width <= f->width)
		return;
	if (c->type == CELL_TEXT)
		c->width = cell_text_width(c, f->width);
	if (c->width > f->width)
		f->width = c->width;
}

static int write_field(struct sheet *s, size_t i, struct kis_err *err)
{
	struct field *f = &s->group->fields[i];
	struct cell *c = &s->cells[i];
	lxw_col_t col = (lxw_col_t)i;
	char url[96];

	if (f->column == FIELD_VERSUS)
		return write_versus(s, col, err);
	widen(f, c);
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
		cell_number_value(&s->cells[value].number),
		cell_number_value(&s->cells[share].number));
}

static int write_row(struct sheet *s, const struct keys *keys,
	const struct kis_member *members, struct kis_err *err)
{
	if (!s->writer && begin_part(s, err) < 0)
		return -1;
	for (size_t i = 0; i < s->group->count; i++)
		if (write_field(s, i, err) < 0)
			return -1;
	if (s->report && s->settings->top > 0)
		note_top(s, keys, members);
	s->next++;
	return 0;
}

/* The stream that takes the next row. A long sheet begins with its header. */
static struct row_stream *stream_of(struct sheet *s, struct kis_err *err)
{
	struct row_stream *stream = s->parts ? s->streams[s->parts - 1] : NULL;

	if (stream && stream->last + 1 < LXW_ROW_MAX)
		return stream;
	if (stream && row_stream_close(stream, err) < 0)
		return NULL;
	stream = row_stream_new(&s->book->streams, 1);
	s->streams = kis_mem_resize(
		s->streams, s->parts + 1, sizeof(struct row_stream *));
	s->streams[s->parts++] = stream;
	return stream;
}

/* What a report computes by a formula is the value alone. */
static void set_versus(const struct sheet *s, struct cell *c)
{
	double value;

	c->type = CELL_EMPTY;
	if (!versus(s, &value))
		return;
	c->type = CELL_NUMBER;
	c->style = versus_style(value);
	cell_number_of(value, &c->number);
}

static int stream_row(struct sheet *s, struct kis_err *err)
{
	struct row_stream *stream = stream_of(s, err);
	struct group *g = s->group;

	if (!stream)
		return -1;
	for (size_t i = 0; i < g->count; i++) {
		if (g->fields[i].column == FIELD_VERSUS)
			set_versus(s, &s->cells[i]);
		else
			widen(&g->fields[i], &s->cells[i]);
	}
	return row_stream_add(stream, s->cells, g->count, err);
}

int sheet_rows_add(struct sheet *s, const struct keys *keys,
	const struct kis_member *members, struct kis_err *err)
{
	read_cells(s, keys, members);
	return s->book->streaming ? stream_row(s, err)
				  : write_row(s, keys, members, err);
}

/* Gives a part its sheet, whose rows come from the stream. */
static int end_part(
	struct sheet *s, const struct row_stream *stream, struct kis_err *err)
{
	if (begin_part(s, err) < 0)
		return -1;
	s->next = stream->last + 1;
	if (sheet_layout(s, err) < 0)
		return -1;
	s->writer->stream = stream;
	if (s->group->count)
		lxw_private_set_last_cell(
			s->writer->ws, stream->last, sheet_last_col(s));
	return 0;
}

int sheet_rows_end(struct sheet *s, struct kis_err *err)
{
	if (!s->book->streaming)
		return sheet_layout(s, err);
	if (row_stream_close(s->streams[s->parts - 1], err) < 0)
		return -1;
	for (size_t i = 0; i < s->parts; i++)
		if (end_part(s, s->streams[i], err) < 0)
			return -1;
	return 0;
}
