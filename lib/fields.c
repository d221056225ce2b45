#include "lib/fields.h"
#include "lib/locale.h"
#include "lib/cli.h"
#include "lib/mem.h"
#include "lib/number.h"
#include "lib/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NOT_LOOKED_UP = -2 };

static int is_whitespace(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_whitespace(const char *p)
{
	while (is_whitespace(*p))
		p++;
	return p;
}

static const char *next_quoted(const char *p, struct kis_buf *out)
{
	for (p++; *p; p++) {
		if (*p == '"' && *++p != '"')
			return p;
		kis_buf_add(out, p, 1);
	}
	return NULL;
}

static const char *next_plain(const char *p, struct kis_buf *out)
{
	size_t n = strcspn(p, ","), len = n;

	while (len && is_whitespace(p[len - 1]))
		len--;
	kis_buf_add(out, p, len);
	return len ? p + n : NULL;
}

int kis_fields_next_name(const char **p, struct kis_buf *out)
{
	const char *at;

	kis_buf_reset(out);
	kis_buf_add_str(out, "");
	if (!*p)
		return 0;
	at = skip_whitespace(*p);
	at = *at == '"' ? next_quoted(at, out) : next_plain(at, out);
	if (!at)
		return -1;
	at = skip_whitespace(at);
	if (*at && *at != ',')
		return -1;
	*p = *at ? at + 1 : NULL;
	return 1;
}

int kis_fields_set_text(
	struct kis_fields *f, const char *names, struct kis_err *err)
{
	struct kis_buf name = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	int got;

	while ((got = kis_fields_next_name(&names, &name)) > 0) {
		int known = kis_record_find_title(name.data, name.len);
		const char *key =
			known < 0 ? name.data : kis_record_columns[known].key;

		kis_names_add(
			&f->text, key, known < 0 ? name.len : strlen(key));
	}
	kis_buf_release(&name);
	return got < 0 ? kis_cli_usage_error(err,
				 "invalid value for --text: expected field "
				 "names separated by commas")
		       : 0;
}

static enum kis_type first_type(int known, int is_text)
{
	if (is_text)
		return KIS_TYPE_TEXT;
	return known < (int)kis_record_context ? KIS_TYPE_UNDECIDED
					       : KIS_TYPE_TABLE;
}

size_t kis_fields_add_key(struct kis_fields *f, const char *key, size_t n)
{
	size_t count = f->names.count, i = kis_names_add(&f->names, key, n);
	int known, is_text;

	if (i < count)
		return i;
	if (f->cap < f->names.cap) {
		f->cap = f->names.cap;
		f->list = kis_mem_resize(f->list, f->cap, sizeof(*f->list));
	}
	known = kis_record_find(key, n);
	is_text = kis_names_find(&f->text, key, n) != SIZE_MAX;
	f->list[i] = (struct kis_field){.known = known,
		.type = first_type(known, is_text),
		.is_text = is_text};
	f->has_kis |= known >= (int)kis_record_context;
	return i;
}

int kis_fields_known(const struct kis_fields *f, size_t field)
{
	int known = f->list[field].known;

	return known >= (int)kis_record_context || f->has_kis ? known : -1;
}

/* Enlarges f->of_name if needed and returns the address of f->of_name[name].
 * The argument "name" is the reader's number of a name. If the reader has begun
 * a new epoch (see lib/ndjson.h), clears all entries first, because names then
 * have new numbers. */
static int *slot_of(
	struct kis_fields *f, const struct kis_ndjson *r, size_t name)
{
	size_t old = f->of_name_count;

	if (f->epoch != kis_ndjson_epoch(r)) {
		f->epoch = kis_ndjson_epoch(r);
		old = 0;
	} else if (name < old) {
		return &f->of_name[name];
	}
	if (name >= f->of_name_count) {
		f->of_name_count = (name + 1) * 2;
		f->of_name = kis_mem_resize(
			f->of_name, f->of_name_count, sizeof(*f->of_name));
	}
	for (size_t i = old; i < f->of_name_count; i++)
		f->of_name[i] = NOT_LOOKED_UP;
	return &f->of_name[name];
}

size_t kis_fields_add(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *m)
{
	int *slot = slot_of(f, r, m->name);

	if (*slot < 0)
		*slot = (int)kis_fields_add_key(f, m->key, m->key_len);
	return (size_t)*slot;
}

int kis_fields_find(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *m)
{
	int *slot = slot_of(f, r, m->name);

	if (*slot == NOT_LOOKED_UP)
		*slot = (int)kis_names_find(&f->names, m->key, m->key_len);
	return *slot;
}

static int is_empty(const struct kis_member *m)
{
	for (size_t i = 0; i < m->text_len; i++)
		if (!is_whitespace(m->text[i]))
			return 0;
	return 1;
}

enum kis_type kis_fields_type_of(const struct kis_member *m)
{
	switch (m->value) {
	case KIS_VALUE_NULL:
		return KIS_TYPE_UNDECIDED;
	case KIS_VALUE_TRUE:
	case KIS_VALUE_FALSE:
		return KIS_TYPE_TRUTH;
	case KIS_VALUE_NESTED:
		return KIS_TYPE_TEXT;
	case KIS_VALUE_NUMBER:
	case KIS_VALUE_STRING:
		break;
	}
	if (kis_number_is_plain(
		    m->text, m->text_len, m->value == KIS_VALUE_NUMBER))
		return KIS_TYPE_NUMBER;
	return is_empty(m) ? KIS_TYPE_UNDECIDED : KIS_TYPE_TEXT;
}

/* Adds the fields of a record to f, and stores in f->open those fields whose
 * type may still change. */
static void learn_names(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *members, size_t count)
{
	if (f->open_cap < count) {
		f->open_cap = count;
		f->open = kis_mem_resize(f->open, count, sizeof(*f->open));
	}
	f->open_count = 0;
	for (size_t i = 0; i < count; i++) {
		size_t field = kis_fields_add(f, r, &members[i]);

		if (f->list[field].type < KIS_TYPE_TEXT)
			f->open[f->open_count++] =
				(struct kis_field_open){i, field};
	}
}

void kis_fields_learn(struct kis_fields *f, const struct kis_ndjson *r,
	const struct kis_member *members, size_t count, int same_keys)
{
	if (!same_keys)
		learn_names(f, r, members, count);
	if (f->is_fixed)
		return;
	for (size_t i = 0; i < f->open_count; i++) {
		struct kis_field *field = &f->list[f->open[i].field];
		enum kis_type type =
			field->type == KIS_TYPE_TEXT
				? KIS_TYPE_TEXT
				: kis_fields_type_of(
					  &members[f->open[i].member]);

		if (type == KIS_TYPE_UNDECIDED || type == field->type)
			continue;
		field->type = field->type == KIS_TYPE_UNDECIDED ? type
								: KIS_TYPE_TEXT;
	}
}

void kis_fields_fix(struct kis_fields *f)
{
	f->is_fixed = 1;
	for (size_t i = 0; i < f->names.count; i++)
		f->list[i].strays = 0;
}

int kis_fields_strays(const struct kis_fields *f, struct kis_buf *out)
{
	size_t others = 0, first = SIZE_MAX;

	for (size_t i = 0; i < f->names.count; i++) {
		if (f->list[i].strays == 0)
			continue;
		if (first == SIZE_MAX)
			first = i;
		else
			others++;
	}
	if (first == SIZE_MAX)
		return 0;
	kis_buf_printf(out,
		f->list[first].strays == 1
			? _("field '%.80s': %" PRIu64
			    " value that does not have the type of its column, "
			    "written as text")
			: _("field '%.80s': %" PRIu64
			    " values that do not have the type of their "
			    "column, "
			    "written as text"),
		f->names.list[first].text, f->list[first].strays);
	if (others)
		kis_buf_printf(out, _(" (other fields with such values: %zu)"),
			others);
	kis_buf_printf(out,
		_("; to make the whole column text, use --text '%.80s'"),
		f->names.list[first].text);
	return 1;
}

void kis_fields_release(struct kis_fields *f)
{
	kis_names_release(&f->names);
	kis_names_release(&f->text);
	free(f->list);
	free(f->of_name);
	free(f->open);
	memset(f, 0, sizeof(*f));
}
