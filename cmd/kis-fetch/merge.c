#include "cmd/kis-fetch/merge.h"
#include "cmd/kis-fetch/rows.h"
#include "lib/json.h"
#include "lib/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void merge_init(struct merge *m)
{
	*m = (struct merge){.rows = json_object(), .seen = json_object()};
}

static int check_date(struct merge *m, const json_t *rows, struct kis_err *err)
{
	const char *date = kis_json_text(json_array_get(rows, 0), "stnd_date2");

	if (!date)
		return 0;
	if (!m->date)
		m->date = kis_mem_dup(date);
	if (strcmp(m->date, date) == 0)
		return 0;
	return kis_fail(err, KIS_EX_TEMP,
		"base date changed from %s to %s while the list was fetched; "
		"retry",
		m->date, date);
}

/* Returns 1 if an earlier row of the same stock had a different price. */
static int is_moved(const struct merge *m, const json_t *row)
{
	const json_t *before = merge_find(m, row);

	return before && rows_price(before) != rows_price(row);
}

int merge_add(struct merge *m, const json_t *rows, struct kis_err *err)
{
	json_t *row;
	size_t i;

	if (check_date(m, rows, err) < 0)
		return -1;
	m->responses++;
	json_array_foreach((json_t *)rows, i, row)
	{
		m->price_moved |= is_moved(m, row);
		json_object_set(m->rows, rows_code(row), row);
		json_object_set_new(
			m->seen, rows_code(row), json_integer(m->responses));
	}
	if (json_array_size(rows) > m->largest)
		m->largest = json_array_size(rows);
	return 0;
}

int merge_seen_since(const struct merge *m, const json_t *row, long answer)
{
	const json_t *last = json_object_get(m->seen, rows_code(row));

	return json_integer_value(last) > answer;
}

json_t *merge_find(const struct merge *m, const json_t *row)
{
	return json_object_get(m->rows, rows_code(row));
}

struct ranked {
	double quantity;
	json_t *row;
};

static int by_quantity(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->quantity != y->quantity)
		return x->quantity < y->quantity ? 1 : -1;
	return strcmp(rows_code(x->row), rows_code(y->row));
}

json_t *merge_ranked(const struct merge *m, long low_won, long high_won)
{
	size_t n = json_object_size(m->rows), i = 0;
	struct ranked *ranks = kis_mem_new(n, sizeof(*ranks));
	json_t *list = json_array(), *row;
	const char *code;

	json_object_foreach(m->rows, code, row)
	{
		double quantity = rows_number(row, "ssts_cntg_qty");
		long won = rows_price(row);

		if (won < low_won || won > high_won)
			continue;
		/* A short volume that is not a number counts as 0, so that its
		 * row sorts last. */
		ranks[i].quantity = isnan(quantity) ? 0 : quantity;
		ranks[i++].row = row;
	}
	n = i;
	qsort(ranks, n, sizeof(*ranks), by_quantity);
	for (i = 0; i < n; i++)
		json_array_append(list, ranks[i].row);
	free(ranks);
	return list;
}

void merge_release(struct merge *m)
{
	json_decref(m->rows);
	json_decref(m->seen);
	free(m->date);
	*m = (struct merge){0};
}
