#include "lib/ndjson_line.h"

#include "lib/word.h"

#include <string.h>

/*
 * Nothing here looks where the block ends. A newline is no part of a gap, no
 * part of a value and a control character, so everything stops at it, and
 * the slack behind it takes what the load of a word reads too much.
 */

/* 1 if the n bytes at p are those of the gap. */
static int repeats(const char *p, const char *gap, size_t n)
{
	size_t i;

	if (n < 8) {
		for (i = 0; i < n; i++)
			if (p[i] != gap[i])
				return 0;
		return 1;
	}
	for (i = 0; i + 8 <= n; i += 8)
		if (kis_word_load(p + i) != kis_word_load(gap + i))
			return 0;
	return kis_word_load(p + n - 8) == kis_word_load(gap + n - 8);
}

/* Sets the top bit of each byte that ends a run of plain characters: a
 * quote, a backslash, a control character, a byte beyond ASCII. A borrow can
 * set it wrongly, but only above a byte that is rightly set. */
static uint64_t special(uint64_t word)
{
	uint64_t quote = (word ^ KIS_WORD_OF('"')) - KIS_WORD_OF(1);
	uint64_t backslash = (word ^ KIS_WORD_OF('\\')) - KIS_WORD_OF(1);
	uint64_t control = word - KIS_WORD_OF(0x20);

	return (quote | backslash | control | word) & KIS_WORD_TOPS;
}

static const char *skip_plain(const char *p)
{
	for (;;) {
		uint64_t found = special(kis_word_load(p));

		if (found)
			return p + kis_word_first(found);
		p += 8;
	}
}

static int is_tail(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

/* Behind the character beyond ASCII at p, NULL if it is none (RFC 3629). The
 * next byte is looked at only where the one before is right. */
static const char *skip_wide(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	if (u[0] >= 0xE1 && u[0] <= 0xEF && u[0] != 0xED) /* most of Hangul */
		return is_tail(u[1]) && is_tail(u[2]) ? p + 3 : NULL;
	if (u[0] >= 0xC2 && u[0] <= 0xDF)
		return is_tail(u[1]) ? p + 2 : NULL;
	if (u[0] == 0xE0 && u[1] < 0xA0)
		return NULL;
	if (u[0] == 0xED && u[1] >= 0xA0)
		return NULL;
	if (u[0] == 0xE0 || u[0] == 0xED)
		return is_tail(u[1]) && is_tail(u[2]) ? p + 3 : NULL;
	if (u[0] < 0xF0 || u[0] > 0xF4)
		return NULL;
	if ((u[0] == 0xF0 && u[1] < 0x90) || (u[0] == 0xF4 && u[1] >= 0x90))
		return NULL;
	return is_tail(u[1]) && is_tail(u[2]) && is_tail(u[3]) ? p + 4 : NULL;
}

/* The closing quote of the string whose inside starts at p; NULL if it is
 * not one. Sets *escaped if it holds escapes, all of them checked. */
static const char *string_end(const char *p, int *escaped)
{
	*escaped = 0;
	for (;;) {
		p = skip_plain(p);
		while ((unsigned char)*p >= 0x80) {
			p = skip_wide(p);
			if (!p)
				return NULL;
		}
		if (*p == '"')
			return p;
		if (*p == '\\') {
			*escaped = 1;
			p = kis_ndjson_escape(p);
			if (!p)
				return NULL;
		} else if ((unsigned char)*p < 0x20) {
			return NULL;
		}
	}
}

static const char *take_literal(struct kis_member *m, const char *p)
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
		if (!repeats(p, literals[i].text, literals[i].len))
			continue;
		m->value = literals[i].value;
		m->text_len = m->value == KIS_VALUE_NULL ? 0 : literals[i].len;
		return p + literals[i].len;
	}
	return NULL; /* nested, or nothing that we know */
}

/* Reads the value at p; returns its end, NULL in doubt. */
static const char *take_value(struct kis_member *m, const char *p)
{
	const char *end;

	m->text = p;
	m->escaped = 0;
	if (*p == '"') {
		m->text = p + 1;
		m->value = KIS_VALUE_STRING;
		end = string_end(p + 1, &m->escaped);
		if (!end)
			return NULL;
		m->text_len = (size_t)(end - p) - 1;
		return end + 1;
	}
	if (*p != '-' && (*p < '0' || *p > '9'))
		return take_literal(m, p);
	m->value = KIS_VALUE_NUMBER;
	end = kis_ndjson_number(p);
	if (end)
		m->text_len = (size_t)(end - p);
	return end;
}

/* Only when the whole line was taken: in doubt it must be as it was read. */
static void decode_all(struct kis_ndjson_shape *s, char *line)
{
	for (size_t i = 0; i < s->count; i++) {
		struct kis_member *m = &s->members[i];
		char *to = line + (m->text - line);

		if (m->escaped)
			m->text_len = (size_t)(kis_ndjson_decode(to, m->text,
						       m->text + m->text_len) -
					       to);
	}
}

int kis_ndjson_scan(struct kis_ndjson_line *l, char *line, char **next)
{
	struct kis_ndjson_shape *s = &l->now;
	const char *gap = s->source.data, *p = line;
	int escaped = 0;

	if (!l->known)
		return 0;
	for (size_t i = 0; i < s->count; i++) {
		if (!repeats(p, gap, s->gaps[i]))
			return 0;
		p = take_value(&s->members[i], p + s->gaps[i]);
		if (!p)
			return 0;
		gap += s->gaps[i];
		escaped |= s->members[i].escaped;
	}
	if (!repeats(p, gap, s->gaps[s->count]))
		return 0;
	p += s->gaps[s->count];
	if (*p != '\n')
		return 0;
	if (escaped)
		decode_all(s, line);
	*next = line + (p - line) + 1;
	return 1;
}
