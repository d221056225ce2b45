#include "lib/json.h"
#include "lib/mem.h"
#include "lib/number.h"

#include <stdlib.h>
#include <string.h>

/* Makes jansson wipe the memory that it frees, and exit (71) if memory runs
 * out, because jansson would otherwise report the document as invalid. The new
 * functions can also free blocks that jansson allocated earlier, because its
 * default functions use malloc() too. */
static void take_over_memory(void)
{
	json_set_alloc_funcs(kis_mem_alloc, kis_mem_free_wiped);
}

enum {
	/* Upper bounds of the memory that jansson 2.14 uses on 64-bit systems,
	 * in bytes. Without a limit, 8 MiB of text with 2.8 million empty
	 * objects would need 660 MB. */
	OBJECT_BYTES = 256,
	ARRAY_BYTES = 128,
	VALUE_BYTES = 112, /* a value or name, without its text */
	MAX_TREE_BYTES = 24 << 20,
	SAFE_DIGITS = 18, /* every integer of 18 digits is in jansson's range */
};

/* Returns the end of the string that starts at p, after its closing quote, or
 * end if the string is not closed. */
static const char *skip_string(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p + 1 : end;
}

/* Returns 1 if the character at p is escaped. The argument "from" is the start
 * of the string that contains p. */
static int is_escaped(const char *from, const char *p)
{
	int escaped = 0;

	while (--p > from && *p == '\\')
		escaped = !escaped;
	return escaped;
}

/* Skips the characters at p that may occur in a number (digits, sign, point,
 * e). Returns the end of these characters, or p if no number starts at p. */
static const char *skip_number(const char *p, const char *end)
{
	if (p < end && *p != '-' && (*p < '0' || *p > '9'))
		return p;
	while (p < end && *p && strchr("0123456789+-.eE", *p))
		p++;
	return p;
}

/* Returns 1 if the n bytes at p are a number that may exceed jansson's range.
 */
static int is_big_number(const char *p, size_t n)
{
	return (n > SAFE_DIGITS || memchr(p, 'e', n) || memchr(p, 'E', n)) &&
	       kis_number_is(p, n);
}

struct survey {
	size_t tree_bytes; /* upper bound of the memory for the document */
	int has_big_number;
	int is_open; /* 1 if the text ends within a string, object or array */
};

/* Scans the n bytes of text, which may be invalid JSON, and returns their
 * properties. If the argument "copy" is not NULL, it is a copy of text; each
 * number in it that may exceed jansson's range is then overwritten with 0 and
 * spaces. */
static struct survey look_through(const char *text, size_t n, char *copy)
{
	const char *p = text, *end = text + n;
	struct survey s = {.tree_bytes = VALUE_BYTES};
	long depth = 0;

	while (p < end) {
		const char *from = p;

		if (*p == '"') {
			p = skip_string(p, end);
			s.tree_bytes += (size_t)(p - from);
			s.is_open = p - from < 2 || p[-1] != '"' ||
				    is_escaped(from, p - 1);
			continue;
		}
		p = skip_number(p, end);
		if (p > from && is_big_number(from, (size_t)(p - from))) {
			s.has_big_number = 1;
			if (copy) {
				memset(copy + (from - text), ' ',
					(size_t)(p - from));
				copy[from - text] = '0';
			}
		}
		if (p > from)
			continue;
		depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
		s.tree_bytes += *p == '{'                ? OBJECT_BYTES
				: *p == '['              ? ARRAY_BYTES
				: *p == ',' || *p == ':' ? VALUE_BYTES
							 : 0;
		p++;
	}
	s.is_open |= depth > 0;
	return s;
}

/* Like json_loadb(). If has_big_number is 1 and jansson rejects a number
 * because it is out of range, parses the text again with 0 for each number that
 * may be out of range. */
static json_t *load(
	const char *p, size_t n, int has_big_number, json_error_t *why)
{
	/* Replace NULL with "", because jansson rejects NULL as an invalid
	 * argument. */
	json_t *value = json_loadb(n ? p : "", n, JSON_REJECT_DUPLICATES, why);
	char *copy;

	if (value || !has_big_number ||
		json_error_code(why) != json_error_numeric_overflow)
		return value;
	copy = kis_mem_copy(p, n);
	look_through(p, n, copy);
	value = json_loadb(copy, n, JSON_REJECT_DUPLICATES, why);
	kis_mem_wipe(copy, n);
	free(copy);
	return value;
}

static json_t *parse(
	const char *p, size_t n, int any_number, int code, struct kis_err *err)
{
	struct survey survey = look_through(p, n, NULL);
	json_error_t why;
	json_t *value;
	char *near;

	take_over_memory();
	if (survey.tree_bytes > MAX_TREE_BYTES) {
		kis_fail(err, code, "too many values in the JSON document");
		return NULL;
	}
	/* Reject NUL bytes here, because jansson ignores a NUL byte that
	 * follows a number or a literal. */
	if (n && memchr(p, '\0', n)) {
		kis_fail(err, code, "not JSON (contains a NUL byte)");
		return NULL;
	}
	value = load(p, n, any_number && survey.has_big_number, &why);
	if (value)
		return value;
	near = strstr(why.text, " near '");
	if (near)
		*near = '\0';
	kis_fail(err, code, "not JSON (line %d, column %d: %s)", why.line,
		why.column, why.text);
	return NULL;
}

json_t *kis_json_parse(const char *p, size_t n, int code, struct kis_err *err)
{
	return parse(p, n, 0, code, err);
}

json_t *kis_json_parse_foreign(
	const char *p, size_t n, int code, struct kis_err *err)
{
	return parse(p, n, 1, code, err);
}

int kis_json_is_cut(const char *p, size_t n)
{
	size_t blanks = 0;

	while (blanks < n && strchr(" \t\r\n", p[blanks]))
		blanks++;
	return blanks < n && strchr("{[\"", p[blanks]) && p[blanks] &&
	       look_through(p, n, NULL).is_open;
}

char *kis_json_dump(json_t *value, size_t flags)
{
	char *text;

	take_over_memory();
	text = value ? json_dumps(value, flags) : NULL;
	json_decref(value);
	return text;
}

/* Skips the whitespace, colons and commas between values of valid JSON. */
static const char *next_value(const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n:,", *p))
		p++;
	return p;
}

/* Returns the end of the value at p in valid JSON. */
static const char *skip_value(const char *p, const char *end)
{
	int depth = 0;

	do {
		if (*p == '"') {
			p = skip_string(p, end);
		} else if (*p == '{' || *p == '[') {
			depth++;
			p++;
		} else if (*p == '}' || *p == ']') {
			depth--;
			p++;
		} else if (strchr(" \t\r\n:,", *p)) {
			p++;
		} else {
			while (p < end && !strchr(" \t\r\n:,]}", *p))
				p++;
		}
	} while (depth > 0 && p < end);
	return p;
}

void kis_json_walk(struct kis_json_walk *w, const char *p, size_t n)
{
	const char *end = p + n;

	p = next_value(p, end);
	w->is_object = *p == '{';
	w->at = p + 1;
	w->end = end;
}

const char *kis_json_walk_next(struct kis_json_walk *w, size_t *len)
{
	const char *from = next_value(w->at, w->end);

	if (*from == '}' || *from == ']')
		return NULL;
	if (w->is_object)
		from = next_value(skip_string(from, w->end), w->end);
	w->at = skip_value(from, w->end);
	*len = (size_t)(w->at - from);
	return from;
}

void kis_json_compact(struct kis_buf *out, const char *p, size_t n)
{
	const char *end = p + n;

	while (p < end) {
		const char *from = p;

		p = *p == '"' ? skip_string(p, end) : p + 1;
		if (!strchr(" \t\r\n", *from))
			kis_buf_add(out, from, (size_t)(p - from));
	}
}

const char *kis_json_text(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}
