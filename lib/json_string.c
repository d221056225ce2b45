#include "lib/json_string.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Returns the value of the four hexadecimal digits after "\u" at p, or -1 if
 * one of the four characters is not a hexadecimal digit. */
static int32_t code_unit(const char *p)
{
	int32_t unit = 0;

	for (int i = 2; i < 6; i++) {
		int digit = hex_digit(p[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

static int is_high_half(int32_t unit)
{
	return unit >= 0xD800 && unit <= 0xDBFF;
}

static int is_low_half(int32_t unit)
{
	return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* Returns the end of the escape at p, which may be a surrogate pair, or NULL
 * and sets *flaw if the escape is invalid. An escape cannot contain a newline,
 * so no byte after the newline that ends the text is read. */
static const char *skip_escape(const char *p, enum kis_json_flaw *flaw)
{
	int32_t unit;

	*flaw = KIS_JSON_ESCAPE;
	if (p[1] && strchr("\"\\/bfnrt", p[1]))
		return p + 2;
	if (p[1] != 'u')
		return NULL;
	unit = code_unit(p);
	if (unit == 0)
		*flaw = KIS_JSON_NUL;
	if (unit <= 0 || is_low_half(unit))
		return NULL;
	if (!is_high_half(unit))
		return p + 6;
	p += 6;
	if (p[0] != '\\' || p[1] != 'u' || !is_low_half(code_unit(p)))
		return NULL;
	return p + 6;
}

static inline int is_tail(unsigned char c)
{
	return (c & 0xC0) == 0x80;
}

/* Returns the end of the two- or four-byte UTF-8 character at u, or NULL if the
 * character is invalid. */
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

/* Returns the end of the three-byte UTF-8 character at u, such as Hangul, or
 * NULL if the character is invalid. Checking the code point is faster than a
 * table of valid byte pairs. */
static inline const unsigned char *skip_three(const unsigned char *u)
{
	unsigned c;

	if (!is_tail(u[1]) || !is_tail(u[2]))
		return NULL;
	c = (u[0] & 0xFu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
	return c >= 0x800 && (c & 0xF800) != 0xD800 ? u + 3 : NULL;
}

/* Skips the non-ASCII characters at p. Returns the end of these characters, or
 * NULL and sets *bad to the first invalid character. Each byte is read only if
 * the previous byte was valid, so nothing after the newline that ends the text
 * is read. */
static inline const char *skip_wide(const char *p, const char **bad)
{
	const unsigned char *u = (const unsigned char *)p, *next;

	for (; *u >= 0x80; u = next) {
		next = (u[0] & 0xF0) == 0xE0 ? skip_three(u) : skip_rare(u);
		if (!next) {
			*bad = (const char *)u;
			return NULL;
		}
	}
	return (const char *)u;
}

static const char *skip_plain(const char *p)
{
	size_t n;

	do {
		n = kis_json_plain_bytes(p);
		p += n;
	} while (n == KIS_VEC16_BYTES);
	return p;
}

const char *kis_json_string_end(const char *p, int *escaped,
	enum kis_json_flaw *flaw, const char **flaw_at)
{
	while (*p != '"') {
		if ((unsigned char)*p >= 0x80) {
			*flaw = KIS_JSON_UTF8;
			p = skip_wide(p, flaw_at);
		} else if (*p == '\\') {
			*escaped = 1;
			*flaw_at = p;
			p = skip_escape(p, flaw);
		} else if ((unsigned char)*p < 0x20) {
			*flaw = *p == '\n' ? KIS_JSON_CUT : KIS_JSON_CONTROL;
			*flaw_at = p;
			return NULL;
		} else {
			p = skip_plain(p);
		}
		if (!p)
			return NULL;
	}
	return p;
}

static size_t encode(uint32_t c, unsigned char *to)
{
	if (c < 0x80) {
		to[0] = (unsigned char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (unsigned char)(0xC0 | c >> 6);
		to[1] = (unsigned char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (unsigned char)(0xE0 | c >> 12);
		to[1] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
		to[2] = (unsigned char)(0x80 | (c & 0x3F));
		return 3;
	}
	to[0] = (unsigned char)(0xF0 | c >> 18);
	to[1] = (unsigned char)(0x80 | (c >> 12 & 0x3F));
	to[2] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
	to[3] = (unsigned char)(0x80 | (c & 0x3F));
	return 4;
}

/* Returns the character of the valid escape at *p and moves *p to the end of
 * the escape. */
static uint32_t escaped_char(const char **p)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = *p;
	uint32_t high;

	if (at[1] != 'u') {
		const char *which = strchr(from, at[1]);

		*p = at + 2;
		return (uint32_t)to[which - from];
	}
	high = (uint32_t)code_unit(at);
	*p = at + 6;
	if (!is_high_half((int32_t)high))
		return high;
	*p = at + 12;
	return 0x10000 + ((high - 0xD800) << 10) +
	       ((uint32_t)code_unit(at + 6) - 0xDC00);
}

char *kis_json_decode(char *to, const char *p, const char *end)
{
	while (p < end) {
		const char *stop = memchr(p, '\\', (size_t)(end - p));
		size_t n = (size_t)((stop ? stop : end) - p);

		memmove(to, p, n);
		to += n;
		p += n;
		if (stop)
			to += encode(escaped_char(&p), (unsigned char *)to);
	}
	return to;
}

/* Writes the character c as JSON text at to. Escapes c only if JSON requires
 * it, with the shortest escape. Returns the number of bytes written, which is
 * never greater than the length of the escape from which c was decoded. */
static size_t encode_for_json(uint32_t c, unsigned char *to)
{
	static const char from[] = "\"\\\b\f\n\r\t", name[] = "\"\\bfnrt";
	const char *which = c && c < 0x80 ? strchr(from, (int)c) : NULL;
	char text[8];

	if (which) {
		to[0] = '\\';
		to[1] = (unsigned char)name[which - from];
		return 2;
	}
	if (c >= 0x20)
		return encode(c, to);
	snprintf(text, sizeof(text), "\\u%04X", (unsigned)c);
	memcpy(to, text, 6);
	return 6;
}

static int is_whitespace(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

char *kis_json_compact_value(char *to, const char *p, const char *end)
{
	int in_string = 0;

	while (p < end) {
		if (*p == '\\') {
			to += encode_for_json(
				escaped_char(&p), (unsigned char *)to);
			continue;
		}
		if (*p == '"')
			in_string = !in_string;
		if (in_string || !is_whitespace(*p))
			*to++ = *p;
		p++;
	}
	return to;
}
