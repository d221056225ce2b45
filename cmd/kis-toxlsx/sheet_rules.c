#include "cmd/kis-toxlsx/sheet_rules.h"
#include "cmd/kis-toxlsx/sheet_head.h"
#include "lib/record.h"

#include <stdio.h>
#include <string.h>

enum {
	EXACT_STRIPES = 1000, /* rows for which stripes follow the filter */
	STRIPE_RANGE = 2 * LXW_MAX_CELL_RANGE_LENGTH + 1,
};

/* A share of the whole: the longer its bar, the more there is of it. */
static int is_bar(const struct field *f)
{
	return f->column >= 0 &&
	       kis_record_columns[f->column].kind == KIS_KIND_PERCENT;
}

/* All columns, those behind the last data bar first: the library writes
 * conditions in the order of their ranges' names, and LibreOffice shows no
 * bar in a cell that a stripe has reached before. */
static void stripe_range(const struct sheet *s, char out[STRIPE_RANGE])
{
	char range[LXW_MAX_CELL_RANGE_LENGTH];
	size_t after = 0;

	for (size_t i = 0; i + 1 < s->group->count; i++)
		if (is_bar(&s->group->fields[i]))
			after = i + 1;
	lxw_rowcol_to_range(range, s->header + 1, (lxw_col_t)after,
		sheet_last_row(s), sheet_last_col(s));
	snprintf(out, STRIPE_RANGE, "%s", range);
	if (after == 0)
		return;
	lxw_rowcol_to_range(range, s->header + 1, 0, sheet_last_row(s),
		(lxw_col_t)(after - 1));
	snprintf(out + strlen(out), STRIPE_RANGE - strlen(out), " %s", range);
}

/* Every second row that is shown; on a long sheet every second row, since
 * counting shown rows takes Excel time that grows with their square. */
int sheet_rules_add_stripes(struct sheet *s, struct kis_err *err)
{
	char formula[96], ranges[STRIPE_RANGE];
	unsigned first = s->header + 2;
	lxw_conditional_format stripe = {
		.type = LXW_CONDITIONAL_TYPE_FORMULA,
		.value_string = formula,
		.format = s->writer->styles->of[STYLE_STRIPE],
		.multi_range = ranges,
	};

	stripe_range(s, ranges);
	if (sheet_last_row(s) - s->header <= EXACT_STRIPES)
		snprintf(formula, sizeof(formula),
			"=MOD(SUBTOTAL(103,$A$%u:$A%u),2)=0", first, first);
	else
		snprintf(formula, sizeof(formula), "=MOD(ROW(),2)=0");
	return writer_check(
		worksheet_conditional_format_range(s->writer->ws, s->header + 1,
			0, sheet_last_row(s), sheet_last_col(s), &stripe),
		err);
}

/* The longest bar ends before the numbers begin, which stand at the right.
 * Over a long sheet that would be a sum to do again at each change. */
static void scale(const struct sheet *s, lxw_col_t col, char formula[64],
	lxw_conditional_format *bar)
{
	char range[LXW_MAX_CELL_RANGE_LENGTH];

	bar->max_rule_type = LXW_CONDITIONAL_RULE_TYPE_MAXIMUM;
	if (!s->report)
		return;
	lxw_rowcol_to_range_abs(
		range, s->header + 1, col, sheet_last_row(s), col);
	snprintf(formula, 64, "=MAX(%s)*1.6", range);
	bar->max_rule_type = LXW_CONDITIONAL_RULE_TYPE_FORMULA;
	bar->max_value_string = formula;
}

int sheet_rules_add_bars(struct sheet *s, struct kis_err *err)
{
	char formula[64];
	lxw_conditional_format bar = {
		.type = LXW_CONDITIONAL_DATA_BAR,
		.bar_color = STYLE_BAR,
		.data_bar_2010 = LXW_TRUE,
		.bar_solid = LXW_TRUE,
		.bar_no_border = LXW_TRUE,
		.min_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER,
		.min_value = 0,
	};

	for (size_t i = 0; i < s->group->count; i++) {
		lxw_col_t col = (lxw_col_t)i;
		lxw_row_t last = sheet_last_row(s);

		if (!is_bar(&s->group->fields[i]))
			continue;
		scale(s, col, formula, &bar);
		if (writer_check(
			    worksheet_conditional_format_range(s->writer->ws,
				    s->header + 1, col, last, col, &bar),
			    err) < 0)
			return -1;
	}
	return 0;
}
