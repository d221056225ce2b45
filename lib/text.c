#include "lib/text.h"

#include <string.h>

int kis_text_is_graphic(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] > '~')
			return 0;
	return 1;
}

/* Returns the length of a UTF-8 character that begins with the byte lead, or 0
 * if no character begins with that byte. */
static size_t sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xC2 && lead <= 0xDF)
		return 2;
	if (lead >= 0xE0 && lead <= 0xEF)
		return 3;
	if (lead >= 0xF0 && lead <= 0xF4)
		return 4;
	return 0;
}

/* Returns 1 if c is valid as the second byte of a UTF-8 character that begins
 * with lead. Overlong forms, surrogates and values over U+10FFFF are invalid
 * (Unicode, table 3-7). */
static int second_is_valid(unsigned char lead, unsigned char c)
{
	switch (lead) {
	case 0xE0:
		return c >= 0xA0 && c <= 0xBF;
	case 0xED:
		return c >= 0x80 && c <= 0x9F;
	case 0xF0:
		return c >= 0x90 && c <= 0xBF;
	case 0xF4:
		return c >= 0x80 && c <= 0x8F;
	default:
		return (c & 0xC0) == 0x80;
	}
}

static size_t valid_sequence(const unsigned char *p, size_t n)
{
	size_t len = sequence_length(p[0]);

	if (len == 0 || len > n)
		return 0;
	if (len > 1 && !second_is_valid(p[0], p[1]))
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return len;
}

size_t kis_text_utf8_valid(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t at = 0;

	while (at < n) {
		size_t len = u[at] < 0x80 ? 1 : valid_sequence(u + at, n - at);

		if (len == 0)
			break;
		at += len;
	}
	return at;
}

uint32_t kis_text_utf8_next(const char **p, const char *end)
{
	static const unsigned char mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	const unsigned char *u = (const unsigned char *)*p;
	size_t len = sequence_length(u[0]);
	uint32_t c;

	if (len == 0 || len > (size_t)(end - *p)) {
		(*p)++;
		return 0xFFFD;
	}
	c = u[0] & mask[len];
	for (size_t i = 1; i < len; i++)
		c = c << 6 | (u[i] & 0x3F);
	*p += len;
	return c;
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t kis_text_bom(const char *p, size_t n)
{
	return n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

int kis_text_is_utf16(const char *p, size_t n)
{
	return n >= 2 &&
	       (memcmp(p, "\xFF\xFE", 2) == 0 ||
		       memcmp(p, "\xFE\xFF", 2) == 0 || !p[0] != !p[1]);
}

int kis_text_has_secret(const char *p, size_t n, const char *secret)
{
	enum { LEAST = 16 };
	size_t bytes = secret ? strlen(secret) : 0;

	return bytes >= LEAST && memmem(p, n, secret, bytes) != NULL;
}

void kis_text_trim(const char **p, size_t *n)
{
	while (*n && is_blank((*p)[*n - 1]))
		(*n)--;
	while (*n && is_blank(**p)) {
		(*p)++;
		(*n)--;
	}
}

char *kis_text_strip(char *s)
{
	const char *p = s;
	size_t n = strlen(s);

	kis_text_trim(&p, &n);
	if (n >= 2 && (*p == '"' || *p == '\'') && p[n - 1] == *p) {
		p++;
		n -= 2;
		kis_text_trim(&p, &n);
	}
	memmove(s, p, n);
	s[n] = '\0';
	return s;
}

static int drives_terminal(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x00, 0x1F},     /* C0 control characters */
		{0x7F, 0x9F},     /* DEL, C1 control characters */
		{0x61C, 0x61C},   /* direction mark */
		{0x200E, 0x200F}, /* direction marks */
		{0x2028, 0x202E}, /* line ends, directional formatting */
		{0x2066, 0x2069}, /* directional isolates */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return 1;
	return 0;
}

void kis_text_escape(struct kis_buf *out, const char *p, size_t n)
{
	const char *end = p + n;

	while (p < end) {
		const char *from = p;
		size_t left = (size_t)(end - p);
		size_t len = valid_sequence((const unsigned char *)p, left);
		uint32_t c = len ? kis_text_utf8_next(&p, end) : 0x80;

		if (len == 0)
			p++;
		if (drives_terminal(c))
			for (; from < p; from++)
				kis_buf_printf(out, "\\x%02X",
					(unsigned)(unsigned char)*from);
		else
			kis_buf_add(out, from, (size_t)(p - from));
	}
}

void kis_text_tame(struct kis_buf *out, const char *p, size_t n,
	enum kis_text_tame how, const char *keep)
{
	const char *end = p + n;

	while (p < end) {
		const char *from = p;
		size_t left = (size_t)(end - p);
		size_t len = how == KIS_TEXT_TAME_BYTES
				     ? 1
				     : valid_sequence(
					       (const unsigned char *)p, left);
		/* In an encoding other than UTF-8, bytes over 0x7F are parts of
		 * characters and are not replaced. */
		uint32_t c = how == KIS_TEXT_TAME_BYTES
				     ? (unsigned char)*p & 0x7F
			     : len ? kis_text_utf8_next(&p, end)
				   : 0x80;

		if (how == KIS_TEXT_TAME_BYTES && (unsigned char)*from >= 0x80)
			c = ' ';
		if (len == 0 || how == KIS_TEXT_TAME_BYTES)
			p = from + 1;
		if (!drives_terminal(c) ||
			(c && c < 0x80 && strchr(keep, (int)c)))
			kis_buf_add(out, from, (size_t)(p - from));
		else if (how == KIS_TEXT_TAME_JSON)
			kis_buf_printf(out, "\\u%04x", (unsigned)c);
		else if (how == KIS_TEXT_TAME_BYTES)
			kis_buf_add_str(out, "?");
		else
			kis_buf_add_str(out, "\xEF\xBF\xBD");
	}
}
