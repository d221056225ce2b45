#include "cmd/kis-toxlsx/sheet.h"
#include "cmd/kis-toxlsx/row.h"
#include "lib/mem.h"
#include "lib/record.h"
#include "lib/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Maximum number of rows of a table whose charts are below the
	 * table. */
	BELOW_ROWS = 40,
	REPORT_HEADER = 3, /* row of the header in a report, counted from 0 */
};

/* Row heights in points. */
#define TITLE_POINTS   27.0
#define ROW_POINTS     16.5
#define HEADER_POINTS  24.0
#define WRAPPED_POINTS 40.5 /* height of a header with three lines */

/* Number of decimals of computed values. Fewer decimals make the file
 * smaller. */
enum { COMPUTED_DECIMALS = 6 };

static enum cell_look look_of(const struct sheet *s)
{
	return s->settings->plain                  ? CELL_LOOK_PLAIN
	       : s->settings->header == HEADER_KEY ? CELL_LOOK_WON
						   : CELL_LOOK_REPORT;
}

/* Sets, once for all rows, the cell of the column with the role: in a ranking,
 * all records have the value v in this column. Does nothing if the group is not
 * a ranking or lacks the column. If the cell is text, sets *copy to a new copy
 * of the text, which s owns. */
static void set_same(struct sheet *s, enum role role,
	const struct group_value *v, char **copy)
{
	struct group *g = s->group;
	int at = g->of_role[role];
	struct kis_member m = {
		.text = v->text ? v->text : "", .text_len = v->len};
	struct cell *cell;

	if (!g->is_ranking || at < 0)
		return;
	g->columns[at].same = 1;
	cell = &s->cells[at];
	cell_of(&m, g->columns[at].column,
		&s->fields->list[g->columns[at].field], look_of(s), cell);
	if (cell->type != CELL_TEXT)
		return;
	*copy = kis_mem_new(cell->text_len + KIS_NDJSON_READ_PAST, 1);
	memcpy(*copy, cell->text, cell->text_len);
	cell->text = *copy;
}

void sheet_init(struct sheet *s, struct book *book, struct group *g,
	struct kis_fields *fields, const struct settings *settings)
{
	memset(s, 0, sizeof(*s));
	group_freeze(g, settings->plain);
	s->book = book;
	s->settings = settings;
	s->fields = fields;
	s->group = g;
	s->report = (g->is_ranking || g->past || g->note) && !settings->plain;
	s->header = s->report ? REPORT_HEADER : 0;
	s->room = g->count;
	s->cells = kis_mem_new(s->room, sizeof(*s->cells));
	set_same(s, ROLE_MARKET, &g->value[0], &s->same[0]);
	set_same(s, ROLE_PERIOD, &g->value[1], &s->same[1]);
}

void sheet_release(struct sheet *s)
{
	free(s->cells);
	free(s->links);
	for (size_t i = 0; s->titles && i < s->group->count; i++)
		free(s->titles[i]);
	free(s->titles);
	free(s->same[0]);
	free(s->same[1]);
	for (size_t i = 0; i < s->parts; i++)
		row_stream_free(s->streams[i]);
	free(s->streams);
	memset(s, 0, sizeof(*s));
}

/* ---- cells outside the data rows ---- */

/* The derived columns. The index of a column is FIELD_PRICE_VS_AVG minus its
 * constant in group.h. No record has fields with these names. */
#define DERIVED(key, ko, en, kind, unit, basis)                                \
	{                                                                      \
		key, ko, en, NULL, kind, unit, KIS_AS_OF_NONE, basis, 0        \
	}

static const struct kis_column derived[] = {
	DERIVED("price_vs_avg", "평균가대비", "price vs average",
		KIS_KIND_PERCENT_CHANGE, "%", KIS_BASIS_MIXED),
	DERIVED("rank_change", "순위변동", "rank change", KIS_KIND_CHANGE, "",
		KIS_BASIS_NONE),
	DERIVED("ratio_change", "비중변동", "ratio change", KIS_KIND_POINTS,
		"%p", KIS_BASIS_NONE),
	DERIVED("mean_5", "5일 평균 비중", "5-day mean ratio", KIS_KIND_PERCENT,
		"%", KIS_BASIS_TRADED),
	DERIVED("mean_20", "20일 평균 비중", "20-day mean ratio",
		KIS_KIND_PERCENT, "%", KIS_BASIS_TRADED),
	DERIVED("mean_40", "40일 평균 비중", "40-day mean ratio",
		KIS_KIND_PERCENT, "%", KIS_BASIS_TRADED),
};

/* Returns the entry of a column in kis_record_columns or in `derived`, or NULL
 * if neither table has the column. */
static const struct kis_column *column_of(const struct sheet_column *c)
{
	return c->column >= 0 ? &kis_record_columns[c->column]
	       : c->column < FIELD_OTHER
		       ? &derived[FIELD_PRICE_VS_AVG - c->column]
		       : NULL;
}

static const char *unit_of(const struct sheet *s, const struct kis_column *c)
{
	static const char *const units[][2] = {{"원", "won"}, {"주", "shares"},
		{"%", "%"}, {"백만원", "million won"}};
	const char *unit = c->kind == KIS_KIND_AMOUNT ? "백만원" : c->unit;

	if (s->settings->header == HEADER_KO)
		return unit;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strcmp(units[i][0], unit) == 0)
			return units[i][1];
	return unit;
}

/* Returns a new header text for a column: a title and a unit, such as "현재가
 * (원)", or the name of the field. The caller frees it. */
static char *new_title(const struct sheet *s, const struct sheet_column *c)
{
	const struct kis_column *known = column_of(c);
	const char *unit, *words;

	if (!known) {
		const struct kis_name *name = &s->fields->names.list[c->field];

		return kis_mem_copy(name->text, name->len);
	}
	if (s->settings->plain || s->settings->header == HEADER_KEY)
		return kis_mem_dup(known->key);
	unit = unit_of(s, known);
	words = s->settings->header == HEADER_KO ? known->ko : known->en;
	/* Append the unit, unless the title contains it already, as in
	 * "change %". */
	return *unit && !strstr(words, unit)
		       ? kis_mem_printf("%s (%s)", words, unit)
		       : kis_mem_dup(words);
}

static void set_titles(struct sheet *s)
{
	if (s->titles)
		return;
	s->titles = kis_mem_new(s->group->count, sizeof(*s->titles));
	for (size_t i = 0; i < s->group->count; i++)
		s->titles[i] = new_title(s, &s->group->columns[i]);
}

/* Returns the header text of column i, which s owns, and sets *len to its
 * length. */
static const char *title_of(const struct sheet *s, size_t i, size_t *len)
{
	*len = strlen(s->titles[i]);
	return s->titles[i];
}

static lxw_col_t last_col(const struct sheet *s)
{
	return (lxw_col_t)(s->group->count - 1);
}

int sheet_charts_below(const struct sheet *s)
{
	return !s->group->past && s->last - s->header <= BELOW_ROWS;
}

/* Returns a new subtitle: base period, query time and a description of the list
 * that the rows are from. The caller frees it. */
static char *time_line(const struct group *g)
{
	char period[2 * GROUP_SPAN], time[GROUP_SPAN], before[CELL_DATE_TEXT];
	char *list = group_list_text(g), *line;
	int one = group_is_one_query(g);
	int has_price = !g->note || g->of_role[ROLE_PRICE] >= 0;

	group_period(g, period);
	group_time(g->time_last, time);
	group_compared(g, before);
	line = kis_mem_printf("%s%s%s%s%s%s%s%s%s", period,
		*period ? "  |  " : "",
		!one && !has_price ? ""
		: !one ? "현재가는 행별 조회시각 기준  |  "
		: *time && has_price ? "현재가 "
				     : "",
		one ? time : "", one && *time ? " 조회  |  " : "", list,
		*before ? "  |  변동은 " : "", before, *before ? " 대비" : "");
	free(list);
	return line;
}

static int write_line(struct sheet *s, lxw_row_t row, char *line,
	enum style style, struct kis_err *err)
{
	int rc = writer_text(s->writer, row, 0, line, strlen(line), style, err);

	free(line);
	return rc;
}

static int write_titles(struct sheet *s, struct kis_err *err)
{
	const char *title = s->settings->title;
	char *line =
		s->group->past && !title
			? past_title(s->group)
			: kis_mem_printf("%s · %s",
				  title ? title : group_list_title(s->group),
				  s->group->name);

	if (write_line(s, 0, line, STYLE_TITLE, err) < 0)
		return -1;
	line = s->group->past ? past_line(s->group) : time_line(s->group);
	if (write_line(s, 1, line, STYLE_SUBTITLE, err) < 0)
		return -1;
	/* The link to 요약 is in the first cell of the basis row. This cell is
	 * free, because the first column is the date, which has no basis. */
	if (!s->book->summary || s->group->of_role[ROLE_DAY] != 0)
		return 0;
	return writer_link(s->writer, REPORT_HEADER - 1, 0, s->book->summary,
		STYLE_NOTE_LINK, err);
}

/* Returns 1 if readers do not need the column, because it is empty, or because
 * the title or another column shows the same information. Such a column is
 * hidden in a group of columns that the reader can unfold. */
static int is_context(const struct group *g, const struct sheet_column *f)
{
	if (group_is_named_by(g, f))
		return 1;
	if (f->column == FIELD_RANK_CHANGE || f->column == FIELD_RATIO_CHANGE)
		return !g->has_changes || g->changes->descends;
	if (g->past && f->column >= 0) {
		enum kis_kind kind = kis_record_columns[f->column].kind;

		/* Hide the stock's code and name: the title of the sheet shows
		 * them. */
		return kind == KIS_KIND_CODE || kind == KIS_KIND_TEXT ||
		       kind == KIS_KIND_SIGN ||
		       (kind == KIS_KIND_TIME && g->time_first == g->time_last);
	}
	if (f->column < 0)
		return 0;
	if (kis_record_columns[f->column].kind == KIS_KIND_NOTE)
		return 1;
	if (!g->is_ranking)
		return 0;
	switch (kis_record_columns[f->column].kind) {
	case KIS_KIND_MARKET:
	case KIS_KIND_PERIOD:
		return 1;
	case KIS_KIND_LIST:
	case KIS_KIND_LIST_ROWS:
	case KIS_KIND_FILTER:
		return !g->lists_differ;
	case KIS_KIND_SIGN:
		/* Hide the direction: the arrows of the price change already
		 * show it. */
		return 1;
	case KIS_KIND_DATE:
		return kis_record_columns[f->column].records != KIS_IN_REPORT &&
		       !g->days_differ && g->day_first > 0 &&
		       g->day_len[0] == 8 && g->day_len[1] == 8;
	case KIS_KIND_TIME:
		return g->time_first == g->time_last && g->time_first > 0;
	default:
		return 0;
	}
}

/* Returns the basis of a column for the basis row: in a ranking, a value of
 * enum kis_as_of; in a stock's sheet, a value of enum kis_basis. Returns 0 if
 * the column has no basis. */
static int basis_of(const struct group *g, const struct sheet_column *f)
{
	const struct kis_column *c = column_of(f);

	if (!c || is_context(g, f))
		return 0;
	return g->past ? (int)c->basis : (int)c->as_of;
}

static enum style basis_style(const struct group *g, int basis)
{
	int is_first = g->past ? basis == KIS_BASIS_ADJUSTED
			       : basis == KIS_AS_OF_QUERY;

	return is_first ? STYLE_OVER_QUERY : STYLE_OVER_BASE;
}

static void basis_text(const struct group *g, int basis, char *out, size_t size)
{
	static const char *const bases[] = {[KIS_BASIS_NONE] = "",
		[KIS_BASIS_ADJUSTED] = "수정주가 기준",
		[KIS_BASIS_TRADED] = "거래 당시 기준",
		[KIS_BASIS_MIXED] = "혼합"};
	char time[GROUP_SPAN];

	if (g->past) {
		snprintf(out, size, "%s", bases[basis]);
		return;
	}
	if (basis == KIS_AS_OF_QUERY) {
		group_time(g->time_last, time);
		snprintf(out, size, "조회시각%s%s", *time ? " " : "", time);
	} else {
		group_period(g, out);
		if (!*out)
			snprintf(out, size, "기준기간");
	}
	if (!group_is_one_query(g))
		snprintf(out, size, "%s (행별)",
			basis == KIS_AS_OF_QUERY ? "조회시각" : "기준기간");
}

/* Writes the basis row above the header. In a ranking, this row shows which
 * figures belong to the query time and which to the base period; in a stock's
 * sheet, it shows which figures are split-adjusted and which are as traded. */
static int write_basis_row(struct sheet *s, struct kis_err *err)
{
	const struct group *g = s->group;
	char text[2 * GROUP_SPAN];
	size_t next;

	for (size_t i = 0; i < g->count; i = next) {
		int basis = basis_of(g, &g->columns[i]);

		for (next = i + 1; next < g->count; next++)
			if (basis_of(g, &g->columns[next]) != basis)
				break;
		if (basis == 0)
			continue;
		basis_text(g, basis, text, sizeof(text));
		/* Write only a word, without dates, above a single column,
		 * which is too narrow for dates. */
		if (next == i + 1 && !g->past)
			snprintf(text, sizeof(text), "%s",
				basis == KIS_AS_OF_QUERY ? "조회시각"
							 : "기준기간");
		if (writer_merge(s->writer, REPORT_HEADER - 1, (lxw_col_t)i,
			    (lxw_col_t)(next - 1), text, basis_style(g, basis),
			    err) < 0)
			return -1;
	}
	return 0;
}

/* Writes the header row. If a field has an empty name, writes a blank cell,
 * because a cell without text would otherwise not get the header's format. */
static int write_header(struct sheet *s, struct kis_err *err)
{
	for (size_t i = 0; i < s->group->count; i++) {
		lxw_col_t col = (lxw_col_t)i;
		size_t len;
		const char *text = title_of(s, i, &len);
		int rc = len ? writer_text(s->writer, s->header, col, text, len,
				       STYLE_HEADER, err)
			     : writer_blank(s->writer, s->header, col,
				       STYLE_HEADER, err);

		if (rc < 0)
			return -1;
	}
	return 0;
}

static double header_points(const struct sheet *s)
{
	return s->wraps ? WRAPPED_POINTS : HEADER_POINTS;
}

static int write_head(struct sheet *s, struct kis_err *err)
{
	lxw_worksheet *ws = s->writer->ws;

	if (s->report) {
		worksheet_set_default_row(ws, ROW_POINTS, LXW_FALSE);
		if (writer_check(worksheet_set_row(ws, 0, TITLE_POINTS, NULL),
			    err) < 0 ||
			write_titles(s, err) < 0 || write_basis_row(s, err) < 0)
			return -1;
	}
	if (!s->settings->plain && writer_check(worksheet_set_row(ws, s->header,
							header_points(s), NULL),
					   err) < 0)
		return -1;
	return write_header(s, err);
}

/* ---- the table ---- */

enum {
	MAX_TITLE = 255,
	/* Maximum number of columns of a table. libxlsxwriter 1.1.4 needs 56
	 * bytes for each pair of columns, which would be 15 GB for 16,384
	 * columns. */
	MAX_COLUMNS = 256,
};

/* Returns 1 if the text has no tab or newline and needs no escapes (row.h).
 * Escapes do not work in the titles of a table. */
static int is_clean(const char *p, size_t n)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	int clean;

	cell_text_set(&b, p, n);
	clean = b.len == n && !memchr(p, '\n', n) && !memchr(p, '\t', n);
	kis_buf_release(&b);
	return clean;
}

static int titles_are_clean(const struct sheet *s)
{
	for (size_t i = 0; i < s->group->count; i++) {
		size_t len;
		const char *text = title_of(s, i, &len);

		if (len == 0 || len > MAX_TITLE || !is_clean(text, len))
			return 0;
	}
	return 1;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int titles_differ(const struct sheet *s)
{
	size_t n = s->group->count;
	char **folded = kis_mem_new(n, sizeof(*folded));
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	int differ = 1;

	for (size_t i = 0; i < n; i++) {
		size_t len;
		const char *text = title_of(s, i, &len);

		name_fold(&b, text, len);
		folded[i] = kis_mem_dup(b.data);
	}
	qsort(folded, n, sizeof(*folded), by_text);
	for (size_t i = 1; i < n; i++)
		differ &= strcmp(folded[i - 1], folded[i]) != 0;
	for (size_t i = 0; i < n; i++)
		free(folded[i]);
	free(folded);
	kis_buf_release(&b);
	return differ;
}

/* Returns 1 if the header texts can be the titles of a table. Excel requires
 * the titles of a table to differ when case is ignored. The XML of the table
 * repeats the titles in an attribute, where escapes do not work. */
static int titles_fit_table(const struct sheet *s)
{
	return titles_are_clean(s) && titles_differ(s);
}

/* Returns a new name of the table for use in formulas, such as "코스닥_1일";
 * the caller frees it. The name is the sheet name with _ in place of spaces and
 * parentheses. The names of different tables differ, because the sheet name of
 * a nameable group contains no _, and no punctuation other than parentheses. */
static char *table_name(const struct sheet *s)
{
	char *name = kis_mem_dup(s->writer->name);

	for (char *p = name; *p; p++)
		if (strchr(" ()", *p))
			*p = '_';
	return name;
}

/* Sets the table's column formula for price_vs_avg. Excel uses this formula in
 * rows that a user adds. */
static void set_column_formula(struct sheet *s, const char *table)
{
	const struct group *g = s->group;
	char *formula;
	size_t len;

	for (size_t i = 0; i < g->count; i++) {
		if (g->columns[i].column != FIELD_PRICE_VS_AVG)
			continue;
		formula = kis_mem_printf("%s[[#This Row],[%s]]/"
					 "%s[[#This Row],[%s]]-1",
			table, title_of(s, (size_t)g->price, &len), table,
			title_of(s, (size_t)g->average, &len));
		lxw_private_set_column_formula(
			s->writer->ws, (lxw_col_t)i, formula);
		free(formula);
	}
}

static int add_table(struct sheet *s, struct kis_err *err)
{
	size_t n = s->group->count;
	lxw_table_column *columns = kis_mem_new(n, sizeof(*columns));
	lxw_table_column **list = kis_mem_new(n + 1, sizeof(*list));
	char **titles = kis_mem_new(n, sizeof(*titles));
	char *name = s->group->nameable ? table_name(s) : NULL;
	lxw_table_options options = {
		.style_type = LXW_TABLE_STYLE_TYPE_LIGHT,
		.style_type_number = 1,
		.no_banded_rows = LXW_TRUE,
		.columns = list,
		.name = name,
	};
	int rc;

	for (size_t i = 0; i < n; i++) {
		size_t len;
		const char *text = title_of(s, i, &len);

		titles[i] = kis_mem_copy(text, len);
		columns[i].header = titles[i];
		columns[i].header_format = s->writer->styles->of[STYLE_HEADER];
		list[i] = &columns[i];
	}
	rc = writer_check(worksheet_add_table(s->writer->ws, s->header, 0,
				  s->last, last_col(s), &options),
		err);
	if (rc == 0)
		lxw_private_shrink_table(s->writer->ws);
	if (rc == 0 && name)
		set_column_formula(s, name);
	for (size_t i = 0; i < n; i++)
		free(titles[i]);
	free(titles);
	free(name);
	free(list);
	free(columns);
	return rc;
}

static int add_table_or_filter(struct sheet *s, struct kis_err *err)
{
	if (s->report && s->group->count <= MAX_COLUMNS && titles_fit_table(s))
		return add_table(s, err);
	return writer_check(worksheet_autofilter(s->writer->ws, s->header, 0,
				    s->last, last_col(s)),
		err);
}

enum {
	/* In a sheet with more rows than this, stripes are computed from all
	 * rows, including hidden ones, and data bars are not scaled. */
	EXACT_STRIPES = 1000,
	STRIPE_RANGE = 2 * LXW_MAX_CELL_RANGE_LENGTH + 1,
};

/* Returns 1 if column i has data bars: it is the column of the short value or
 * of the short value ratio. */
static int is_bar(const struct sheet *s, size_t i)
{
	const int *of_role = s->group->of_role;

	return (int)i == of_role[ROLE_SHORT_VALUE] ||
	       (int)i == of_role[ROLE_SHORT_SHARE];
}

/* Writes the range of all columns as a list: first the columns after the last
 * data bar, then the other columns. libxlsxwriter sorts conditional formats by
 * these strings, so the data bars precede the stripes in the file. LibreOffice
 * shows no data bar in a cell that already has a stripe format. */
static void stripe_range(const struct sheet *s, char out[STRIPE_RANGE])
{
	char range[LXW_MAX_CELL_RANGE_LENGTH];
	size_t after = 0;

	for (size_t i = 0; i + 1 < s->group->count; i++)
		if (is_bar(s, i))
			after = i + 1;
	lxw_rowcol_to_range(
		range, s->header + 1, (lxw_col_t)after, s->last, last_col(s));
	snprintf(out, STRIPE_RANGE, "%s", range);
	if (after == 0)
		return;
	lxw_rowcol_to_range(
		range, s->header + 1, 0, s->last, (lxw_col_t)(after - 1));
	snprintf(out + strlen(out), STRIPE_RANGE - strlen(out), " %s", range);
}

/* Fills every second visible row with a pale colour (stripes). In a long sheet,
 * counts hidden rows too, because the time that Excel needs to count visible
 * rows grows with the square of the number of rows. */
static int add_stripes(struct sheet *s, struct kis_err *err)
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
	if (s->last - s->header <= EXACT_STRIPES)
		snprintf(formula, sizeof(formula),
			"=MOD(SUBTOTAL(103,$A$%u:$A%u),2)=0", first, first);
	else
		snprintf(formula, sizeof(formula), "=MOD(ROW(),2)=0");
	return writer_check(
		worksheet_conditional_format_range(s->writer->ws, s->header + 1,
			0, s->last, last_col(s), &stripe),
		err);
}

/* Scales the data bars of a column so that the longest bar ends before the
 * right-aligned numbers. Does not scale the bars in a long sheet, where Excel
 * would compute the maximum again after every change. */
static void scale(const struct sheet *s, lxw_col_t col, char formula[64],
	lxw_conditional_format *bar)
{
	char range[LXW_MAX_CELL_RANGE_LENGTH];

	bar->max_rule_type = LXW_CONDITIONAL_RULE_TYPE_MAXIMUM;
	if (!s->report || s->last - s->header > EXACT_STRIPES)
		return;
	lxw_rowcol_to_range_abs(range, s->header + 1, col, s->last, col);
	snprintf(formula, 64, "=MAX(%s)*1.6", range);
	bar->max_rule_type = LXW_CONDITIONAL_RULE_TYPE_FORMULA;
	bar->max_value_string = formula;
}

static int add_bars(struct sheet *s, struct kis_err *err)
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
		lxw_row_t last = s->last;

		if (!is_bar(s, i))
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

#define PAGE_SIZE "&8" /* font size 8, as a command in a header or footer */
#define PAGE_FONT "&\"" STYLE_FONT "\"" PAGE_SIZE " "

enum {
	/* A page header may have 254 characters, including commands; about 60
	 * of them are fixed. The header contains two input texts. Each is
	 * truncated to PAGE_TEXT_UNITS characters, and the commands added to it
	 * take at most PAGE_TEXT_MARKUP more. */
	PAGE_TEXT_UNITS = 60,
	PAGE_TEXT_MARKUP = 30,
};

/* Appends text to a header or footer, where & starts a command and && is a
 * literal &. libxlsxwriter mistakes the &G of "&&G" for a picture, and likewise
 * the &[ of "&&[Picture]", so a redundant font size command separates these
 * characters. */
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
	char period[2 * GROUP_SPAN], time[GROUP_SPAN];
	int rc;

	if (s->group->past)
		group_days(s->group, period);
	else
		group_period(s->group, period);
	group_time(s->group->time_last, time);
	if (s->group->past) {
		kis_buf_add_str(&b, "&L" PAGE_FONT);
		add_page_text(&b, title ? title : PAST_TITLE);
		kis_buf_add_str(&b, " · ");
	} else if (s->report) {
		kis_buf_add_str(&b, "&L" PAGE_FONT);
		add_page_text(&b, title ? title : group_list_title(s->group));
		kis_buf_add_str(&b, " · ");
	} else {
		kis_buf_add_str(&b, "&L" PAGE_FONT);
	}
	add_page_text(&b, s->group->name);
	kis_buf_printf(&b, "&R" PAGE_FONT "%s", period);
	rc = writer_check(worksheet_set_header(s->writer->ws, b.data), err);
	kis_buf_reset(&b);
	kis_buf_printf(&b,
		"&L" PAGE_FONT "%s&C" PAGE_FONT "&P / &N 쪽&R" PAGE_FONT "%s%s",
		s->report ? "출처: 한국투자증권 KIS Open API" : "",
		*time ? "조회 " : "", time);
	if (rc == 0)
		rc = writer_check(
			worksheet_set_footer(s->writer->ws, b.data), err);
	kis_buf_release(&b);
	return rc;
}

size_t sheet_chart_rows(const struct sheet *s, enum top_by by)
{
	size_t count = s->group->top.count[by];
	size_t top = (size_t)s->settings->top;

	count = count < top ? count : top;
	return count < 2 ? 0 : count;
}

static size_t chart_rows(const struct sheet *s)
{
	size_t value = sheet_chart_rows(s, TOP_VALUE);
	size_t share = sheet_chart_rows(s, TOP_SHARE);

	return value > share ? value : share;
}

/* Returns 1 if the table and the charts fit on one page at a scale of at least
 * 80%, at which 10-point text is printed at 8 points. */
static int fits_one_page(const struct sheet *s)
{
	const double width = 784,
		     height = 505; /* printable area of A4 in points */
	const double points_of_pixel = 0.75, least = 0.8;
	double rows = TITLE_POINTS + header_points(s) +
		      ROW_POINTS * (s->last - s->header + REPORT_HEADER - 1);
	size_t bars = chart_rows(s);

	if (bars)
		rows += 2 * ROW_POINTS +
			points_of_pixel *
				(CHART_FRAME_PIXELS +
					CHART_BAR_PIXELS * (double)bars);
	return rows * least <= height &&
	       s->pixels * points_of_pixel * least <= width;
}

/* Inserts a page break before the charts, so that the charts are not divided
 * between two pages. Returns 0, or -1 and sets err. */
static int break_before_charts(struct sheet *s, struct kis_err *err)
{
	lxw_row_t breaks[] = {s->last + 2, 0};

	if (chart_rows(s) == 0)
		return 0;
	return writer_check(
		worksheet_set_h_pagebreaks(s->writer->ws, breaks), err);
}

static int set_page(struct sheet *s, struct kis_err *err)
{
	lxw_worksheet *ws = s->writer->ws;
	int below = s->report && sheet_charts_below(s);
	int one_page = below && fits_one_page(s);

	worksheet_set_landscape(ws);
	worksheet_set_paper(ws, PAPER_A4);
	worksheet_set_margins(ws, 0.25, 0.25, 0.6, 0.6);
	worksheet_center_horizontally(ws);
	worksheet_fit_to_pages(ws, 1, one_page ? 1 : 0);
	if (below && !one_page && break_before_charts(s, err) < 0)
		return -1;
	if (set_captions(s, err) < 0)
		return -1;
	/* Charts to the right of the table are not printed: with them, the
	 * table would be too small on paper. */
	if (s->report && !below &&
		writer_check(
			worksheet_print_area(ws, 0, 0, s->last, last_col(s)),
			err) < 0)
		return -1;
	return writer_check(worksheet_repeat_rows(ws, 0, s->header), err);
}

enum {
	MIN_WIDTH = 5,
	/* maximum width of a column, in characters; a longer text overflows or
	 * is truncated */
	MAX_WIDTH = 60,
	/* maximum width of a header title on one line, in characters; a longer
	 * title takes two lines */
	HALVED = 12,
	/* width of a character in pixels, without padding, as in
	 * libxlsxwriter */
	PIXELS_OF_WIDTH = 7,
	PIXELS_PADDING = 5,
};

/* Returns the width, in characters, that the header of column i needs. The font
 * of the header is smaller than that of the cells, but bold, and the filter
 * button needs space. A title with a unit takes several lines, the last of
 * which is the unit; sets s->wraps for such a title. */
static unsigned header_width(struct sheet *s, size_t i)
{
	const char *title = s->titles[i], *unit = strstr(title, " (");
	unsigned all = (unsigned)kis_text_width(title, strlen(title));
	unsigned words, unit_width;

	if (s->settings->plain)
		return all;
	if (!unit || !column_of(&s->group->columns[i]))
		return all * 7 / 8 + 1;
	s->wraps = 1;
	words = (unsigned)kis_text_width(title, (size_t)(unit - title));
	unit_width = all - words - 1;
	words = words > HALVED ? (words + 1) / 2 + 1 : words;
	return (words > unit_width ? words : unit_width) * 7 / 8 + 2;
}

/* Places the outline button, which unfolds the hidden columns, above the first
 * column to the right of them. */
static int mark_folded(struct sheet *s, struct kis_err *err)
{
	lxw_row_col_options button = {.collapsed = LXW_TRUE};
	const struct group *g = s->group;
	lxw_col_t col = (lxw_col_t)g->count;

	if (s->settings->plain || g->count == 0 || g->count == LXW_COL_MAX ||
		!is_context(g, &g->columns[g->count - 1]))
		return 0;
	return writer_check(worksheet_set_column_opt(s->writer->ws, col, col,
				    LXW_DEF_COL_WIDTH, NULL, &button),
		err);
}

static int set_width(struct sheet *s, size_t i, struct kis_err *err)
{
	const struct sheet_column *f = &s->group->columns[i];
	lxw_row_col_options folded = {.hidden = LXW_TRUE, .level = 1};
	unsigned width = f->width, header = header_width(s, i);
	lxw_col_t col = (lxw_col_t)i;

	if (f->column < FIELD_OTHER)
		width = 8;
	width = width > header ? width : header;
	width = width < MIN_WIDTH ? MIN_WIDTH : width;
	width = (width > MAX_WIDTH ? MAX_WIDTH : width) + 1;
	if (!s->settings->plain && is_context(s->group, f))
		return writer_check(worksheet_set_column_opt(s->writer->ws, col,
					    col, width, NULL, &folded),
			err);
	s->pixels += width * PIXELS_OF_WIDTH + PIXELS_PADDING;
	return writer_check(
		worksheet_set_column(s->writer->ws, col, col, width, NULL),
		err);
}

/* Suppresses Excel's warning about numbers stored as text: codes and numbers of
 * more than 15 digits are text on purpose. */
static int allow_digits(struct sheet *s, struct kis_err *err)
{
	char range[LXW_MAX_CELL_RANGE_LENGTH];

	lxw_rowcol_to_range(range, s->header + 1, 0, s->last, last_col(s));
	return writer_check(worksheet_ignore_errors(s->writer->ws,
				    LXW_IGNORE_NUMBER_STORED_AS_TEXT, range),
		err);
}

/* Returns the number of columns that remain visible when the user scrolls to
 * the right: those up to the stock's name in a ranking, and up to the date in
 * a stock's sheet. */
static lxw_col_t frozen_columns(const struct group *g)
{
	int name = g->past         ? g->of_role[ROLE_DAY]
		   : g->is_ranking ? g->of_role[ROLE_NAME]
				   : -1;

	return name >= 0 && name < 4 ? (lxw_col_t)(name + 1) : 0;
}

static int set_widths(struct sheet *s, struct kis_err *err)
{
	s->pixels = 0;
	for (size_t i = 0; i < s->group->count; i++)
		if (set_width(s, i, err) < 0)
			return -1;
	return 0;
}

static int set_layout(struct sheet *s, struct kis_err *err)
{
	if (mark_folded(s, err) < 0)
		return -1;
	if (s->group->count && allow_digits(s, err) < 0)
		return -1;
	if (s->settings->plain || s->group->count == 0)
		return 0;
	worksheet_freeze_panes(
		s->writer->ws, s->header + 1, frozen_columns(s->group));
	if (add_table_or_filter(s, err) < 0)
		return -1;
	if (s->group->past && past_dress(s, err) < 0)
		return -1;
	if (s->report && add_bars(s, err) < 0)
		return -1;
	if (add_stripes(s, err) < 0)
		return -1;
	if (s->report)
		worksheet_gridlines(s->writer->ws, LXW_HIDE_ALL_GRIDLINES);
	return set_page(s, err);
}

/* ---- the rows ---- */

/* Returns the index of the stock code in b->targets, plus 1. Adds a new code to
 * b->targets. Returns 0 if the cell is not a stock code or if there are too
 * many codes. Naver Finance addresses a stock by six characters; the code of an
 * ETN has an additional Q in front. */
static uint16_t link_to(struct book *b, const struct cell *code)
{
	const char *p = code->text;
	size_t n = code->text_len, i;

	if (code->type != CELL_TEXT || (n != 6 && (n != 7 || *p != 'Q')))
		return 0;
	for (i = 0; i < n; i++)
		if (!(p[i] >= '0' && p[i] <= '9') &&
			!(p[i] >= 'A' && p[i] <= 'Z'))
			return 0;
	i = b->targets.count < UINT16_MAX ? kis_names_add(&b->targets, p, n)
					  : kis_names_find(&b->targets, p, n);
	return i < UINT16_MAX ? (uint16_t)(i + 1) : 0;
}

/* Records the link of the current row. If the sheet has more than
 * SHEET_LINKS_MAX rows, discards all of its links. */
static void note_link(struct sheet *s)
{
	int code = s->group->of_role[ROLE_CODE];

	if (code < 0 || s->link_rows > SHEET_LINKS_MAX)
		return;
	if (++s->link_rows > SHEET_LINKS_MAX) {
		free(s->links);
		s->links = NULL;
		s->has_links = 0;
		return;
	}
	if (s->link_rows > s->link_room) {
		/* The array grows in small steps at first, because there may be
		 * hundreds of sheets. */
		s->link_room += s->link_room < 1024 ? 32 : 1024;
		s->links = kis_mem_resize(
			s->links, s->link_room, sizeof(*s->links));
	}
	s->links[s->link_rows - 1] = link_to(s->book, &s->cells[code]);
	s->has_links |= s->links[s->link_rows - 1] != 0;
}

/* Empties the cells, because the fields of the current record differ from those
 * of the previous record, and the field of a cell may be missing. Adds cells
 * for new columns. */
static void empty_cells(struct sheet *s, const struct keys *keys)
{
	size_t count = s->group->count;

	if (count > s->room) {
		s->cells =
			kis_mem_resize(s->cells, count * 2, sizeof(*s->cells));
		memset(s->cells + s->room, 0,
			(count * 2 - s->room) * sizeof(*s->cells));
		s->room = count * 2;
	}
	for (size_t i = 0; i < count; i++)
		if (!s->group->columns[i].same)
			s->cells[i].type = CELL_EMPTY;
	s->keys = keys->serial;
}

static void read_cells(struct sheet *s, const struct keys *keys,
	const struct kis_member *members)
{
	const struct group *g = s->group;
	enum cell_look look = look_of(s);

	if (s->keys != keys->serial)
		empty_cells(s, keys);
	for (size_t i = 0; i < keys->count; i++) {
		size_t at = g->place[i];
		const struct sheet_column *c = &g->columns[at];

		if (!c->same)
			cell_of(&members[i], c->column,
				&s->fields->list[c->field], look,
				&s->cells[at]);
	}
}

/* Sets *value to price / average short price - 1 and returns 1. Returns 0 if
 * one of the two prices is missing or the average is not positive. */
static int price_vs_avg(const struct sheet *s, double *value)
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

/* Writes the formula of price_vs_avg for a row, such as "D12/N12-1", to
 * s->formula[0]. Returns the length of the formula. */
static size_t form_formula(struct sheet *s, lxw_row_t row)
{
	char digits[CELL_NUMBER_TEXT];
	size_t n = cell_number_whole(row + 1, digits);
	char *to = stpcpy(s->formula[0], s->price_letters);

	memcpy(to, digits, n);
	to[n] = '/';
	to = stpcpy(to + n + 1, s->average_letters);
	memcpy(to, digits, n);
	memcpy(to + n, "-1", 2);
	return (size_t)(to - s->formula[0]) + n + 2;
}

/* Returns 1, and counts the formula, if the next row may have a formula for
 * price_vs_avg. Only the first rows of a sheet have formulas, because a
 * workbook may have many sheets, and LibreOffice needs much memory for
 * formulas. */
static int has_formula(struct sheet *s)
{
	int many = s->book->formulas && !s->group->past;

	if (s->formulas >= (many ? SHEET_FORMULAS_MAX : SHEET_FORMULAS_LEAST))
		return 0;
	s->formulas++;
	s->book->formulas -= s->book->formulas > 0;
	return 1;
}

static void set_price_vs_avg(struct sheet *s, struct cell *c, lxw_row_t row)
{
	double value;

	c->type = CELL_EMPTY;
	if (!price_vs_avg(s, &value))
		return;
	c->type = CELL_NUMBER;
	cell_number_rounded(value, COMPUTED_DECIMALS, &c->number);
	c->style = style_by_sign(value, STYLE_RATE_UP);
	if (!has_formula(s))
		return;
	if (!*s->price_letters) {
		lxw_col_to_name(s->price_letters, (lxw_col_t)s->group->price,
			LXW_FALSE);
		lxw_col_to_name(s->average_letters,
			(lxw_col_t)s->group->average, LXW_FALSE);
	}
	c->type = CELL_FORMULA;
	c->text = s->formula[0];
	c->text_len = form_formula(s, row);
}

/* Widens the column if the cell is wider. Replaces the estimated width of a
 * text in c->width with the computed width, because the next row reuses the
 * cell if all records of the group have the same value. */
static void widen(struct sheet_column *column, struct cell *c)
{
	if (c->type == CELL_EMPTY || c->width <= column->width)
		return;
	if (c->type == CELL_TEXT)
		c->width = cell_text_width(c, column->width);
	if (c->width > column->width)
		column->width = c->width;
}

static const double *number_of(
	const struct sheet *s, enum role role, double *room)
{
	int at = s->group->of_role[role];

	if (at < 0 || s->cells[at].type != CELL_NUMBER)
		return NULL;
	*room = cell_number_value(&s->cells[at].number);
	return room;
}

static double number_or_nan(const struct sheet *s, enum role role)
{
	double value;

	return number_of(s, role, &value) ? value : NAN;
}

/* Sets c to the mean of the short value ratio over the last past_spans[which]
 * rows up to the given row: a formula such as "AVERAGE(G8:G12)" in the first
 * SHEET_FORMULAS_LEAST rows, otherwise a number. */
static void set_mean(struct sheet *s, struct cell *c, int which, lxw_row_t row)
{
	double mean = s->group->past->mean[which];
	lxw_col_t col = (lxw_col_t)s->group->of_role[ROLE_SHORT_SHARE];
	char letters[8];

	c->type = CELL_EMPTY;
	if (!isfinite(mean))
		return;
	c->type = CELL_NUMBER;
	c->style = STYLE_PERCENT;
	cell_number_rounded(mean, COMPUTED_DECIMALS, &c->number);
	if (row - s->header > SHEET_FORMULAS_LEAST)
		return;
	lxw_col_to_name(letters, col, LXW_FALSE);
	c->type = CELL_FORMULA;
	c->text = s->formula[1 + which];
	c->text_len = (size_t)snprintf(s->formula[1 + which],
		sizeof(s->formula[0]), "AVERAGE(%s%u:%s%u)", letters,
		(unsigned)(row + 2 - past_spans[which]), letters,
		(unsigned)(row + 1));
}

static void note_past(struct sheet *s, lxw_row_t row)
{
	const struct group *g = s->group;
	double day;
	struct past_row r = {
		.day = number_of(s, ROLE_DAY, &day) ? (long)day : 0,
		.close = number_or_nan(s, ROLE_CLOSE),
		.high = number_or_nan(s, ROLE_HIGH),
		.low = number_or_nan(s, ROLE_LOW),
		.average = number_or_nan(s, ROLE_AVERAGE),
		.ratio = number_or_nan(s, ROLE_SHORT_SHARE),
		.vs_avg = NAN,
	};

	if (g->price >= 0)
		price_vs_avg(s, &r.vs_avg);
	past_add(g->past, &r);
	for (size_t i = 0; i < g->count; i++)
		if (g->columns[i].column <= FIELD_MEAN)
			set_mean(s, &s->cells[i],
				FIELD_MEAN - g->columns[i].column, row);
}

static void set_changes(struct sheet *s, const struct keys *keys,
	const struct kis_member *members)
{
	struct group *g = s->group;
	struct cell *rank = &s->cells[g->rank_change];
	struct cell *ratio = &s->cells[g->ratio_change];
	const struct kis_member *code = &members[keys->member[ROLE_CODE]];
	struct changes_row row = {0};

	rank->type = ratio->type = CELL_EMPTY;
	if (!number_of(s, ROLE_RANK, &row.rank) ||
		!number_of(s, ROLE_SHORT_SHARE, &row.ratio) ||
		!changes_add(g->changes, group_day(g->value[2].text),
			code->text, code->text_len, &row))
		return;
	g->has_changes = 1;
	g->compared = g->changes->before;
	rank->type = ratio->type = CELL_NUMBER;
	cell_number_of(row.rank, &rank->number);
	rank->style = style_by_sign(row.rank, STYLE_CHANGE_UP);
	cell_number_rounded(row.ratio, COMPUTED_DECIMALS, &ratio->number);
	ratio->style = style_by_sign(row.ratio, STYLE_POINTS_UP);
}

/* Updates the rows that the charts show. The charts show records of the newest
 * query only. */
static void note_top(struct sheet *s, const struct keys *keys,
	const struct kis_member *members)
{
	struct group *g = s->group;
	int name = keys->member[ROLE_NAME];
	/* Without charts, only the first row is needed, for the sheet 목차. */
	size_t max = s->settings->top > 0 ? (size_t)s->settings->top : 1;
	double value, share, rate = NAN;

	if (keys->member[ROLE_FETCHED] >= 0 && g->time != g->time_last)
		return;
	if (g->newest == 1)
		top_reset(&g->top);
	if (name < 0 || !number_of(s, ROLE_SHORT_VALUE, &value) ||
		!number_of(s, ROLE_SHORT_SHARE, &share))
		return;
	/* Skip the rows of a list that occurs twice in the input. */
	if (g->ranks.repeated && top_has(&g->top, TOP_VALUE, members[name].text,
					 members[name].text_len, value))
		return;
	if (top_takes(&g->top, TOP_VALUE, max, value)) {
		if (g->price >= 0)
			price_vs_avg(s, &rate);
		top_add(&g->top, TOP_VALUE, max, members[name].text,
			members[name].text_len, value, rate);
	}
	if (top_takes(&g->top, TOP_SHARE, max, share))
		top_add(&g->top, TOP_SHARE, max, members[name].text,
			members[name].text_len, share,
			number_or_nan(s, ROLE_CHANGE_RATE));
}

/* Returns the stream for the next row. If the current part is full, starts a
 * new part. Returns NULL and sets err on failure. */
static struct row_stream *stream_of(struct sheet *s, struct kis_err *err)
{
	struct row_stream *stream = s->parts ? s->streams[s->parts - 1] : NULL;

	if (stream && stream->last + 1 < LXW_ROW_MAX)
		return stream;
	if (stream && row_stream_close(stream, err) < 0)
		return NULL;
	stream = row_stream_new(&s->book->streams, s->header + 1);
	s->streams = kis_mem_resize(
		s->streams, s->parts + 1, sizeof(struct row_stream *));
	s->streams[s->parts++] = stream;
	return stream;
}

int sheet_add(struct sheet *s, const struct keys *keys,
	const struct kis_member *members, struct kis_err *err)
{
	struct row_stream *stream = stream_of(s, err);
	struct group *g = s->group;

	if (!stream)
		return -1;
	read_cells(s, keys, members);
	for (size_t i = 0; i < g->count; i++) {
		if (g->columns[i].column == FIELD_PRICE_VS_AVG)
			set_price_vs_avg(s, &s->cells[i], stream->last + 1);
		else if (g->columns[i].column >= FIELD_OTHER)
			widen(&g->columns[i], &s->cells[i]);
	}
	if (g->past)
		note_past(s, stream->last + 1);
	if (g->changes)
		set_changes(s, keys, members);
	if (s->report && s->group->is_ranking) {
		note_link(s);
		note_top(s, keys, members);
	}
	return row_stream_add(stream, s->cells, g->count, err);
}

/* Adds a worksheet with the rows of one part to the workbook. Returns 0, or -1
 * and sets err. */
static int end_part(
	struct sheet *s, const struct row_stream *stream, struct kis_err *err)
{
	struct writer *w = book_add_sheet(s->book, s->group->name, err);

	if (!w)
		return -1;
	s->writer = w;
	s->last = stream->last;
	w->stream = stream;
	w->first_row = s->header + 1;
	if (!s->first)
		s->first = w;
	if (s->has_links && w == s->first) {
		w->links = s->links;
		w->link_rows = s->link_rows;
		w->link_col = (lxw_col_t)s->group->of_role[ROLE_CODE];
	}
	set_titles(s);
	if (set_widths(s, err) < 0 || write_head(s, err) < 0 ||
		set_layout(s, err) < 0)
		return -1;
	if (w->links && writer_prepare_links(w, err) < 0)
		return -1;
	lxw_private_set_last_cell(w->ws, stream->last, last_col(s));
	return 0;
}

int sheet_end(struct sheet *s, struct kis_err *err)
{
	if (row_stream_close(s->streams[s->parts - 1], err) < 0)
		return -1;
	for (size_t i = 0; i < s->parts; i++)
		if (end_part(s, s->streams[i], err) < 0)
			return -1;
	return 0;
}
