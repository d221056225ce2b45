#include "lib/text.h"

#include <string.h>

/* Bytes of the character that lead starts, by its first byte; 0: none. */
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

/* The second byte's range is where overlong forms, surrogates and what lies
 * over U+10FFFF are told apart (Unicode, table 3-7). */
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

struct range {
	uint32_t first, last;
};

/* East Asian Width W and F (Unicode 15, UAX #11), neighbours joined. */
static const struct range wide[] = {
	{0x1100, 0x115F},
	{0x231A, 0x231B},
	{0x2329, 0x232A},
	{0x23E9, 0x23EC},
	{0x23F0, 0x23F0},
	{0x23F3, 0x23F3},
	{0x25FD, 0x25FE},
	{0x2614, 0x2615},
	{0x2648, 0x2653},
	{0x267F, 0x267F},
	{0x2693, 0x2693},
	{0x26A1, 0x26A1},
	{0x26AA, 0x26AB},
	{0x26BD, 0x26BE},
	{0x26C4, 0x26C5},
	{0x26CE, 0x26CE},
	{0x26D4, 0x26D4},
	{0x26EA, 0x26EA},
	{0x26F2, 0x26F3},
	{0x26F5, 0x26F5},
	{0x26FA, 0x26FA},
	{0x26FD, 0x26FD},
	{0x2705, 0x2705},
	{0x270A, 0x270B},
	{0x2728, 0x2728},
	{0x274C, 0x274C},
	{0x274E, 0x274E},
	{0x2753, 0x2755},
	{0x2757, 0x2757},
	{0x2795, 0x2797},
	{0x27B0, 0x27B0},
	{0x27BF, 0x27BF},
	{0x2B1B, 0x2B1C},
	{0x2B50, 0x2B50},
	{0x2B55, 0x2B55},
	{0x2E80, 0x303E},
	{0x3041, 0x3247},
	{0x3250, 0x4DBF},
	{0x4E00, 0xA4CF},
	{0xA960, 0xA97F},
	{0xAC00, 0xD7A3},
	{0xF900, 0xFAFF},
	{0xFE10, 0xFE19},
	{0xFE30, 0xFE6F},
	{0xFF01, 0xFF60},
	{0xFFE0, 0xFFE6},
	{0x16FE0, 0x18CD5},
	{0x1AFF0, 0x1B2FB},
	{0x1F004, 0x1F004},
	{0x1F0CF, 0x1F0CF},
	{0x1F18E, 0x1F18E},
	{0x1F191, 0x1F19A},
	{0x1F200, 0x1F320},
	{0x1F32D, 0x1F335},
	{0x1F337, 0x1F37C},
	{0x1F37E, 0x1F393},
	{0x1F3A0, 0x1F3CA},
	{0x1F3CF, 0x1F3D3},
	{0x1F3E0, 0x1F3F0},
	{0x1F3F4, 0x1F3F4},
	{0x1F3F8, 0x1F43E},
	{0x1F440, 0x1F440},
	{0x1F442, 0x1F4FC},
	{0x1F4FF, 0x1F53D},
	{0x1F54B, 0x1F54E},
	{0x1F550, 0x1F567},
	{0x1F57A, 0x1F57A},
	{0x1F595, 0x1F596},
	{0x1F5A4, 0x1F5A4},
	{0x1F5FB, 0x1F64F},
	{0x1F680, 0x1F6C5},
	{0x1F6CC, 0x1F6CC},
	{0x1F6D0, 0x1F6D2},
	{0x1F6D5, 0x1F6DF},
	{0x1F6EB, 0x1F6EC},
	{0x1F6F4, 0x1F6FC},
	{0x1F7E0, 0x1F7F0},
	{0x1F90C, 0x1F93A},
	{0x1F93C, 0x1F945},
	{0x1F947, 0x1F9FF},
	{0x1FA70, 0x1FAF8},
	{0x20000, 0x2FFFD},
	{0x30000, 0x3FFFD},
};

/* What takes no column: combining marks that Korean and Latin names meet,
 * the vowels and finals of decomposed Hangul, joiners, selectors. */
static const struct range zero[] = {
	{0x0300, 0x036F},
	{0x0483, 0x0489},
	{0x0591, 0x05BD},
	{0x0610, 0x061A},
	{0x064B, 0x065F},
	{0x0900, 0x0902},
	{0x093C, 0x093C},
	{0x0E31, 0x0E31},
	{0x0E34, 0x0E3A},
	{0x0E47, 0x0E4E},
	{0x1160, 0x11FF},
	{0x1AB0, 0x1ACE},
	{0x1DC0, 0x1DFF},
	{0x200B, 0x200F},
	{0x202A, 0x202E},
	{0x2060, 0x2064},
	{0x20D0, 0x20F0},
	{0x302A, 0x302F},
	{0x3099, 0x309A},
	{0xD7B0, 0xD7FB},
	{0xFE00, 0xFE0F},
	{0xFE20, 0xFE2F},
	{0xFEFF, 0xFEFF},
	{0xE0100, 0xE01EF},
};

static int in_ranges(const struct range *r, size_t n, uint32_t c)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (c > r[mid].last)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && c >= r[low].first;
}

static size_t char_width(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (in_ranges(zero, sizeof(zero) / sizeof(*zero), c))
		return 0;
	return in_ranges(wide, sizeof(wide) / sizeof(*wide), c) ? 2 : 1;
}

size_t kis_text_width(const char *p, size_t n)
{
	const char *end = p + n;
	size_t width = 0;

	while (p < end)
		width += char_width(kis_text_utf8_next(&p, end));
	return width;
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
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
		if (c < 0x20 || (c >= 0x7F && c < 0xA0))
			for (; from < p; from++)
				kis_buf_printf(out, "\\x%02X",
					(unsigned)(unsigned char)*from);
		else
			kis_buf_add(out, from, (size_t)(p - from));
	}
}
