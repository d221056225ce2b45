#include "cmd/kis-toxlsx/xml_scan.h"

#include <string.h>

static int is_name(const struct xml_scan *s, const char *name, size_t n)
{
	return s->len >= n && memcmp(s->tag, name, n) == 0 &&
	       (s->len == n || s->tag[n] == ' ' || s->tag[n] == '/');
}

static void end_tag(struct xml_scan *s)
{
	s->in_tag = 0;
	if (s->tag[0] == '?' || s->tag[0] == '!')
		return;
	if (s->began && s->depth == 0)
		s->broken = 1;
	if (s->tag[0] == '/') {
		if (--s->depth < 0)
			s->broken = 1;
		return;
	}
	s->began = 1;
	s->depth += s->last != '/';
	s->cells += is_name(s, "c", 1);
	s->rows += is_name(s, "row", 3);
}

static void start_tag(struct xml_scan *s)
{
	s->in_tag = 1;
	s->len = 0;
	s->last = 0;
	s->tag[0] = '\0';
}

/* Keeps the first bytes of the tag, enough to tell its name. */
static void keep(struct xml_scan *s, const char *p, size_t n)
{
	if (n == 0)
		return;
	if (s->len < sizeof(s->tag)) {
		size_t room = sizeof(s->tag) - s->len;

		memcpy(s->tag + s->len, p, n < room ? n : room);
	}
	s->len += n;
	s->last = p[n - 1];
}

/* Length of what is printable ASCII, in steps of 8 bytes: nearly all is. */
static size_t skip_plain(const char *p, size_t n)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	size_t at = 0;

	for (uint64_t word; at + sizeof(word) <= n; at += sizeof(word)) {
		memcpy(&word, p + at, sizeof(word));
		/* a byte below 0x20 borrows into its high bit */
		if ((word | (word - high / 4)) & high)
			break;
	}
	return at;
}

/* XML 1.0, production 2. */
static int is_char(uint32_t c, uint32_t least)
{
	return c >= least && !(c >= 0xd800 && c <= 0xdfff) && c != 0xfffe &&
	       c != 0xffff && c <= 0x10ffff;
}

static void begin_char(struct xml_scan *s, unsigned char c)
{
	if (c < 0x80) {
		s->foreign |= c < 0x20 && c != '\t' && c != '\n' && c != '\r';
		return;
	}
	s->foreign |= c < 0xc2 || c > 0xf4;
	s->wanted = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	s->least = c < 0xe0 ? 0x80 : c < 0xf0 ? 0x800 : 0x10000;
	s->code = c & (0x3fU >> s->wanted);
}

static void check_chars(struct xml_scan *s, const char *p, size_t n)
{
	for (size_t i = 0; i < n && !s->foreign; i++) {
		unsigned char c;

		if (s->wanted == 0 && (i += skip_plain(p + i, n - i)) == n)
			break;
		c = (unsigned char)p[i];
		if (s->wanted == 0) {
			begin_char(s, c);
			continue;
		}
		s->foreign |= (c & 0xc0) != 0x80;
		s->code = s->code << 6 | (c & 0x3f);
		if (--s->wanted == 0)
			s->foreign |= !is_char(s->code, s->least);
	}
}

void xml_scan_feed(struct xml_scan *s, const char *p, size_t n)
{
	const char *end = p + n;

	check_chars(s, p, n);
	while (p < end) {
		int what = s->in_tag ? '>' : '<';
		const char *at = memchr(p, what, (size_t)(end - p));
		size_t upto = (size_t)((at ? at : end) - p);

		if (s->in_tag)
			keep(s, p, upto);
		if (!at)
			return;
		if (s->in_tag)
			end_tag(s);
		else
			start_tag(s);
		p = at + 1;
	}
}

int xml_scan_is_whole(const struct xml_scan *s)
{
	return s->began && s->depth == 0 && !s->in_tag && !s->broken;
}

int xml_scan_is_text(const struct xml_scan *s)
{
	return !s->foreign && s->wanted == 0;
}
