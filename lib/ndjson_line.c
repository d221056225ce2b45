#include "lib/ndjson_line.h"
#include "lib/json_string.h"
#include "lib/mem.h"
#include "lib/number.h"
#include "lib/locale.h"

#include <stdlib.h>
#include <string.h>

/* About half of the time for a large input is spent in the loops over fields.
 * Functions for the common case are therefore inlined in these loops, and
 * functions for rare cases are not. */
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NEVER_INLINE  __attribute__((noinline))

/* Numbers of the field names that distinguish a response of the API from a
 * record. The order is that in which kis_line_init() adds the names. */
enum { NAME_RT_CD, NAME_OUTPUT, NAME_MSG1, NAMES_OF_RESPONSE };

enum code {
	INVALID, /* not JSON; kis_line.reason explains why */
	CUT,
	NUL_ESCAPE,
	NUL_BYTE,
	BAD_UTF8,
	DUPLICATE,
	TOO_DEEP,
	TRAILING,
	ARRAY,
	NO_OBJECT,
	BYTE_ORDER_MARK,
};

static void know_name(struct kis_line *l, size_t name);

void kis_line_init(struct kis_line *l)
{
	memset(l, 0, sizeof(*l));
	kis_buf_init(&l->shape.source, KIS_BUF_UNBOUND);
	kis_buf_init(&l->key, KIS_BUF_UNBOUND);
	l->is_new = 1;
	know_name(l, kis_names_add(&l->names, "rt_cd", 5));
	know_name(l, kis_names_add(&l->names, "output", 6));
	know_name(l, kis_names_add(&l->names, "msg1", 4));
}

void kis_line_release(struct kis_line *l)
{
	kis_names_release(&l->names);
	free(l->known);
	free(l->members);
	free(l->ahead);
	free(l->shape.names);
	free(l->shape.gaps);
	kis_buf_release(&l->shape.source);
	free(l->open);
	kis_buf_release(&l->key);
	memset(l, 0, sizeof(*l));
}

void kis_line_forget(struct kis_line *l)
{
	kis_line_release(l);
	kis_line_init(l);
}

static int is_whitespace(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static inline const char *skip_whitespace(const char *p)
{
	while (is_whitespace(*p))
		p++;
	return p;
}

/* Records that the line is invalid, with the position and the reason. Always
 * returns NULL. */
static NEVER_INLINE const char *invalid(
	struct kis_line *l, enum code code, const char *at, const char *reason)
{
	l->code = *at == '\n' && code == INVALID ? CUT : (int)code;
	l->reason = reason;
	l->reason_at = at;
	return NULL;
}

static NEVER_INLINE const char *invalid_string(
	struct kis_line *l, enum kis_json_flaw flaw, const char *at)
{
	switch (flaw) {
	case KIS_JSON_CUT:
		return invalid(l, CUT, at, "");
	case KIS_JSON_CONTROL:
		if (*at == '\0')
			return invalid(l, NUL_BYTE, at, "");
		return invalid(
			l, INVALID, at, N_("control character in a string"));
	case KIS_JSON_NUL:
		return invalid(l, NUL_ESCAPE, at, "");
	case KIS_JSON_UTF8:
		return invalid(l, BAD_UTF8, at, "");
	case KIS_JSON_ESCAPE:
		break;
	}
	return invalid(l, INVALID, at, N_("invalid escape"));
}

/* Returns the closing quote of the string whose contents include p, and sets
 * *escaped to 1 if there is an escape at or after p. If the string is invalid,
 * records the reason and returns NULL. */
static NEVER_INLINE const char *string_end(
	struct kis_line *l, const char *p, int *escaped)
{
	enum kis_json_flaw flaw = KIS_JSON_CUT;
	const char *at = p, *end;

	end = kis_json_string_end(p, escaped, &flaw, &at);
	return end ? end : invalid_string(l, flaw, at);
}

/* ---- Names of fields ---- */

/* Returns 1 if the name contains no quote, backslash or control character, so
 * that its text can be compared with the bytes of a line without decoding. */
static int is_plain(const struct kis_name *name)
{
	for (size_t i = 0; i < name->len; i++)
		if ((unsigned char)name->text[i] < ' ' ||
			strchr("\"\\", name->text[i]))
			return 0;
	return 1;
}

static void know_name(struct kis_line *l, size_t name)
{
	if (name >= l->known_cap) {
		size_t cap = l->known_cap;

		l->known_cap = l->names.cap;
		l->known = kis_mem_resize(
			l->known, l->known_cap, sizeof(*l->known));
		memset(l->known + cap, 0,
			(l->known_cap - cap) * sizeof(*l->known));
	}
	l->known[name].is_plain = is_plain(&l->names.list[name]);
}

static NEVER_INLINE const char *look_up(
	struct kis_line *l, const char *p, size_t *name)
{
	size_t count = l->names.count;
	int escaped = 0;
	const char *end = string_end(l, p, &escaped);

	if (!end)
		return NULL;
	if (escaped) {
		char *to;

		kis_buf_reset(&l->key);
		to = kis_buf_reserve(&l->key, (size_t)(end - p));
		*name = kis_names_add(&l->names, to,
			(size_t)(kis_json_decode(to, p, end) - to));
	} else {
		*name = kis_names_add(&l->names, p, (size_t)(end - p));
	}
	if (l->names.count > count)
		know_name(l, *name);
	return end;
}

/* Returns a pointer to the closing quote if the bytes at p are the name with
 * number "name" in l->names, without escapes, followed by a quote. Otherwise
 * returns NULL. */
static inline const char *match_name(
	const struct kis_line *l, size_t name, const char *p)
{
	const struct kis_name *n = &l->names.list[name];

	if (!l->known[name].is_plain || n->len >= (size_t)(l->whole - p) ||
		p[n->len] != '"' || memcmp(p, n->text, n->len) != 0)
		return NULL;
	return p + n->len;
}

static void note_open(struct kis_line *l, size_t name, const char *at)
{
	if (l->open_count == l->open_cap) {
		l->open_cap = l->open_cap ? l->open_cap * 2 : 64;
		l->open =
			kis_mem_resize(l->open, l->open_cap, sizeof(*l->open));
	}
	l->open[l->open_count++] = (struct kis_line_name){name, at};
}

/* Parses a name and its colon. Returns the start of the value, or NULL if the
 * line is invalid. First compares the bytes at p with the name that last
 * followed the previous name, because they are usually equal. */
static const char *parse_name(struct kis_line *l, const char *p)
{
	size_t name = l->known[l->last].after;
	const char *at = p, *end;

	if (*p != '"')
		return invalid(
			l, INVALID, p, N_("expected a name in double quotes"));
	end = match_name(l, name, ++p);
	if (!end) {
		end = look_up(l, p, &name);
		if (!end)
			return NULL;
		l->known[l->last].after = name;
	}
	l->last = name;
	note_open(l, name, at);
	p = skip_whitespace(end + 1);
	if (*p != ':')
		return invalid(l, INVALID, p, N_("expected ':'"));
	return skip_whitespace(p + 1);
}

/* Ends an object. Its names are the entries of l->open from index base. Returns
 * 1, or 0 and records the reason if a name occurs twice. */
static int close_object(struct kis_line *l, size_t base)
{
	unsigned long object = ++l->objects;

	for (size_t i = base; i < l->open_count; i++) {
		unsigned long *seen = &l->known[l->open[i].name].seen;

		if (*seen == object) {
			invalid(l, DUPLICATE, l->open[i].at, "");
			return 0;
		}
		*seen = object;
	}
	l->open_count = base;
	return 1;
}

/* ---- Values of fields ---- */

static NEVER_INLINE const char *parse_literal(
	struct kis_line *l, struct kis_member *m, const char *p)
{
	static const struct {
		const char *text;
		size_t len;
		enum kis_value value;
	} literals[] = {
		{"true", 4, KIS_VALUE_TRUE},
		{"false", 5, KIS_VALUE_FALSE},
		{"null", 4, KIS_VALUE_NULL},
	};

	for (size_t i = 0; i < 3; i++) {
		if (strncmp(p, literals[i].text, literals[i].len) != 0)
			continue;
		m->value = literals[i].value;
		m->text_len = m->value == KIS_VALUE_NULL ? 0 : literals[i].len;
		return p + literals[i].len;
	}
	return invalid(l, INVALID, p, N_("expected a value"));
}

/* Parses the string, number or literal at p into m. Returns the end of the
 * value, or NULL if the line is invalid. */
static ALWAYS_INLINE const char *parse_scalar(
	struct kis_line *l, struct kis_member *m, const char *p)
{
	const char *end;

	m->escaped = 0;
	if (*p == '"') {
		m->text = ++p;
		end = p + kis_json_plain_bytes(p);
		if (*end != '"' && !(end = string_end(l, end, &m->escaped)))
			return NULL;
		m->text_len = (size_t)(end - p);
		m->value = KIS_VALUE_STRING;
		return end + 1;
	}
	m->text = p;
	if (*p != '-' && (*p < '0' || *p > '9'))
		return parse_literal(l, m, p);
	m->value = KIS_VALUE_NUMBER;
	end = kis_number_end(p);
	if (!end)
		return invalid(l, INVALID, p, N_("invalid number"));
	m->text_len = (size_t)(end - p);
	return end;
}

/* An object or array that is being parsed. */
struct level {
	size_t names; /* index of the object's first name in l->open */
	char close;
	int is_empty;
};

/* Begins the object or array at p. Returns the start of the first value in it,
 * or the closing bracket if it is empty. Returns NULL if the line is invalid.
 */
static const char *parse_first(
	struct kis_line *l, struct level *level, const char *p)
{
	level->names = l->open_count;
	level->close = *p == '{' ? '}' : ']';
	p = skip_whitespace(p + 1);
	level->is_empty = *p == level->close;
	return level->close == '}' && !level->is_empty ? parse_name(l, p) : p;
}

/* Parses the comma at p and, in an object, the next name. Returns the start of
 * the next value. Returns NULL if the line is invalid. */
static const char *parse_next(
	struct kis_line *l, const struct level *level, const char *p)
{
	if (*p != ',')
		return invalid(l, INVALID, p,
			level->close == '}' ? N_("expected ',' or '}'")
					    : N_("expected ',' or ']'"));
	p = skip_whitespace(p + 1);
	return level->close == '}' ? parse_name(l, p) : p;
}

/* Parses the object or array at p with all values in it. Returns the end of the
 * object or array, or NULL if the line is invalid. */
static const char *parse_levels(struct kis_line *l, const char *p)
{
	struct level levels[KIS_NDJSON_MAX_DEPTH];
	struct kis_member unused;
	int depth = 0;

	do {
		if (*p == '{' || *p == '[') {
			/* Subtract 1, because the record itself is the first
			 * level of nesting. */
			if (depth == KIS_NDJSON_MAX_DEPTH - 1)
				return invalid(l, TOO_DEEP, p, "");
			p = parse_first(l, &levels[depth++], p);
			if (!p)
				return NULL;
			if (!levels[depth - 1].is_empty)
				continue;
		} else {
			p = parse_scalar(l, &unused, p);
			if (!p)
				return NULL;
			p = skip_whitespace(p);
		}
		while (depth && *p == levels[depth - 1].close) {
			if (!close_object(l, levels[--depth].names))
				return NULL;
			p++;
			if (depth)
				p = skip_whitespace(p);
		}
		if (depth)
			p = parse_next(l, &levels[depth - 1], p);
	} while (p && depth);
	return p;
}

static NEVER_INLINE const char *parse_nested(
	struct kis_line *l, struct kis_member *m, const char *p)
{
	const char *end = parse_levels(l, p);

	m->text = p;
	m->escaped = 1;
	m->value = KIS_VALUE_NESTED;
	if (end)
		m->text_len = (size_t)(end - p);
	return end;
}

static ALWAYS_INLINE const char *parse_value(
	struct kis_line *l, struct kis_member *m, const char *p)
{
	if (*p != '"' && (*p == '{' || *p == '['))
		return parse_nested(l, m, p);
	return parse_scalar(l, m, p);
}

/* Decodes the values of the fields m[0] to m[count - 1] in place. Must not be
 * called before the whole line has been parsed, because an invalid line must
 * stay unchanged. */
static void decode_all(struct kis_member *m, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *to = (char *)(uintptr_t)m[i].text;
		const char *end = to + m[i].text_len;

		if (m[i].value == KIS_VALUE_NESTED)
			end = kis_json_compact_value(to, to, end);
		else if (m[i].escaped)
			end = kis_json_decode(to, to, end);
		m[i].text_len = (size_t)(end - to);
	}
}

/* ---- Parsing a line of any shape (see ndjson_line.h) ---- */

static void grow(struct kis_line *l)
{
	l->cap = l->cap ? l->cap * 2 : 32;
	l->members = kis_mem_resize(l->members, l->cap, sizeof(*l->members));
	l->ahead = kis_mem_resize(l->ahead, l->cap, sizeof(*l->ahead));
}

/* Sets the name of field i. The argument "name" is the number of the name in
 * l->names. Returns 1 if field i of the previous record has the same name. */
static int set_name(struct kis_line *l, size_t i, size_t name)
{
	struct kis_member *m = &l->members[i];
	int same = i < l->count && m->name == name;

	m->name = name;
	m->key = l->names.list[name].text;
	m->key_len = l->names.list[name].len;
	return same;
}

/* Parses the fields of the object at p and sets *count. Sets *same_keys to 0 if
 * a name differs from the corresponding name of the previous record. Returns
 * the end of the object, or NULL if the line is invalid. */
static const char *parse_fields(
	struct kis_line *l, const char *p, size_t *count, int *same_keys)
{
	p = skip_whitespace(p + 1);
	for (*count = 0; *p != '}' || *count; ++*count) {
		size_t i = *count;

		p = parse_name(l, p);
		if (!p)
			return NULL;
		if (i == l->cap)
			grow(l);
		*same_keys &= set_name(l, i, l->last);
		p = parse_value(l, &l->members[i], p);
		if (!p)
			return NULL;
		p = skip_whitespace(p);
		if (*p == '}') {
			++*count;
			break;
		}
		if (*p != ',')
			return invalid(
				l, INVALID, p, N_("expected ',' or '}'"));
		p = skip_whitespace(p + 1);
	}
	return close_object(l, 0) ? p + 1 : NULL;
}

static const char *refuse_start(struct kis_line *l, const char *p)
{
	struct kis_member unused;

	if (strncmp(p, "\xEF\xBB\xBF", 3) == 0)
		return invalid(l, BYTE_ORDER_MARK, p, "");
	if (*p == '\0')
		return invalid(l, NUL_BYTE, p, "");
	if (*p == '[')
		return invalid(l, ARRAY, p, "");
	return parse_value(l, &unused, p) ? invalid(l, NO_OBJECT, p, "") : NULL;
}

static void learn_gap(
	struct kis_line_shape *s, size_t i, const char *p, const char *end)
{
	struct kis_line_gap *gap = &s->gaps[i];
	size_t n = (size_t)(end - p);
	size_t head = n < KIS_LINE_HEAD ? n : KIS_LINE_HEAD;

	memset(gap, 0, sizeof(*gap));
	gap->len = n;
	gap->at = s->source.len;
	memcpy(gap->head, p, head);
	memset(gap->mask, 0xFF, head);
	kis_buf_add(&s->source, p, n);
}

/* value_begin() and value_end() return the start and the end of a value in the
 * line. They may be called only before the value is decoded. */
static const char *value_begin(const struct kis_member *m)
{
	return m->text - (m->value == KIS_VALUE_STRING);
}

static const char *value_end(const struct kis_member *m)
{
	return m->text + m->text_len + (m->value == KIS_VALUE_STRING) +
	       (m->value == KIS_VALUE_NULL ? 4 : 0);
}

static void learn_shape(struct kis_line *l, const char *p, const char *end)
{
	struct kis_line_shape *s = &l->shape;

	if (s->cap < l->count + 1) {
		s->cap = l->count + 1;
		s->names = kis_mem_resize(s->names, s->cap, sizeof(*s->names));
		s->gaps = kis_mem_resize(s->gaps, s->cap, sizeof(*s->gaps));
	}
	kis_buf_reset(&s->source);
	for (size_t i = 0; i < l->count; i++) {
		s->names[i] = l->members[i].name;
		learn_gap(s, i, p, value_begin(&l->members[i]));
		p = value_end(&l->members[i]);
	}
	learn_gap(s, l->count, p, end);
	s->count = l->count;
	s->known = 1;
	if (l->count)
		memcpy(l->ahead, l->members, l->count * sizeof(*l->ahead));
	l->is_shaped = 1;
}

/* Parses the line from p to end, where its newline is. Returns 1, 0 or -1 as
 * kis_line_next() does. */
static int parse_line(
	struct kis_line *l, const char *p, const char *end, int *same_keys)
{
	const char *at = skip_whitespace(p);
	size_t count = 0;

	if (at == end)
		return 0;
	*same_keys = !l->is_new;
	l->open_count = 0; /* remove names that a failed scan() added */
	/* No name precedes the first name of a line. rt_cd is used as the
	 * previous name, so known[NAME_RT_CD].after is the name that the line
	 * probably starts with. */
	l->last = NAME_RT_CD;
	at = *at == '{' ? parse_fields(l, at, &count, same_keys)
			: refuse_start(l, at);
	if (!at)
		return -1;
	at = skip_whitespace(at);
	if (at != end) {
		invalid(l, *at == '\0' ? NUL_BYTE : TRAILING, at, "");
		return -1;
	}
	*same_keys &= count == l->count;
	l->count = count;
	l->is_shaped = 0;
	/* Store the shape of the first record (see ndjson_line.h). Later, store
	 * the shape of a record with the same names as the previous record,
	 * because more lines of that shape probably follow. */
	if (!l->shape.known || *same_keys)
		learn_shape(l, p, end);
	decode_all(l->members, count);
	return 1;
}

/* ---- Parsing a line of the stored shape (see ndjson_line.h) ---- */

/* Returns 1 if the bytes at p equal those of the gap, that is, the bytes
 * between two values (see ndjson_line.h). A gap contains no newline, so the
 * comparison finds a difference at the end of the line at the latest. */
static inline int repeats(
	const char *p, const struct kis_line_gap *gap, const char *source)
{
	const size_t half = KIS_VEC16_BYTES;
	kis_vec16 a = kis_vec16_load(p) ^ kis_vec16_load(gap->head);
	kis_vec16 b =
		kis_vec16_load(p + half) ^ kis_vec16_load(gap->head + half);

	if (kis_vec16_any((a & kis_vec16_load(gap->mask)) |
			  (b & kis_vec16_load(gap->mask + half))))
		return 0;
	for (size_t i = KIS_LINE_HEAD; i < gap->len; i++)
		if (p[i] != source[gap->at + i])
			return 0;
	return 1;
}

/* Checks that the bytes at p equal those of the gap (see ndjson_line.h), and
 * parses the value after them. Returns the end of the value, or NULL if the
 * line differs from the shape or is invalid. */
static ALWAYS_INLINE const char *step(struct kis_line *l, struct kis_member *m,
	const char *p, const struct kis_line_gap *gap, const char *source)
{
	return repeats(p, gap, source) ? parse_value(l, m, p + gap->len) : NULL;
}

/* Checks that the bytes at p equal the gap after the last value of the shape
 * (see ndjson_line.h), followed by a newline. Returns the start of the next
 * line, or NULL if the bytes differ. */
static const char *last_step(
	const char *p, const struct kis_line_gap *gap, const char *source)
{
	if (!repeats(p, gap, source) || p[gap->len] != '\n')
		return NULL;
	return p + gap->len + 1;
}

static void decode_if(int any, struct kis_member *m, size_t count)
{
	if (any)
		decode_all(m, count);
}

/* Parses a line that is expected to have the stored shape (see ndjson_line.h).
 * Returns the start of the next line, or NULL if the line does not match the
 * shape. */
static char *scan(struct kis_line *l, char *line)
{
	const struct kis_line_shape *s = &l->shape;
	const char *p = line, *source = s->source.data;
	struct kis_member *m = l->members;
	int coded = 0;

	for (size_t i = 0; i < s->count; i++) {
		p = step(l, &m[i], p, &s->gaps[i], source);
		if (!p)
			return NULL;
		coded |= m[i].escaped;
	}
	p = last_step(p, &s->gaps[s->count], source);
	if (p)
		decode_if(coded, m, s->count);
	return (char *)(uintptr_t)p;
}

/* Like scan(), but parses two consecutive lines in one loop. Returns the start
 * of the line after the second one, or NULL if one of the two lines does not
 * match the shape. */
static char *scan_two(struct kis_line *l, char *line, char *second)
{
	const struct kis_line_shape *s = &l->shape;
	const char *p = line, *q = second, *source = s->source.data;
	struct kis_member *m = l->members, *n = l->ahead;
	int coded = 0;

	for (size_t i = 0; i < s->count; i++) {
		p = step(l, &m[i], p, &s->gaps[i], source);
		q = step(l, &n[i], q, &s->gaps[i], source);
		if (!p || !q)
			return NULL;
		coded |= m[i].escaped | n[i].escaped;
	}
	q = last_step(q, &s->gaps[s->count], source);
	if (!q || last_step(p, &s->gaps[s->count], source) != second)
		return NULL;
	decode_if(coded, m, s->count);
	decode_if(coded, n, s->count);
	return (char *)(uintptr_t)q;
}

/* Restores the names of the stored shape (see ndjson_line.h) after a line of a
 * different shape was parsed. Returns 1 if that line had the same names. */
static int return_to_shape(struct kis_line *l)
{
	int same = l->count == l->shape.count;

	for (size_t i = 0; i < l->shape.count; i++) {
		same &= set_name(l, i, l->shape.names[i]);
		l->ahead[i].name = l->members[i].name;
		l->ahead[i].key = l->members[i].key;
		l->ahead[i].key_len = l->members[i].key_len;
	}
	l->count = l->shape.count;
	l->is_shaped = 1;
	return same;
}

/* Makes the line that was parsed ahead the current line, and moves *p to the
 * start of the line after it. */
static void take_ahead(struct kis_line *l, char **p)
{
	struct kis_member *members = l->members;

	l->members = l->ahead;
	l->ahead = members;
	*p = l->ahead_end;
	l->ahead_end = NULL;
}

static int next_line(struct kis_line *l, char **p, char *whole, int *same_keys)
{
	char *line = *p, *stop, *end;

	*same_keys = 1;
	if (l->ahead_end) {
		take_ahead(l, p);
		return 1;
	}
	l->whole = whole;
	l->open_count = 0;
	stop = memchr(line, '\n', (size_t)(whole - line));
	*p = stop + 1;
	if (l->is_shaped && *p < whole &&
		(l->ahead_end = scan_two(l, line, *p)) != NULL)
		return 1;
	end = l->shape.known ? scan(l, line) : NULL;
	if (!end)
		return parse_line(l, line, stop, same_keys);
	if (!l->is_shaped)
		*same_keys = return_to_shape(l);
	return 1;
}

int kis_line_next(struct kis_line *l, char **p, char *whole, int *same_keys)
{
	int got = next_line(l, p, whole, same_keys);

	if (got == 1 && l->is_new)
		*same_keys = l->is_new = 0;
	return got;
}

int kis_line_is_cut(const struct kis_line *l)
{
	return l->code == CUT;
}

int kis_line_is_response(const struct kis_line *l)
{
	unsigned names = 0;

	for (size_t i = 0; i < l->count; i++)
		if (l->members[i].name < NAMES_OF_RESPONSE)
			names |= 1u << l->members[i].name;
	return (names & 1u << NAME_RT_CD) && names != 1u << NAME_RT_CD;
}

/* Returns the column of a position in the line: the number of its character,
 * counted from 1 as in editors. The argument "at" is the position. */
static size_t column_of(const char *line, const char *at)
{
	size_t column = 1;

	for (; line < at; line++)
		column += ((unsigned char)*line & 0xC0) != 0x80;
	return column;
}

int kis_line_error(const struct kis_line *l, const char *p, struct kis_err *err)
{
	size_t column = column_of(p, l->reason_at);

	switch ((enum code)l->code) {
	case CUT:
		return kis_fail(err, KIS_EX_DATA,
			"unterminated value at column %zu: NDJSON requires one "
			"complete object per line",
			column);
	case NUL_ESCAPE:
		return kis_fail(err, KIS_EX_DATA,
			"NUL character (\\u0000) at column %zu", column);
	case NUL_BYTE:
		return kis_fail(
			err, KIS_EX_DATA, "NUL byte at column %zu", column);
	case BAD_UTF8:
		return kis_fail(err, KIS_EX_DATA, "invalid UTF-8 at byte %zu",
			(size_t)(l->reason_at - p) + 1);
	case DUPLICATE:
		return kis_fail(err, KIS_EX_DATA,
			"duplicate field in object, at column %zu", column);
	case TOO_DEEP:
		return kis_fail(err, KIS_EX_DATA, "nesting exceeds %d levels",
			(int)KIS_NDJSON_MAX_DEPTH);
	case TRAILING:
		return kis_fail(err, KIS_EX_DATA,
			"trailing data after the object, at column %zu",
			column);
	case ARRAY:
		return kis_fail(
			err, KIS_EX_DATA, "expected an object, found an array");
	case NO_OBJECT:
		return kis_fail(err, KIS_EX_DATA, "expected an object");
	case BYTE_ORDER_MARK:
		return kis_fail(err, KIS_EX_DATA,
			"JSON must not start with a byte order mark; remove it "
			"with: tail -c +4");
	case INVALID:
		break;
	}
	if (*l->reason_at == '\0')
		return kis_fail(
			err, KIS_EX_DATA, "NUL byte at column %zu", column);
	return kis_fail(err, KIS_EX_DATA, "invalid JSON at column %zu: %s",
		column, _(l->reason));
}
