#include "cmd/kis-tocsv/columns.h"
#include "lib/cli.h"
#include "lib/mem.h"
#include "lib/record.h"

#include <stdlib.h>
#include <string.h>

static struct column *add(struct columns *c, const char *key, size_t n)
{
	struct column *to;

	if (c->count == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 32;
		c->list = kis_mem_resize(c->list, c->cap, sizeof(*c->list));
	}
	to = &c->list[c->count++];
	memset(to, 0, sizeof(*to));
	to->key = kis_mem_copy(key, n);
	to->known = kis_record_find(key, n);
	to->field = KIS_NO_FIELD;
	to->member = -1;
	return to;
}

static void add_known(struct columns *c, size_t i)
{
	const char *key = kis_record_columns[i].key;

	add(c, key, strlen(key));
}

static int is_chosen(const struct columns *c, const char *key)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->list[i].key, key) == 0)
			return 1;
	return 0;
}

int columns_choose(struct columns *c, const char *names, struct kis_err *err)
{
	struct kis_buf name = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	int got, rc = 0;

	c->chosen = 1;
	while (rc == 0 && (got = kis_fields_next_name(&names, &name)) != 0) {
		if (got < 0)
			rc = kis_cli_usage_error(err,
				"invalid value for -c: expected field names "
				"separated by commas");
		else if (is_chosen(c, name.data))
			rc = kis_cli_usage_error(
				err, "duplicate column in -c: '%s'", name.data);
		else
			add(c, name.data, name.len);
	}
	kis_buf_release(&name);
	return rc;
}

static int find_field(const struct kis_fields *fields, const char *key)
{
	return (int)kis_names_find(&fields->names, key, strlen(key));
}

/* Resolves a name of -c that is neither a field of the records nor a field in
 * lib/record.h. If the name is a column header, Korean or English, changes the
 * column to the field with this header. Returns 0, or -1 and sets err: 64 if -c
 * already has that field, or 65 if the name is unknown. */
static int find_titled(
	struct columns *c, struct column *col, struct kis_err *err)
{
	int known = kis_record_find_title(col->key, strlen(col->key));
	const char *key = known < 0 ? NULL : kis_record_columns[known].key;

	if (!key)
		return kis_fail(err, KIS_EX_DATA,
			"no field '%s' in the first records (requested with "
			"-c)",
			col->key);
	if (is_chosen(c, key))
		return kis_cli_usage_error(err,
			"duplicate column in -c: '%s' and '%s' are the same "
			"field",
			key, col->key);
	col->title = col->key;
	col->key = kis_mem_dup(key);
	col->known = known;
	return 0;
}

static int decide_chosen(
	struct columns *c, const struct kis_fields *fields, struct kis_err *err)
{
	for (size_t i = 0; i < c->count; i++) {
		struct column *col = &c->list[i];

		if (col->known < 0 && find_field(fields, col->key) < 0 &&
			find_titled(c, col, err) < 0)
			return -1;
	}
	return 0;
}

/* Returns 1 if the records are rows of a ranking: they have market, period,
 * rank and fetched_at, which every version of kis-fetch adds. */
static int is_ranking(const struct kis_fields *fields)
{
	for (size_t i = 0; i < kis_record_context; i++)
		if (!kis_record_is_since_list(i) &&
			find_field(fields, kis_record_columns[i].key) < 0)
			return 0;
	return 1;
}

static void clear(struct columns *c)
{
	for (size_t i = 0; i < c->count; i++) {
		free(c->list[i].key);
		free(c->list[i].title);
	}
	c->count = 0;
}

static int decide_all(
	struct columns *c, struct kis_fields *fields, struct kis_err *err)
{
	int whole = is_ranking(fields);

	/* Records are recognized as those of kis-fetch only if they have all
	 * fields that is_ranking() requires, because a single name, such as
	 * "rank", may occur in any JSON. */
	fields->has_kis |= whole;
	clear(c);
	for (size_t i = 0; i < kis_record_count; i++) {
		int field = find_field(fields, kis_record_columns[i].key);

		if ((whole &&
			    (kis_record_columns[i].records & KIS_IN_RANKING)) ||
			(field >= 0 &&
				kis_fields_known(fields, (size_t)field) >= 0))
			add_known(c, i);
	}
	for (size_t i = 0; i < fields->names.count; i++)
		if (kis_fields_known(fields, i) < 0)
			add(c, fields->names.list[i].text,
				fields->names.list[i].len);
	if (c->count == 0)
		return kis_fail(err, KIS_EX_DATA,
			"the records have no fields (all are {})");
	if (c->count > COLUMNS_MAX)
		return kis_fail(err, KIS_EX_DATA,
			"more than %d columns; use -c to choose some",
			(int)COLUMNS_MAX);
	return 0;
}

static void set_fields(struct columns *c, const struct kis_fields *fields)
{
	c->of_field_count = fields->names.count;
	c->of_field = kis_mem_resize(
		c->of_field, c->of_field_count + 1, sizeof(*c->of_field));
	for (size_t i = 0; i < c->of_field_count; i++)
		c->of_field[i] = -1;
	for (size_t i = 0; i < c->count; i++) {
		struct column *col = &c->list[i];

		col->field = find_field(fields, col->key);
		if (col->field < 0)
			continue;
		c->of_field[col->field] = (int)i;
		col->known = kis_fields_known(fields, (size_t)col->field);
	}
}

int columns_decide(
	struct columns *c, struct kis_fields *fields, struct kis_err *err)
{
	if ((c->chosen ? decide_chosen(c, fields, err)
		       : decide_all(c, fields, err)) < 0)
		return -1;
	/* Add fields of -c that the first records lack, because such a field
	 * may first occur in a later record. */
	for (size_t i = 0; c->chosen && i < c->count; i++)
		kis_fields_add_key(
			fields, c->list[i].key, strlen(c->list[i].key));
	set_fields(c, fields);
	return 0;
}

void columns_decide_empty(struct columns *c)
{
	for (size_t i = 0; !c->chosen && i < kis_record_count; i++)
		if (kis_record_columns[i].records & KIS_IN_RANKING)
			add_known(c, i);
}

const struct kis_member *columns_match(struct columns *c,
	struct kis_fields *fields, const struct kis_ndjson *r,
	const struct kis_member *members, size_t count)
{
	const struct kis_member *extra = NULL;

	for (size_t i = 0; i < c->count; i++)
		c->list[i].member = -1;
	for (size_t i = 0; i < count; i++) {
		int field = kis_fields_find(fields, r, &members[i]);
		int at = field < 0 || (size_t)field >= c->of_field_count
				 ? -1
				 : c->of_field[field];

		if (at >= 0)
			c->list[at].member = (int)i;
		else if (!extra && !c->chosen)
			extra = &members[i];
	}
	return extra;
}

void columns_release(struct columns *c)
{
	clear(c);
	free(c->list);
	free(c->of_field);
	memset(c, 0, sizeof(*c));
}
