/*
 * Converts NDJSON to a workbook with libxlsxwriter alone, in its
 * constant-memory mode. The workbook has one sheet for each market and period.
 * The sheets have the same cells, types and formats as those of kis-toxlsx, but
 * no other content. This program is not part of the suite. It is a reference
 * for toxlsx.sh, which compares its speed with that of kis-toxlsx.
 *
 *	lxw-toxlsx IN.ndjson OUT.xlsx
 */
#include "cmd/kis-toxlsx/cell.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/row.h"
#include "lib/mem.h"
#include "lib/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 1048575 };

struct work {
	lxw_workbook *wb;
	struct styles styles;
	struct kis_fields fields;
	struct keys keys;
	struct groups groups;
	/* one sheet for each market and period */
	lxw_worksheet *sheets[GROUP_MAX];
	lxw_row_t next[GROUP_MAX];
	struct cell *cells;
	struct kis_buf text;
};

static int fail(const struct kis_err *err)
{
	fprintf(stderr, "lxw-toxlsx: %s\n", err->msg);
	return 1;
}

static size_t number_of(const struct groups *all, const struct group *g)
{
	size_t i = 0;

	while (all->all[i] != g)
		i++;
	return i;
}

static int check(lxw_error e, struct kis_err *err)
{
	return e == LXW_NO_ERROR
		       ? 0
		       : kis_fail(err, KIS_EX_BUG, "%s", lxw_strerror(e));
}

static int write_text(struct work *w, lxw_worksheet *ws, lxw_row_t row,
	lxw_col_t col, const char *p, size_t n, enum style style,
	struct kis_err *err)
{
	cell_text_set(&w->text, p, n);
	return check(worksheet_write_string(
			     ws, row, col, w->text.data, w->styles.of[style]),
		err);
}

static int write_cell(struct work *w, lxw_worksheet *ws, lxw_row_t row,
	lxw_col_t col, const struct cell *c, struct kis_err *err)
{
	if (c->type == CELL_TEXT)
		return write_text(
			w, ws, row, col, c->text, c->text_len, c->style, err);
	if (c->type == CELL_NUMBER)
		return check(worksheet_write_number(ws, row, col,
				     cell_number_value(&c->number),
				     w->styles.of[c->style]),
			err);
	return 0;
}

static lxw_worksheet *begin_sheet(
	struct work *w, const struct group *g, struct kis_err *err)
{
	lxw_worksheet *ws = workbook_add_worksheet(w->wb, NULL);

	for (size_t i = 0; i < g->count; i++) {
		const struct sheet_column *c = &g->columns[i];
		const char *title = c->column >= 0
					    ? kis_record_columns[c->column].ko
					    : "평균가 대비";

		if (write_text(w, ws, 0, (lxw_col_t)i, title, strlen(title),
			    STYLE_HEADER, err) < 0)
			return NULL;
	}
	return ws;
}

static double value_of(const struct work *w, int field)
{
	return cell_number_value(&w->cells[field].number);
}

static int write_record(struct work *w, struct group *g,
	const struct kis_member *members, struct kis_err *err)
{
	size_t at = number_of(&w->groups, g);
	lxw_worksheet *ws = w->sheets[at];

	if (!ws || w->next[at] > ROWS) {
		ws = w->sheets[at] = begin_sheet(w, g, err);
		w->next[at] = 1;
	}
	for (size_t i = 0; ws && i < w->keys.count; i++) {
		size_t place = g->place[i];

		cell_of(&members[i], g->columns[place].column,
			&w->fields.list[w->keys.field[i]], 0, &w->cells[place]);
	}
	for (size_t i = 0; ws && i < g->count; i++) {
		double versus;

		if (g->columns[i].column != FIELD_PRICE_VS_AVG) {
			if (write_cell(w, ws, w->next[at], (lxw_col_t)i,
				    &w->cells[i], err) < 0)
				return -1;
			continue;
		}
		versus = value_of(w, g->price) / value_of(w, g->average) - 1;
		if (check(worksheet_write_number(ws, w->next[at], (lxw_col_t)i,
				  versus,
				  w->styles.of[versus > 0 ? STYLE_RATE_UP
							  : STYLE_RATE_DOWN]),
			    err) < 0)
			return -1;
	}
	w->next[at]++;
	return ws ? 0 : -1;
}

static int write_all(struct work *w, struct kis_ndjson *in, struct kis_err *err)
{
	const struct kis_member *members;
	size_t count;
	int same, rc;

	while ((rc = kis_ndjson_next(in, &members, &count, &same, err)) == 1) {
		struct group *g;

		if (!same)
			keys_learn(
				&w->keys, &w->fields, in, members, count, NULL);
		g = group_for(&w->groups, &w->keys, members, err);
		if (!g || group_learn(g, &w->keys, &w->fields, err) < 0)
			return -1;
		group_freeze(g, 0);
		if (group_learn(g, &w->keys, &w->fields, err) < 0 ||
			write_record(w, g, members, err) < 0)
			return -1;
	}
	return rc;
}

int main(int argc, char **argv)
{
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	struct kis_err err = {0};
	struct work w = {0};
	struct kis_ndjson *in;

	if (argc != 3) {
		fputs("usage: lxw-toxlsx IN.ndjson OUT.xlsx\n", stderr);
		return 64;
	}
	options.tmpdir = getenv("TMPDIR");
	w.wb = workbook_new_opt(argv[2], &options);
	w.cells = kis_mem_new(64, sizeof(*w.cells));
	kis_buf_init(&w.text, KIS_BUF_UNBOUND);
	groups_init(&w.groups);
	in = kis_ndjson_new((char *const[]){argv[1], NULL});
	if (styles_make(&w.styles, w.wb, workbook_add_format(w.wb), &err) < 0 ||
		write_all(&w, in, &err) < 0 ||
		check(workbook_close(w.wb), &err) < 0)
		return fail(&err);
	kis_ndjson_free(in);
	return 0;
}
