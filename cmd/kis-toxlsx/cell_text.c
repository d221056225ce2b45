#include "cmd/kis-toxlsx/cell_text.h"
#include "lib/text.h"
#include "lib/word.h"

#include <ctype.h>
#include <string.h>

/* What one byte can become at most: a control character, _x0001_. */
enum { MAX_GROWTH = 7 };

static int is_escape(const char *p, size_t n)
{
	if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return 0;
	for (int i = 2; i < 6; i++)
		if (!isxdigit((unsigned char)p[i]))
			return 0;
	return 1;
}

/* The character at p that must be escaped and its length in bytes, or 0. */
static unsigned forbidden_at(const char *p, size_t n, size_t *len)
{
	unsigned char c = (unsigned char)p[0];

	*len = 1;
	if (c < 0x20 && c != '\t' && c != '\n')
		return c;
	if (c == '_' && is_escape(p, n))
		return c;
	if (c != 0xef || n < 3 || (unsigned char)p[1] != 0xbf ||
		(unsigned char)p[2] < 0xbe)
		return 0;
	*len = 3;
	return (unsigned char)p[2] == 0xbe ? 0xfffe : 0xffff;
}

void cell_text_set(struct kis_buf *out, const char *p, size_t n)
{
	size_t from = 0, len = 1;

	kis_buf_reset(out);
	for (size_t i = 0; i < n; i += len) {
		unsigned c = forbidden_at(p + i, n - i, &len);

		if (!c)
			continue;
		kis_buf_add(out, p + from, i - from);
		kis_buf_printf(out, "_x%04X_", c);
		from = i + len;
	}
	kis_buf_add(out, p + from, n - from);
}

/* 1 if one of the first n bytes needs a closer look: what XML marks up, what
 * may begin an escape, and the first byte of U+FFFE. */
static int is_special(kis_word word, size_t n)
{
	kis_word low =
		(kis_word)((word & KIS_WORD_OF((char)0xE0)) == KIS_WORD_OF(0));
	kis_word found = low | (kis_word)(word == KIS_WORD_OF('&')) |
			 (kis_word)(word == KIS_WORD_OF('<')) |
			 (kis_word)(word == KIS_WORD_OF('>')) |
			 (kis_word)(word == KIS_WORD_OF('_')) |
			 (kis_word)(word == KIS_WORD_OF((char)0xEF));

	return kis_word_any(found & kis_word_front(n));
}

size_t cell_text_copy_plain(char *to, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i += KIS_WORD_BYTES) {
		size_t left = n - i;
		kis_word word = kis_word_load(p + i);

		if (is_special(word,
			    left < KIS_WORD_BYTES ? left : KIS_WORD_BYTES))
			return 0;
		kis_word_store(to + i, word);
	}
	return n;
}

void cell_text_add_xml(struct kis_buf *out, const char *p, size_t n)
{
	for (size_t i = 0, len; i < n; i += len) {
		unsigned c = forbidden_at(p + i, n - i, &len);

		if (c)
			kis_buf_printf(out, "_x%04X_", c);
		else if (p[i] == '&')
			kis_buf_add_str(out, "&amp;");
		else if (p[i] == '<')
			kis_buf_add_str(out, "&lt;");
		else if (p[i] == '>')
			kis_buf_add_str(out, "&gt;");
		else
			kis_buf_add(out, p + i, len);
	}
}

int cell_text_fits(const char *p, size_t n)
{
	const char *end = p + n;
	size_t units = 0;

	if (n <= CELL_TEXT_SURE_BYTES)
		return 1;
	while (p < end) {
		size_t len;

		if (forbidden_at(p, (size_t)(end - p), &len)) {
			units += MAX_GROWTH;
			p += len;
			continue;
		}
		units += kis_text_utf8_next(&p, end) > 0xffff ? 2 : 1;
	}
	return units <= CELL_TEXT_MAX_UNITS;
}
