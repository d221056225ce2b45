#include "lib/ndjson_line.h"
#include "lib/mem.h"

#include <string.h>

const char *kis_ndjson_skip_blanks(const char *p, const char *end)
{
	while (p < end && kis_ndjson_is_blank(*p))
		p++;
	return p;
}

const char *kis_ndjson_skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p < end ? p + 1 : end;
}

/* Behind the value at p, of a line that jansson took. */
static const char *skip_value(const char *p, const char *end)
{
	int depth = 0;

	while (p < end) {
		if (*p == '"') {
			p = kis_ndjson_skip_string(p, end);
		} else {
			if (depth == 0 && (*p == ',' || *p == '}' ||
						  kis_ndjson_is_blank(*p)))
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

static void grow(struct kis_ndjson_shape *s)
{
	s->cap = s->cap ? s->cap * 2 : 32;
	s->members = kis_mem_resize(s->members, s->cap, sizeof(*s->members));
	s->ahead = kis_mem_resize(s->ahead, s->cap, sizeof(*s->ahead));
	/* one gap more than members: behind the last */
	s->gaps = kis_mem_resize(s->gaps, s->cap + 1, sizeof(*s->gaps));
}

static struct kis_member *add_member(struct kis_ndjson_shape *s)
{
	if (s->count == s->cap)
		grow(s);
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
	struct kis_ndjson_gap *gap = &s->gaps[i];
	size_t n = (size_t)(end - p);
	size_t head = n < KIS_NDJSON_HEAD ? n : KIS_NDJSON_HEAD;

	memset(gap, 0, sizeof(*gap));
	gap->len = n;
	gap->at = s->source.len;
	memcpy(gap->head, p, head);
	memset(gap->mask, 0xFF, head);
	kis_buf_add(&s->source, p, n);
}

void kis_ndjson_cut(struct kis_ndjson_shape *s, char *p, size_t n)
{
	const char *end = p + n, *gap = p;
	const char *at = kis_ndjson_skip_blanks(p, end) + 1;

	s->count = 0;
	kis_buf_reset(&s->keys);
	kis_buf_reset(&s->source);
	/* in one piece: the members point into keys */
	kis_buf_reserve(&s->keys, n);
	kis_buf_reserve(&s->source, n);
	while (*(at = kis_ndjson_skip_blanks(at, end)) == '"') {
		struct kis_member *m = add_member(s);
		const char *stop = kis_ndjson_skip_string(at, end);

		take_key(s, m, at, stop);
		at = kis_ndjson_skip_blanks(
			kis_ndjson_skip_blanks(stop, end) + 1, end);
		stop = skip_value(at, end);
		add_gap(s, s->count - 1, gap, at);
		take_value(m, p + (at - p), stop);
		gap = stop;
		at = kis_ndjson_skip_blanks(stop, end);
		if (*at != ',')
			break;
		at++;
	}
	if (!s->gaps)
		grow(s);
	add_gap(s, s->count, gap, end);
	if (s->count) /* the keys; the rest is overwritten */
		memcpy(s->ahead, s->members, s->count * sizeof(*s->ahead));
}
