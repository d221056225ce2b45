#include "lib/ndjson_line.h"
#include "lib/mem.h"
#include "lib/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The longest run of digits that surely fits jansson's integers. */
enum { SAFE_DIGITS = 18 };

#define RAW_HINT                                                               \
	"kept by 'kis-fetch --raw'? Without --raw kis-fetch writes NDJSON"

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

/* Behind the closing quote of the string at p; end if there is none. */
static const char *skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

/* Finds how deep the line goes and whether it holds a number that could be
 * too big for jansson; overwrites those in copy, if given, by small ones. */
static int look_through(const char *p, size_t n, char *copy, int *big)
{
	const char *at = p, *end = p + n;
	int depth = 0, deepest = 0;

	while (at < end) {
		const char *from = at, *stop;

		if (*at == '"') {
			at = skip_string(at, end);
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
		stop = kis_ndjson_number(from);
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
		memset(copy + (from - p), ' ', (size_t)(stop - from));
		copy[from - p] = '0';
	}
	return deepest;
}

static int not_json(const json_error_t *why, struct kis_err *err)
{
	if (json_error_code(why) == json_error_premature_end_of_input)
		return kis_fail(err, KIS_EX_DATA,
			"the line ends inside a value, NDJSON has one object a "
			"line: cut off, or " RAW_HINT);
	if (json_error_code(why) == json_error_duplicate_key)
		return kis_fail(err, KIS_EX_DATA,
			"a member stands twice in its object, the second ends "
			"at column %d",
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
		rc = kis_fail(
			err, KIS_EX_DATA, "an array, not an object: " RAW_HINT);
	else if (!json_is_object(value))
		rc = kis_fail(err, KIS_EX_DATA, "a value that is no object");
	json_decref(value);
	return rc;
}

static int check_bytes(const char *p, size_t n, struct kis_err *err)
{
	size_t valid = kis_text_utf8_valid(p, n);

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

/* Behind the value at p, of a line that jansson took. */
static const char *skip_value(const char *p, const char *end)
{
	int depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
		} else {
			if (depth == 0 &&
				(*p == ',' || *p == '}' || is_blank(*p)))
				break;
			if (*p == '{' || *p == '[')
				depth++;
			else if (*p == '}' || *p == ']')
				depth--;
			p++;
		}
		if (depth == 0 &&
			(p[-1] == '"' || p[-1] == '}' || p[-1] == ']'))
			break;
	}
	return p;
}

/* Fills m from the value's source, decoding in place. */
static void take_value(struct kis_member *m, char *p, const char *end)
{
	const char *stop = end;

	m->text = p;
	m->escaped = 0;
	switch (*p) {
	case '"':
		m->value = KIS_VALUE_STRING;
		m->text = ++p;
		m->escaped = !!memchr(p, '\\', (size_t)(end - p));
		stop = kis_ndjson_decode(p, p, end - 1);
		break;
	case '{':
	case '[':
		m->value = KIS_VALUE_NESTED;
		stop = kis_ndjson_compact(p, p, end);
		break;
	case 't':
		m->value = KIS_VALUE_TRUE;
		break;
	case 'f':
		m->value = KIS_VALUE_FALSE;
		break;
	case 'n':
		m->value = KIS_VALUE_NULL;
		stop = p;
		break;
	default:
		m->value = KIS_VALUE_NUMBER;
	}
	m->text_len = (size_t)(stop - m->text);
}

static struct kis_member *add_member(struct kis_ndjson_shape *s)
{
	if (s->count == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 32;
		s->members =
			kis_mem_resize(s->members, s->cap, sizeof(*s->members));
		/* one gap more than members: behind the last */
		s->gaps = kis_mem_resize(s->gaps, s->cap + 1, sizeof(*s->gaps));
	}
	return &s->members[s->count++];
}

static void take_key(struct kis_ndjson_shape *s, struct kis_member *m,
	const char *p, const char *end)
{
	char *to = s->keys.data + s->keys.len;

	m->key = to;
	m->key_len = (size_t)(kis_ndjson_decode(to, p + 1, end - 1) - to);
	s->keys.len += m->key_len;
}

static void add_gap(
	struct kis_ndjson_shape *s, size_t i, const char *p, const char *end)
{
	s->gaps[i] = (size_t)(end - p);
	kis_buf_add(&s->source, p, s->gaps[i]);
}

/* Cuts the line into members and gaps. jansson took it, so every character
 * is where it belongs. */
static void cut(struct kis_ndjson_shape *s, char *p, size_t n)
{
	const char *end = p + n, *gap = p;
	const char *at = skip_blanks(p, end) + 1;

	s->count = 0;
	kis_buf_reset(&s->keys);
	kis_buf_reset(&s->source);
	/* in one piece: the members point into keys */
	kis_buf_reserve(&s->keys, n);
	kis_buf_reserve(&s->source, n + KIS_NDJSON_SLACK);
	while (*(at = skip_blanks(at, end)) == '"') {
		struct kis_member *m = add_member(s);
		const char *stop = skip_string(at, end);

		take_key(s, m, at, stop);
		at = skip_blanks(skip_blanks(stop, end) + 1, end);
		stop = skip_value(at, end);
		add_gap(s, s->count - 1, gap, at);
		take_value(m, p + (at - p), stop);
		gap = stop;
		at = skip_blanks(stop, end);
		if (*at != ',')
			break;
		at++;
	}
	if (!s->gaps)
		s->gaps = kis_mem_new(1, sizeof(*s->gaps));
	add_gap(s, s->count, gap, end);
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

	if (skip_blanks(p, p + n) == p + n)
		return 0;
	if (check(l, p, n, err) < 0)
		return -1;
	cut(&l->before, p, n);
	l->now = l->before;
	l->before = last;
	*same_keys = l->known && keys_equal(&l->now, &l->before);
	l->known = 1;
	return 1;
}

static void shape_init(struct kis_ndjson_shape *s)
{
	memset(s, 0, sizeof(*s));
	kis_buf_init(&s->keys, KIS_BUF_UNBOUND);
	kis_buf_init(&s->source, KIS_BUF_UNBOUND);
}

static void shape_release(struct kis_ndjson_shape *s)
{
	free(s->members);
	free(s->gaps);
	kis_buf_release(&s->keys);
	kis_buf_release(&s->source);
}

void kis_ndjson_line_init(struct kis_ndjson_line *l)
{
	shape_init(&l->now);
	shape_init(&l->before);
	l->known = 0;
	kis_buf_init(&l->copy, KIS_BUF_UNBOUND);
}

void kis_ndjson_line_release(struct kis_ndjson_line *l)
{
	shape_release(&l->now);
	shape_release(&l->before);
	kis_buf_release(&l->copy);
	kis_ndjson_line_init(l);
}
