#include "cmd/kis-toxlsx/sheet_layout.h"
#include "cmd/kis-toxlsx/sheet_print.h"
#include "cmd/kis-toxlsx/sheet_rules.h"
#include "cmd/kis-toxlsx/sheet_table.h"
#include "lib/record.h"
#include "lib/text.h"

enum {
	MIN_WIDTH = 5,
	MAX_WIDTH = 60,      /* a longer text runs on or is cut in view */
	PIXELS_OF_WIDTH = 7, /* as the library reckons, with 5 of padding */
	PIXELS_PADDING = 5,
};

/* Says the same in every row of the sheet, and so does its title. */
static int is_context(const struct group *g, const struct field *f)
{
	if (!g->ours || f->column < 0)
		return 0;
	switch (kis_record_columns[f->column].kind) {
	case KIS_KIND_MARKET:
	case KIS_KIND_PERIOD:
		return 1;
	case KIS_KIND_LIST:
	case KIS_KIND_LIST_ROWS:
	case KIS_KIND_FILTER:
		return !g->is_list_special;
	case KIS_KIND_TIME:
		return g->time_first == g->time_last && g->time_first > 0;
	default:
		return 0;
	}
}

/* The header is of a smaller size than the cells, bold, and the button of the
 * filter takes room beside it. */
static unsigned header_width(const struct sheet *s, size_t i)
{
	const char *text;
	size_t len;
	unsigned width;

	sheet_title_of(s, i, &text, &len);
	width = (unsigned)kis_text_width(text, len);
	return s->settings->plain ? width : width * 7 / 8 + 1;
}

/* What was folded away opens by a button above the column behind it. */
static int mark_folded(struct sheet *s, struct kis_err *err)
{
	lxw_row_col_options button = {.collapsed = LXW_TRUE};
	const struct group *g = s->group;
	lxw_col_t col = (lxw_col_t)g->count;

	if (s->settings->plain || g->count == 0 || g->count == LXW_COL_MAX ||
		!is_context(g, &g->fields[g->count - 1]))
		return 0;
	return writer_check(worksheet_set_column_opt(s->writer->ws, col, col,
				    LXW_DEF_COL_WIDTH, NULL, &button),
		err);
}

static int set_width(struct sheet *s, size_t i, struct kis_err *err)
{
	const struct field *f = &s->group->fields[i];
	lxw_row_col_options folded = {.hidden = LXW_TRUE, .level = 1};
	unsigned width = f->width, header = header_width(s, i);
	lxw_col_t col = (lxw_col_t)i;

	if (f->column == FIELD_VERSUS)
		width = 8;
	width = width > header ? width : header;
	width = width < MIN_WIDTH ? MIN_WIDTH : width;
	width = (width > MAX_WIDTH ? MAX_WIDTH : width) + 2;
	if (!s->settings->plain && is_context(s->group, f))
		return writer_check(worksheet_set_column_opt(s->writer->ws, col,
					    col, width, NULL, &folded),
			err);
	s->pixels += width * PIXELS_OF_WIDTH + PIXELS_PADDING;
	return writer_check(
		worksheet_set_column(s->writer->ws, col, col, width, NULL),
		err);
}

/* Codes and numbers of over 15 digits are text on purpose. */
static int allow_digits(struct sheet *s, struct kis_err *err)
{
	char range[LXW_MAX_CELL_RANGE_LENGTH];

	lxw_rowcol_to_range(
		range, s->header + 1, 0, sheet_last_row(s), sheet_last_col(s));
	return writer_check(worksheet_ignore_errors(s->writer->ws,
				    LXW_IGNORE_NUMBER_STORED_AS_TEXT, range),
		err);
}

/* The name, and what stands left of it, stay when scrolling to the right. */
static lxw_col_t frozen_columns(const struct group *g)
{
	int name = g->ours ? g->field_of[keys_column(ROLE_NAME)] : -1;

	return name >= 0 && name < 4 ? (lxw_col_t)(name + 1) : 0;
}

int sheet_layout(struct sheet *s, struct kis_err *err)
{
	s->pixels = 0;
	for (size_t i = 0; i < s->group->count; i++)
		if (set_width(s, i, err) < 0)
			return -1;
	if (mark_folded(s, err) < 0)
		return -1;
	if (s->group->count && allow_digits(s, err) < 0)
		return -1;
	if (s->settings->plain || s->group->count == 0)
		return 0;
	worksheet_freeze_panes(
		s->writer->ws, s->header + 1, frozen_columns(s->group));
	if (sheet_table_add(s, err) < 0)
		return -1;
	if (s->group->ours && sheet_rules_add_bars(s, err) < 0)
		return -1;
	if (sheet_rules_add_stripes(s, err) < 0)
		return -1;
	if (s->report)
		worksheet_gridlines(s->writer->ws, LXW_HIDE_ALL_GRIDLINES);
	return sheet_print(s, err);
}
