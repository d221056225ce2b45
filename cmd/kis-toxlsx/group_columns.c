#include "cmd/kis-toxlsx/group.h"
#include "lib/mem.h"
#include "lib/record.h"

#include <string.h>

static int same_key(const struct field *f, const struct kis_member *m)
{
	return f->key && f->key_len == m->key_len &&
	       memcmp(f->key, m->key, m->key_len) == 0;
}

/* The field of a member that the record's table lacks; count if none. */
static size_t find_other(
	const struct group *g, const struct kis_member *m, size_t hint)
{
	if (hint + 1 < g->count && same_key(&g->fields[hint + 1], m))
		return hint + 1;
	for (size_t i = 0; i < g->count; i++)
		if (g->fields[i].column == FIELD_OTHER &&
			same_key(&g->fields[i], m))
			return i;
	return g->count;
}

/* The field of member i; hint: that of the member before. */
static size_t find_field(const struct group *g, const struct keys *k,
	const struct kis_member *members, size_t i, size_t hint)
{
	int column = k->column[i];

	if (column < 0)
		return find_other(g, &members[i], hint);
	return g->field_of[column] < 0 ? g->count : (size_t)g->field_of[column];
}

static void add_field(struct group *g, int column, const struct kis_member *m)
{
	struct field *f;

	g->fields = kis_mem_resize(g->fields, g->count + 1, sizeof(*g->fields));
	f = &g->fields[g->count];
	memset(f, 0, sizeof(*f));
	f->column = column;
	if (m) {
		f->key = kis_mem_copy(m->key, m->key_len);
		f->key_len = m->key_len;
	}
	if (column >= 0)
		g->field_of[column] = (int)g->count;
	g->count++;
}

int group_learn(struct group *g, const struct keys *k,
	const struct kis_member *members, struct kis_err *err)
{
	size_t at = SIZE_MAX - 1;

	if (g->learnt == k->serial)
		return 0;
	g->place = kis_mem_resize(g->place, k->count, sizeof(*g->place));
	for (size_t i = 0; i < k->count; i++) {
		const struct kis_member *m = &members[i];

		g->place[i] = at = find_field(g, k, members, i, at);
		if (at < g->count)
			continue;
		if (g->frozen)
			return kis_fail(err, KIS_EX_DATA,
				"member '%.*s' has no column: in long "
				"input the columns of a sheet are those of "
				"its first records",
				(int)m->key_len, m->key);
		if (g->count + 1 >= LXW_COL_MAX)
			return kis_fail(err, KIS_EX_DATA,
				"more than the %d members that a sheet "
				"has columns for",
				LXW_COL_MAX - 1);
		add_field(g, k->column[i], m);
	}
	g->learnt = k->serial;
	return 0;
}

/* Where a kind of column stands: what says the same in every row of a sheet
 * goes to the right of what a reader came for. */
static int place_of(int column)
{
	static const unsigned char places[] = {
		[KIS_KIND_RANK] = 1,
		[KIS_KIND_DATE] = 4,
		[KIS_KIND_LIST] = 6,
		[KIS_KIND_LIST_ROWS] = 6,
		[KIS_KIND_FILTER] = 6,
		[KIS_KIND_MARKET] = 6,
		[KIS_KIND_PERIOD] = 6,
		[KIS_KIND_TIME] = 6,
	};
	enum kis_kind kind;

	if (column == FIELD_VERSUS)
		return 3;
	if (column < 0)
		return 5;
	kind = kis_record_columns[column].kind;
	return kind < sizeof(places) && places[kind] ? places[kind] : 2;
}

/* Stable: within a place the order of the input stays. */
static void sort_fields(struct group *g)
{
	for (size_t i = 1; i < g->count; i++) {
		struct field f = g->fields[i];
		size_t at = i;

		while (at > 0 && place_of(g->fields[at - 1].column) >
					 place_of(f.column)) {
			g->fields[at] = g->fields[at - 1];
			at--;
		}
		g->fields[at] = f;
	}
	for (size_t i = 0; i < g->count; i++)
		if (g->fields[i].column >= 0)
			g->field_of[g->fields[i].column] = (int)i;
}

void group_freeze(struct group *g, int plain)
{
	if (g->frozen)
		return;
	g->frozen = 1;
	g->learnt = 0; /* the fields change their places */
	if (!g->ours || plain)
		return;
	if (g->field_of[keys_column(ROLE_PRICE)] >= 0 &&
		g->field_of[keys_column(ROLE_AVERAGE)] >= 0)
		add_field(g, FIELD_VERSUS, NULL);
	sort_fields(g);
	g->price = g->field_of[keys_column(ROLE_PRICE)];
	g->average = g->field_of[keys_column(ROLE_AVERAGE)];
}
