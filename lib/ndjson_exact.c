#include "lib/ndjson_line.h"
#include "lib/number.h"
#include "lib/record.h"
#include "lib/text.h"

#include <jansson.h>
#include <string.h>

/* The longest run of digits that surely fits jansson's integers. */
enum { SAFE_DIGITS = 18 };

/* Finds how deep the line goes and whether it holds a number that could be
 * too big for jansson; overwrites those in copy, if given, by small ones. */
static int look_through(const char *p, size_t n, char *copy, int *big)
{
	const char *at = p, *end = p + n;
	int depth = 0, deepest = 0;

	while (at < end) {
		const char *from = at, *stop;

		if (*at == '"') {
			at = kis_ndjson_skip_string(at, end);
			continue;
		}
		at++;
		if (*from == '{' || *from == '[')
			depth++;
		else if (*from == '}' || *from == ']')
			depth--;
		if (depth > deepest)
			deepest = depth;
		if (*from != '-' && (*from < '0' || *from > '9'))
			continue;
		stop = kis_number_end(from);
		if (!stop) /* jansson will say what is wrong */
			continue;
		at = stop;
		if (stop - from <= SAFE_DIGITS &&
			!memchr(from, 'e', (size_t)(stop - from)) &&
			!memchr(from, 'E', (size_t)(stop - from)))
			continue;
		*big = 1;
		if (!copy)
			continue;
		/* a blank in front: it must not join what stands before */
		memset(copy + (from - p), ' ', (size_t)(stop - from));
		copy[from - p + 1] = '0';
	}
	return deepest;
}

static int not_json(const json_error_t *why, struct kis_err *err)
{
	if (json_error_code(why) == json_error_premature_end_of_input)
		return kis_fail(err, KIS_EX_DATA,
			"the line ends inside a value, NDJSON has one object a "
			"line: cut off, or " KIS_NDJSON_HINT);
	if (json_error_code(why) == json_error_duplicate_key)
		return kis_fail(err, KIS_EX_DATA,
			"a member stands twice in its object, the second ends "
			"at column %d",
			why->column);
	if (json_error_code(why) == json_error_null_character ||
		json_error_code(why) == json_error_null_byte_in_key)
		return kis_fail(err, KIS_EX_DATA,
			"a NUL character, written as \\u0000, at column %d",
			why->column);
	if (json_error_code(why) == json_error_end_of_input_expected)
		return kis_fail(err, KIS_EX_DATA,
			"something follows the object at column %d",
			why->column);
	return kis_fail(err, KIS_EX_DATA, "not JSON at column %d: %s",
		why->column, why->text);
}

/* jansson's verdict on a line whose numbers are small. */
static int judge(const char *p, size_t n, struct kis_err *err)
{
	json_error_t why;
	json_t *value = json_loadb(
		p, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	int rc = 0;

	if (!value)
		return not_json(&why, err);
	if (json_is_array(value))
		rc = kis_fail(err, KIS_EX_DATA,
			"an array, not an object: " KIS_NDJSON_HINT);
	else if (!json_is_object(value))
		rc = kis_fail(err, KIS_EX_DATA, "a value that is no object");
	json_decref(value);
	return rc;
}

static int is_cell(const char *p, size_t n, const char *name)
{
	size_t len = strlen(name);

	return n >= len && memcmp(p, name, len) == 0 &&
	       (n == len || strchr("\",;\t\r", p[len]));
}

/* A header of the record's columns, in any language that kis-tocsv writes. */
static int is_csv_header(const char *p, size_t n)
{
	if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
		p += 3, n -= 3;
	if (n && *p == '"')
		p++, n--;
	for (size_t i = 0; i < kis_record_count; i++)
		if (is_cell(p, n, kis_record_columns[i].key) ||
			is_cell(p, n, kis_record_columns[i].ko) ||
			is_cell(p, n, kis_record_columns[i].en))
			return 1;
	return 0;
}

/* What people give by mistake, said before its first byte that is wrong. */
static int check_kind(const char *p, size_t n, struct kis_err *err)
{
	if (n >= 4 && memcmp(p, "PK\3\4", 4) == 0)
		return kis_fail(err, KIS_EX_DATA,
			"this is a workbook, not records; to write one, type: "
			"-o FILE");
	if (n >= 3 && memcmp(p, "eyJ", 3) == 0)
		return kis_fail(err, KIS_EX_DATA,
			"this is a token, not records; type: kis-token | "
			"kis-fetch | …");
	if (is_csv_header(p, n))
		return kis_fail(err, KIS_EX_DATA,
			"this is CSV, not records; give what kis-fetch wrote, "
			"or type: mlr -S --icsv --ojsonl cat FILE | …");
	return 0;
}

static int check_bytes(const char *p, size_t n, struct kis_err *err)
{
	size_t valid = kis_text_utf8_valid(p, n);

	if (check_kind(p, n, err) < 0)
		return -1;
	if (valid < n)
		return kis_fail(err, KIS_EX_DATA, "invalid UTF-8 at byte %zu",
			valid + 1);
	if (memchr(p, '\0', n))
		return kis_fail(err, KIS_EX_DATA, "a NUL character");
	if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
		return kis_fail(err, KIS_EX_DATA,
			"a byte order mark, which JSON does not allow; "
			"tail -c +4 takes it off");
	return 0;
}

static int check(
	struct kis_ndjson_line *l, const char *p, size_t n, struct kis_err *err)
{
	int big = 0;

	if (check_bytes(p, n, err) < 0)
		return -1;
	if (look_through(p, n, NULL, &big) > KIS_NDJSON_MAX_DEPTH)
		return kis_fail(err, KIS_EX_DATA,
			"more than %d levels of objects and arrays",
			(int)KIS_NDJSON_MAX_DEPTH);
	if (!big)
		return judge(p, n, err);
	kis_buf_reset(&l->copy);
	kis_buf_add(&l->copy, p, n);
	look_through(p, n, l->copy.data, &big);
	return judge(l->copy.data, n, err);
}

static int keys_equal(
	const struct kis_ndjson_shape *a, const struct kis_ndjson_shape *b)
{
	if (a->count != b->count || a->keys.len != b->keys.len)
		return 0;
	for (size_t i = 0; i < a->count; i++)
		if (a->members[i].key_len != b->members[i].key_len)
			return 0;
	return memcmp(a->keys.data, b->keys.data, a->keys.len) == 0;
}

int kis_ndjson_exact(struct kis_ndjson_line *l, char *p, size_t n,
	int *same_keys, struct kis_err *err)
{
	struct kis_ndjson_shape last = l->now;

	if (kis_ndjson_skip_blanks(p, p + n) == p + n)
		return 0;
	if (check(l, p, n, err) < 0)
		return -1;
	kis_ndjson_cut(&l->before, p, n);
	l->now = l->before;
	l->before = last;
	*same_keys = l->known && keys_equal(&l->now, &l->before);
	l->known = 1;
	return 1;
}
