/*
 * Compares the NDJSON parser with jansson and with itself. Each line is parsed
 * in three ways: after the previous line, whose keys the parser expects again;
 * alone, without expected keys; and by jansson, which rejects duplicate keys.
 * The result, the fields, their order and all values must be equal. Numbers are
 * compared as text, because jansson rejects large numbers.
 *
 * This is a libFuzzer target; see run.sh.
 */
#include "lib/mem.h"
#include "lib/ndjson_line.h"
#include "lib/number.h"
#include "lib/text.h"
#include "tests/fuzz/demand.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
const char *__asan_default_options(void);

/* Limits the sanitizer's quarantine of freed memory. A small quarantine is
 * enough to detect a use of freed memory within one input. */
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=8";
}

/* A memory pool for jansson, which is not under test. The pool halves the run
 * time. It is reset when its last piece is freed. */
static struct {
	_Alignas(max_align_t) char bytes[1 << 18];
	size_t used;
	size_t in_use; /* number of pieces that are not yet freed */
} pool;

static void *pool_take(size_t n)
{
	const size_t align = _Alignof(max_align_t);
	char *p = pool.bytes + pool.used;

	if (n > sizeof(pool.bytes) - pool.used - align)
		return malloc(n);
	pool.used += (n + align - 1) / align * align;
	pool.in_use++;
	return p;
}

static void pool_give(void *p)
{
	if ((char *)p < pool.bytes ||
		(char *)p >= pool.bytes + sizeof(pool.bytes))
		free(p);
	else if (--pool.in_use == 0)
		pool.used = 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	json_set_alloc_funcs(pool_take, pool_give);
	return 0;
}

/* The result of parsing a line with lib/ndjson_line. The field "members" is
 * borrowed from the struct kis_line. */
struct outcome {
	int got;
	int same_keys;
	const struct kis_member *members;
	size_t count;
	char *bytes;
};

static int in_number(char c)
{
	return (c >= '0' && c <= '9') || strchr("+-.eE", c);
}

/* Appends each number of a JSON text, followed by a space, to the buffer
 * "numbers", and replaces it in the text with 0. Finds numbers without the
 * parser under test: a number is a sequence of digits and characters such as
 * "-", "." and "e". */
static void take_numbers(char *p, size_t n, struct kis_buf *numbers)
{
	int in_string = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = 0;

		if (in_string && p[i] == '\\')
			i++;
		else if (p[i] == '"')
			in_string = !in_string;
		else if (!in_string &&
			 (p[i] == '-' || strchr("0123456789", p[i])))
			while (i + len < n && p[i + len] &&
				in_number(p[i + len]))
				len++;
		if (len == 0)
			continue;
		if (kis_number_is(p + i, len)) {
			kis_buf_add(numbers, p + i, len);
			kis_buf_add_str(numbers, " ");
			memset(p + i, ' ', len);
			p[i] = '0';
		}
		i += len - 1;
	}
}

static json_t *load(const char *p, size_t n, struct kis_buf *numbers)
{
	char *copy = kis_mem_copy(p, n);
	json_t *value;

	take_numbers(copy, n, numbers);
	value = json_loadb(
		copy, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	free(copy);
	return value;
}

static int depth_of(const json_t *value)
{
	int deepest = 0, depth;
	const char *key;
	json_t *inner;
	size_t i;

	if (!json_is_object(value) && !json_is_array(value))
		return 0;
	json_object_foreach((json_t *)value, key, inner)
	{
		depth = depth_of(inner);
		deepest = depth > deepest ? depth : deepest;
	}
	json_array_foreach(value, i, inner)
	{
		depth = depth_of(inner);
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest + 1;
}

static void set_members(struct outcome *o, const struct kis_line *l)
{
	o->members = l->members;
	o->count = l->count;
}

/* Parses the line as a first line, without the expected keys of a previous
 * line. */
static struct outcome parse_alone(struct kis_line *l, const char *p, size_t n)
{
	struct outcome o = {.same_keys = 1};
	struct kis_err err = {0};
	char *at;

	/* allocate exactly as many bytes as the parser may read, so that the
	 * sanitizer detects a read beyond them */
	o.bytes = kis_mem_new(n + 1 + KIS_NDJSON_READ_PAST, 1);
	memcpy(o.bytes, p, n + 1);
	at = o.bytes;
	l->shape.known = l->is_shaped = 0;
	o.got = kis_line_next(l, &at, o.bytes + n + 1, &o.same_keys);
	DEMAND(at == o.bytes + n + 1);
	if (o.got < 0) {
		DEMAND(memcmp(o.bytes, p, n + 1) == 0);
		kis_line_error(l, o.bytes, &err);
		DEMAND(err.code == KIS_EX_DATA && *err.msg);
	}
	set_members(&o, l);
	return o;
}

static void compare_outcomes(const struct outcome *a, const struct outcome *b)
{
	DEMAND(a->got == b->got);
	if (a->got != 1)
		return;
	DEMAND(a->same_keys == b->same_keys);
	DEMAND(a->count == b->count);
	for (size_t i = 0; i < a->count; i++) {
		const struct kis_member *x = &a->members[i];
		const struct kis_member *y = &b->members[i];

		DEMAND(x->value == y->value && x->escaped == y->escaped);
		DEMAND(x->key_len == y->key_len && x->text_len == y->text_len);
		DEMAND(memcmp(x->key, y->key, x->key_len) == 0);
		DEMAND(memcmp(x->text, y->text, x->text_len) == 0);
	}
}

static void compare_string(const struct kis_member *m, const json_t *value)
{
	DEMAND(json_is_string(value));
	DEMAND(json_string_length(value) == m->text_len);
	DEMAND(memcmp(json_string_value(value), m->text, m->text_len) == 0);
	for (size_t i = 0; i < m->text_len && !m->escaped; i++)
		DEMAND((unsigned char)m->text[i] >= 0x20 &&
			!strchr("\"\\", m->text[i]));
}

static void compare_nested(const struct kis_member *m, const json_t *value,
	struct kis_buf *numbers)
{
	json_t *again = load(m->text, m->text_len, numbers);

	DEMAND(again && json_equal(again, (json_t *)value));
	json_decref(again);
}

static void compare_value(const struct kis_member *m, const json_t *value,
	struct kis_buf *numbers)
{
	switch (m->value) {
	case KIS_VALUE_STRING:
		compare_string(m, value);
		break;
	case KIS_VALUE_NUMBER:
		DEMAND(json_is_integer(value));
		DEMAND(kis_number_is(m->text, m->text_len));
		kis_buf_add(numbers, m->text, m->text_len);
		kis_buf_add_str(numbers, " ");
		break;
	case KIS_VALUE_TRUE:
		DEMAND(json_is_true(value) && m->text_len == 4);
		break;
	case KIS_VALUE_FALSE:
		DEMAND(json_is_false(value) && m->text_len == 5);
		break;
	case KIS_VALUE_NULL:
		DEMAND(json_is_null(value) && m->text_len == 0);
		break;
	case KIS_VALUE_NESTED:
		DEMAND(json_is_object(value) || json_is_array(value));
		compare_nested(m, value, numbers);
		break;
	}
}

static void compare_object(
	const struct outcome *o, json_t *object, const struct kis_buf *wanted)
{
	struct kis_buf numbers = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	const char *key;
	json_t *value;
	size_t i = 0;

	DEMAND(json_object_size(object) == o->count);
	json_object_foreach(object, key, value)
	{
		const struct kis_member *m = &o->members[i++];

		DEMAND(strlen(key) == m->key_len &&
			memcmp(key, m->key, m->key_len) == 0);
		compare_value(m, value, &numbers);
	}
	DEMAND(numbers.len == wanted->len);
	DEMAND(numbers.len == 0 ||
		memcmp(numbers.data, wanted->data, numbers.len) == 0);
	kis_buf_release(&numbers);
}

/* Returns the total length of all texts of a record in bytes. It must not
 * exceed the length of the line, because callers reserve only that many
 * bytes. */
static size_t text_bytes(const struct outcome *o)
{
	size_t sum = 0;

	for (size_t i = 0; i < o->count; i++)
		sum += o->members[i].text_len;
	return sum;
}

static int is_blank_line(const char *p, size_t n)
{
	while (n && strchr(" \t\r", *p) && *p)
		p++, n--;
	return n == 0;
}

static void compare_with_jansson(
	const struct outcome *o, const char *p, size_t n)
{
	struct kis_buf numbers = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	json_t *value = NULL;

	/* jansson wrongly accepts some NULs, so do not pass it a line that
	 * contains a NUL */
	if (!memchr(p, '\0', n))
		value = load(p, n, &numbers);
	if (is_blank_line(p, n))
		DEMAND(o->got == 0);
	else if (json_is_object(value) &&
		 depth_of(value) <= KIS_NDJSON_MAX_DEPTH)
		DEMAND(o->got == 1);
	else
		DEMAND(o->got == -1);
	if (o->got == 1) {
		compare_object(o, value, &numbers);
		DEMAND(text_bytes(o) <= n);
	}
	json_decref(value);
	kis_buf_release(&numbers);
}

static size_t line_length(const char *p, const char *end)
{
	return (size_t)((const char *)memchr(p, '\n', (size_t)(end - p)) - p) +
	       1;
}

/* Appends "times" copies of each line at p to the buffer "all". If with_first
 * is 1, also appends the first line before the copies of each line, so that the
 * keys change from line to line. */
static void add_lines(struct kis_buf *all, const char *p, size_t n,
	size_t times, int with_first)
{
	const char *end = p + n, *first = p;
	size_t len, first_len = n ? line_length(p, end) : 0;

	for (; p < end; p += len) {
		len = line_length(p, end);
		if (with_first)
			kis_buf_add(all, first, first_len);
		for (size_t i = 0; i < times; i++)
			kis_buf_add(all, p, len);
	}
}

/* Parses the lines of "all" in sequence up to the first invalid line. Each
 * result must equal the result of parsing the line alone. If oracle is 1, also
 * compares the result of parsing each line alone with jansson's result. */
static void compare_ways(const struct kis_buf *all, int oracle)
{
	struct kis_line together, alone;
	char *lines = kis_mem_new(all->len + KIS_NDJSON_READ_PAST, 1),
	     *at = lines;
	const char *p = all->data, *end = p + all->len;
	int got = 1;

	if (all->len)
		memcpy(lines, p, all->len);
	kis_line_init(&together);
	kis_line_init(&alone);
	while (p < end && (oracle || got >= 0)) {
		size_t len = line_length(p, end);
		struct outcome b = parse_alone(&alone, p, len - 1);
		struct outcome a = {0};
		char *start = at;

		if (oracle)
			compare_with_jansson(&b, p, len - 1);
		if (got >= 0) {
			got = a.got = kis_line_next(
				&together, &at, lines + all->len, &a.same_keys);
			DEMAND(at == start + len);
			set_members(&a, &together);
			compare_outcomes(&a, &b);
		}
		free(b.bytes);
		p += len;
	}
	kis_line_release(&together);
	kis_line_release(&alone);
	free(lines);
}

/* Parses the input three times: with each line once; with each line three
 * times, so that its keys repeat; and with the first line before each line, so
 * that the keys change. */
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static const struct {
		size_t times;
		int with_first, oracle;
	} ways[] = {{1, 0, 1}, {3, 0, 0}, {1, 1, 0}};
	const char *p = (const char *)data;

	while (n && p[n - 1] != '\n')
		n--;
	for (size_t i = 0; n && i < sizeof(ways) / sizeof(*ways); i++) {
		struct kis_buf all = KIS_BUF_INIT(KIS_BUF_UNBOUND);

		add_lines(&all, p, n, ways[i].times, ways[i].with_first);
		compare_ways(&all, ways[i].oracle);
		kis_buf_release(&all);
	}
	return 0;
}
