#include "lib/ndjson_line.h"

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

/* The four digits behind "\u"; -1 if they are none. */
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

const char *kis_ndjson_escape(const char *p)
{
	int32_t unit;

	/* a newline is not among them, so nothing behind it is looked at */
	switch (p[1]) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		return p + 2;
	case 'u':
		break;
	default:
		return NULL;
	}
	unit = code_unit(p);
	if (unit <= 0 || is_low_half(unit))
		return NULL;
	if (!is_high_half(unit))
		return p + 6;
	p += 6;
	if (p[0] != '\\' || p[1] != 'u' || !is_low_half(code_unit(p)))
		return NULL;
	return p + 6;
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

/* The character that a checked escape at *p means; moves *p behind it. */
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

char *kis_ndjson_decode(char *to, const char *p, const char *end)
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

/* What JSON wants escaped, in its shortest form: that is never longer than
 * what the source had to write for it. */
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

char *kis_ndjson_compact(char *to, const char *p, const char *end)
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
		if (in_string || !kis_ndjson_is_blank(*p))
			*to++ = *p;
		p++;
	}
	return to;
}
