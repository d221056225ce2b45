#include "lib/ndjson_line.h"
#include "lib/number.h"

#include "lib/word.h"

#include <string.h>

/* What the two loops below do for each value has to stand in them, what they
 * seldom do must not: they are half of the time of an archive. */
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NEVER_INLINE  __attribute__((noinline))

/*
 * Nothing here looks where the block ends. A newline is no part of a gap, no
 * part of a value and a control character, so everything stops at it, and
 * the slack behind it takes what the load of a word reads too much.
 */

/* 1 if the gap stands at p. */
static inline int repeats(
	const char *p, const struct kis_ndjson_gap *gap, const char *source)
{
	const size_t half = KIS_WORD_BYTES;
	kis_word a = kis_word_load(p) ^ kis_word_load(gap->head);
	kis_word b = kis_word_load(p + half) ^ kis_word_load(gap->head + half);

	if (kis_word_any((a & kis_word_load(gap->mask)) |
			 (b & kis_word_load(gap->mask + half))))
		return 0;
	/* the head has no newline, so the rest may be looked at as long as
	 * it is alike */
	for (size_t i = KIS_NDJSON_HEAD; i < gap->len; i++)
		if (p[i] != source[gap->at + i])
			return 0;
	return 1;
}

/* How many bytes at p are plain, 16 at most: no quote, no backslash, no
 * control character and none beyond ASCII. As signed numbers the last two are
 * what is less than a blank. */
static inline size_t plain_bytes(const char *p)
{
	kis_word word = kis_word_load(p);

	return kis_word_first((kis_word)(word == KIS_WORD_OF('"')) |
			      (kis_word)(word == KIS_WORD_OF('\\')) |
			      (kis_word)(word < KIS_WORD_OF(' ')));
}

static inline const char *skip_plain(const char *p)
{
	size_t n;

	do {
		n = plain_bytes(p);
		p += n;
	} while (n == KIS_WORD_BYTES);
	return p;
}

static inline int is_tail(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

/* Behind the character of two or four bytes at u, NULL if it is none. */
static const unsigned char *skip_rare(const unsigned char *u)
{
	if (u[0] >= 0xC2 && u[0] <= 0xDF)
		return is_tail(u[1]) ? u + 2 : NULL;
	if (u[0] < 0xF0 || u[0] > 0xF4)
		return NULL;
	if ((u[0] == 0xF0 && u[1] < 0x90) || (u[0] == 0xF4 && u[1] >= 0x90))
		return NULL;
	return is_tail(u[1]) && is_tail(u[2]) && is_tail(u[3]) ? u + 4 : NULL;
}

/* Behind the characters beyond ASCII at p, NULL if one is none (RFC 3629). A
 * byte is looked at only where the one before is right. */
static inline const char *skip_wide(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	while (u && *u >= 0x80) {
		unsigned c;

		if ((u[0] & 0xF0) != 0xE0) {
			u = skip_rare(u);
			continue;
		}
		/* three bytes, and so all of Hangul, without telling apart
		 * what can follow which first byte: by the number it is */
		if (!is_tail(u[1]) || !is_tail(u[2]))
			return NULL;
		c = (u[0] & 0xFu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
		if (c < 0x800 || (c >= 0xD800 && c <= 0xDFFF))
			return NULL;
		u += 3;
	}
	return (const char *)u;
}

/* The closing quote of a string that goes on at p; NULL if it has none. Sets
 * *escaped if it holds escapes, all of them checked. */
static NEVER_INLINE const char *string_end(const char *p, int *escaped)
{
	for (;;) {
		p = skip_wide(p);
		if (!p || *p == '"')
			return p;
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p == '\\') {
			*escaped = 1;
			p = kis_ndjson_escape(p);
			if (!p)
				return NULL;
		}
		p = skip_plain(p);
	}
}

static NEVER_INLINE const char *take_literal(
	struct kis_member *m, const char *p)
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
	return NULL; /* nested, or nothing that we know */
}

/* Reads the value at p; returns its end, NULL in doubt. */
static ALWAYS_INLINE const char *take_value(struct kis_member *m, const char *p)
{
	const char *end;

	if (*p == '"') {
		m->text = ++p;
		m->escaped = 0;
		end = p + plain_bytes(p);
		if (*end != '"' && !(end = string_end(end, &m->escaped)))
			return NULL;
		m->text_len = (size_t)(end - p);
		m->value = KIS_VALUE_STRING;
		return end + 1;
	}
	m->text = p;
	m->escaped = 0;
	if (*p != '-' && (*p < '0' || *p > '9'))
		return take_literal(m, p);
	m->value = KIS_VALUE_NUMBER;
	end = kis_number_end(p);
	if (end)
		m->text_len = (size_t)(end - p);
	return end;
}

/* Only when the whole line was taken: in doubt it must be as it was read. */
static void decode_all(struct kis_member *m, size_t count, char *line)
{
	for (size_t i = 0; i < count; i++) {
		char *to = line + (m[i].text - line);

		if (m[i].escaped)
			m[i].text_len =
				(size_t)(kis_ndjson_decode(to, m[i].text,
						 m[i].text + m[i].text_len) -
					 to);
	}
}

/* The gap and the value behind it; returns the value's end, NULL in doubt. */
static ALWAYS_INLINE const char *step(struct kis_member *m, const char *p,
	const struct kis_ndjson_gap *gap, const char *source)
{
	return repeats(p, gap, source) ? take_value(m, p + gap->len) : NULL;
}

/* The last gap and the newline; returns what follows, NULL in doubt. */
static const char *last(
	const char *p, const struct kis_ndjson_gap *gap, const char *source)
{
	if (!repeats(p, gap, source) || p[gap->len] != '\n')
		return NULL;
	return p + gap->len + 1;
}

int kis_ndjson_scan(struct kis_ndjson_line *l, char *line, const char *next)
{
	struct kis_ndjson_shape *s = &l->now;
	const char *p = line, *source = s->source.data;
	int escaped = 0;

	if (!l->known)
		return 0;
	for (size_t i = 0; i < s->count; i++) {
		p = step(&s->members[i], p, &s->gaps[i], source);
		if (!p)
			return 0;
		escaped |= s->members[i].escaped;
	}
	if (last(p, &s->gaps[s->count], source) != next)
		return 0;
	if (escaped)
		decode_all(s->members, s->count, line);
	return 1;
}

int kis_ndjson_scan_two(
	struct kis_ndjson_line *l, char *line, char *second, char **end)
{
	struct kis_ndjson_shape *s = &l->now;
	const char *p = line, *q = second, *source = s->source.data;
	int escaped = 0;

	if (!l->known)
		return 0;
	for (size_t i = 0; i < s->count; i++) {
		p = step(&s->members[i], p, &s->gaps[i], source);
		q = step(&s->ahead[i], q, &s->gaps[i], source);
		if (!p || !q)
			return 0;
		escaped |= s->members[i].escaped | s->ahead[i].escaped;
	}
	q = last(q, &s->gaps[s->count], source);
	if (!q || last(p, &s->gaps[s->count], source) != second)
		return 0;
	if (escaped) {
		decode_all(s->members, s->count, line);
		decode_all(s->ahead, s->count, second);
	}
	*end = second + (q - second);
	return 1;
}
