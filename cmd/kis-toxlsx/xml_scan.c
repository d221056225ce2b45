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

void xml_scan_feed(struct xml_scan *s, const char *p, size_t n)
{
	const char *end = p + n;

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
