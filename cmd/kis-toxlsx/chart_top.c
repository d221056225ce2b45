#include "cmd/kis-toxlsx/chart_top.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

void top_add(
	struct top *t, const char *name, size_t n, double value, double share)
{
	struct top_row *row;

	/* grown by doubling: a power of two is full */
	if ((t->count & (t->count - 1)) == 0)
		t->rows = kis_mem_resize(
			t->rows, t->count ? t->count * 2 : 1, sizeof(*t->rows));
	row = &t->rows[t->count++];
	row->name = kis_mem_copy(name, n);
	row->value[TOP_VALUE] = value;
	row->value[TOP_SHARE] = share;
}

/* qsort() has no room for what to sort by; the keys stand beside the rows'
 * numbers instead. */
struct key {
	double value;
	size_t row;
};

static int larger_first(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? 1 : -1;
	return x->row < y->row ? -1 : 1;
}

void top_sort(struct top *t, enum top_by by)
{
	struct key *keys = kis_mem_new(t->count, sizeof(*keys));

	for (size_t i = 0; i < t->count; i++)
		keys[i] = (struct key){t->rows[i].value[by], i};
	qsort(keys, t->count, sizeof(*keys), larger_first);
	t->order = kis_mem_resize(t->order, t->count, sizeof(*t->order));
	for (size_t i = 0; i < t->count; i++)
		t->order[i] = keys[i].row;
	free(keys);
}

const struct top_row *top_at(const struct top *t, size_t place)
{
	return &t->rows[t->order[place]];
}

void top_release(struct top *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->rows[i].name);
	free(t->rows);
	free(t->order);
	memset(t, 0, sizeof(*t));
}
