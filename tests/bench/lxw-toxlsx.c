/*
 * What the work costs with libxlsxwriter alone, in its mode for long input
 * (constant memory): the same cells, typed and styled as kis-toxlsx's, in a
 * sheet for each market and period, without anything around them. The measure
 * that kis-toxlsx's own rows are held against; no program of the suite.
 *
 *	lxw-toxlsx IN.ndjson OUT.xlsx
 */
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/sheet_writer.h"
#include "lib/mem.h"
#include "lib/record.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 1048575 };

struct work {
	lxw_workbook *wb;
	struct styles styles;
	struct keys keys;
	struct groups groups;
	struct writer *writers[GROUP_MAX]; /* of each group */
	lxw_row_t next[GROUP_MAX];
	struct cell *cells;
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

static struct writer *begin_sheet(
	struct work *w, const struct group *g, struct kis_err *err)
{
	struct writer *writer = kis_mem_new(1, sizeof(*writer));

	kis_buf_init(&writer->text, KIS_BUF_UNBOUND);
	writer->styles = &w->styles;
	writer->ws = workbook_add_worksheet(w->wb, NULL);
	for (size_t i = 0; i < g->count; i++) {
		const struct field *f = &g->fields[i];
		const char *title = f->column >= 0
					    ? kis_record_columns[f->column].ko
					    : "평균가 대비";

		if (writer_text(writer, 0, (lxw_col_t)i, title, STYLE_HEADER,
			    err) < 0)
			return NULL;
	}
	return writer;
}

static double value_of(const struct work *w, int field)
{
	return cell_number_value(&w->cells[field].number);
}

static int write_record(struct work *w, struct group *g,
	const struct kis_member *members, struct kis_err *err)
{
	size_t at = number_of(&w->groups, g);
	struct writer *writer = w->writers[at];

	if (!writer || w->next[at] > ROWS) {
		writer = w->writers[at] = begin_sheet(w, g, err);
		w->next[at] = 1;
	}
	for (size_t i = 0; writer && i < w->keys.count; i++)
		cell_of(&members[i], w->keys.column[i], 0,
			&w->cells[g->place[i]]);
	for (size_t i = 0; writer && i < g->count; i++) {
		const struct cell *c = &w->cells[i];
		double versus;

		if (g->fields[i].column != FIELD_VERSUS) {
			if (writer_cell(writer, w->next[at], (lxw_col_t)i, c,
				    err) < 0)
				return -1;
			continue;
		}
		versus = value_of(w, g->price) / value_of(w, g->average) - 1;
		if (writer_number(writer, w->next[at], (lxw_col_t)i, versus,
			    versus > 0 ? STYLE_RATE_UP : STYLE_RATE_DOWN,
			    err) < 0)
			return -1;
	}
	w->next[at]++;
	return writer ? 0 : -1;
}

static int write_all(struct work *w, struct kis_ndjson *in, struct kis_err *err)
{
	const struct kis_member *members;
	size_t count;
	int same, rc;

	while ((rc = kis_ndjson_next(in, &members, &count, &same, err)) == 1) {
		struct group *g;

		if (!same)
			keys_learn(&w->keys, members, count, NULL);
		g = group_of(&w->groups, &w->keys, members, err);
		if (!g || group_learn(g, &w->keys, members, err) < 0)
			return -1;
		group_freeze(g, 0);
		if (group_learn(g, &w->keys, members, err) < 0 ||
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
	in = kis_ndjson_open(argv[1], &err);
	if (!in || styles_make(&w.styles, w.wb, &err) < 0 ||
		write_all(&w, in, &err) < 0 ||
		writer_check(workbook_close(w.wb), &err) < 0)
		return fail(&err);
	kis_ndjson_free(in);
	return 0;
}
