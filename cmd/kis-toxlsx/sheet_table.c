#include "cmd/kis-toxlsx/sheet_table.h"
#include "cmd/kis-toxlsx/cell_text.h"
#include "cmd/kis-toxlsx/name.h"
#include "cmd/kis-toxlsx/sheet_head.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

enum {
	MAX_TITLE = 255,
	MAX_COLUMNS = 256, /* the library (1.1.4) takes 56 bytes for each pair
			      of columns: 15 GB for all that a sheet has */
};

/* Text that needs no escape of Excel's: it would be read as part of it. */
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
		const char *text;
		size_t len;

		sheet_title_of(s, i, &text, &len);
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
		const char *text;
		size_t len;

		sheet_title_of(s, i, &text, &len);
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

/* A table wants titles that differ, whatever their case, and its own part
 * repeats them in an attribute. */
static int titles_fit_table(const struct sheet *s)
{
	return titles_are_clean(s) && titles_differ(s);
}

/* "코스닥_1일", to be used in formulas. No two are the same: a nameable group's
 * sheet has blanks and (2) in its name, and no _ or other mark. */
static char *table_name(const struct sheet *s)
{
	char *name = kis_mem_dup(s->writer->name);

	for (char *p = name; *p; p++)
		if (strchr(" ()", *p))
			*p = '_';
	return name;
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
		const char *text;
		size_t len;

		sheet_title_of(s, i, &text, &len);
		titles[i] = kis_mem_copy(text, len);
		columns[i].header = titles[i];
		columns[i].header_format = s->writer->styles->of[STYLE_HEADER];
		list[i] = &columns[i];
	}
	rc = writer_check(
		worksheet_add_table(s->writer->ws, s->header, 0,
			sheet_last_row(s), sheet_last_col(s), &options),
		err);
	for (size_t i = 0; i < n; i++)
		free(titles[i]);
	free(titles);
	free(name);
	free(list);
	free(columns);
	return rc;
}

int sheet_table_add(struct sheet *s, struct kis_err *err)
{
	if (s->report && s->group->count <= MAX_COLUMNS && titles_fit_table(s))
		return add_table(s, err);
	return writer_check(worksheet_autofilter(s->writer->ws, s->header, 0,
				    sheet_last_row(s), sheet_last_col(s)),
		err);
}
