#include "cmd/kis-tocsv/columns.h"
#include "lib/cli.h"
#include "lib/mem.h"
#include "lib/record.h"

#include <stdlib.h>
#include <string.h>

static enum column_type type_of(int known)
{
	enum kis_kind kind;

	if (known < 0)
		return COLUMN_OTHER;
	kind = kis_record_columns[known].kind;
	if (kis_record_is_numeric(kind) || kind == KIS_KIND_SIGN ||
		kind == KIS_KIND_DATE)
		return COLUMN_NUMBER;
	return COLUMN_TEXT;
}

/* Where records have many members their order is mostly that of the columns:
 * the search starts where the one before ended. */
static int find_member(const struct kis_member *m, size_t count,
	const char *key, size_t n, size_t start)
{
	for (size_t k = 0; k < count; k++) {
		size_t i = start + k < count ? start + k : start + k - count;

		if (m[i].key_len == n && memcmp(m[i].key, key, n) == 0)
			return (int)i;
	}
	return -1;
}

static int find_column(
	const struct columns *c, const char *key, size_t n, size_t start)
{
	for (size_t k = 0; k < c->count; k++) {
		size_t i = (start + k) % c->count;

		if (c->list[i].key_len == n &&
			memcmp(c->list[i].key, key, n) == 0)
			return (int)i;
	}
	return -1;
}

static void add(struct columns *c, const char *key, size_t n)
{
	struct column *to;

	if (c->count == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 32;
		c->list = kis_mem_resize(c->list, c->cap, sizeof(*c->list));
	}
	to = &c->list[c->count++];
	to->key = kis_mem_copy(key, n);
	to->key_len = n;
	to->known = kis_record_find(key, n);
	to->type = type_of(to->known);
	to->member = -1;
}

int columns_choose(struct columns *c, const char *names, struct kis_err *err)
{
	c->chosen = 1;
	for (;;) {
		size_t n = strcspn(names, ",");

		if (n == 0)
			return kis_cli_wrong(
				err, "-c wants names with commas between them");
		if (find_column(c, names, n, 0) >= 0)
			return kis_cli_wrong(err,
				"column '%.*s' is chosen twice", (int)n, names);
		add(c, names, n);
		if (names[n] == '\0')
			return 0;
		names += n + 1;
	}
}

static void set_known(struct column *col, int known)
{
	const char *key = kis_record_columns[known].key;

	free(col->key);
	col->key = kis_mem_dup(key);
	col->key_len = strlen(key);
	col->known = known;
	col->type = type_of(known);
}

/* Of a member that the record lacks: is it called by its title? */
static int find_titled(struct columns *c, struct column *col,
	const struct kis_member *members, size_t count, struct kis_err *err)
{
	int known = kis_record_find_title(col->key, col->key_len);
	const char *key = known < 0 ? "" : kis_record_columns[known].key;
	size_t n = strlen(key);

	if (known < 0 || find_member(members, count, key, n, 0) < 0)
		return kis_fail(err, KIS_EX_DATA,
			"the first record has no member '%s' for a column",
			col->key);
	if (find_column(c, key, n, 0) >= 0)
		return kis_cli_wrong(err,
			"column '%s' is chosen twice, as '%s' too", key,
			col->key);
	set_known(col, known);
	return 0;
}

static int check_chosen(struct columns *c, const struct kis_member *members,
	size_t count, struct kis_err *err)
{
	for (size_t i = 0; i < c->count; i++) {
		struct column *col = &c->list[i];

		if (col->known >= 0 || find_member(members, count, col->key,
					       col->key_len, 0) >= 0)
			continue;
		if (find_titled(c, col, members, count, err) < 0)
			return -1;
	}
	return 0;
}

static int is_known(const struct kis_member *members, size_t count, size_t i)
{
	const char *key = kis_record_columns[i].key;

	return find_member(members, count, key, strlen(key), 0) >= 0;
}

static int is_whole(const struct kis_member *members, size_t count)
{
	for (size_t i = 0; i < kis_record_context; i++)
		if (!kis_record_is_since_list(i) &&
			!is_known(members, count, i))
			return 0;
	return 1;
}

int columns_decide(struct columns *c, const struct kis_member *members,
	size_t count, struct kis_err *err)
{
	int whole = is_whole(members, count);

	if (c->chosen)
		return check_chosen(c, members, count, err);
	for (size_t i = 0; i < kis_record_count; i++) {
		const char *key = kis_record_columns[i].key;

		if (whole || is_known(members, count, i))
			add(c, key, strlen(key));
	}
	for (size_t i = 0; i < count; i++)
		if (kis_record_find(members[i].key, members[i].key_len) < 0)
			add(c, members[i].key, members[i].key_len);
	if (c->count == 0)
		return kis_fail(
			err, KIS_EX_DATA, "the first record has no member");
	if (c->count > COLUMNS_MAX)
		return kis_fail(err, KIS_EX_DATA,
			"more than %d columns; -c chooses some",
			(int)COLUMNS_MAX);
	return 0;
}

void columns_decide_empty(struct columns *c)
{
	if (c->chosen)
		return;
	for (size_t i = 0; i < kis_record_count; i++) {
		const char *key = kis_record_columns[i].key;

		add(c, key, strlen(key));
	}
}

const struct kis_member *columns_match(
	struct columns *c, const struct kis_member *members, size_t count)
{
	size_t next = 0;
	int at;

	for (size_t i = 0; i < c->count; i++) {
		struct column *col = &c->list[i];

		at = find_member(members, count, col->key, col->key_len, next);
		col->member = at;
		if (at >= 0)
			next = (size_t)at + 1 == count ? 0 : (size_t)at + 1;
	}
	next = 0;
	for (size_t i = 0; i < count && !c->chosen; i++) {
		at = find_column(c, members[i].key, members[i].key_len, next);
		if (at < 0)
			return &members[i];
		next = (size_t)at + 1;
	}
	return NULL;
}

void columns_release(struct columns *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->list[i].key);
	free(c->list);
	memset(c, 0, sizeof(*c));
}
