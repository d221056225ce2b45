/*
 * Checks the XML that libxlsxwriter and kis-toxlsx write. The check is stricter
 * than the XML standard. It requires one root, elements that are closed in
 * order, and attributes in double quotes without duplicates. The only
 * references that it accepts are the five predefined entities and numeric
 * character references. Every XML parser accepts a document that passes this
 * check.
 */
#ifndef FUZZ_XML_STRICT_H
#define FUZZ_XML_STRICT_H

#include "tests/fuzz/demand.h"

#include <stddef.h>
#include <string.h>

enum { XML_DEPTH = 32, XML_ATTRIBUTES = 32 };

struct xml_word {
	const char *p;
	size_t n;
};

static inline int xml_same(struct xml_word a, struct xml_word b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

static inline struct xml_word xml_name(const char **p, const char *end)
{
	struct xml_word word = {*p, 0};

	while (*p < end && !strchr(" \t\r\n=/><\"'&", **p))
		(*p)++;
	word.n = (size_t)(*p - word.p);
	DEMAND(word.n > 0);
	return word;
}

static inline void xml_blanks(const char **p, const char *end)
{
	while (*p < end && **p && strchr(" \t\r\n", **p))
		(*p)++;
}

/* Checks the character data at *p. Moves *p to the next occurrence of the
 * character "stop", or to "end" if there is none. */
static inline void xml_text(const char **p, const char *end, char stop)
{
	for (; *p < end && **p != stop; (*p)++) {
		static const char *const known[] = {
			"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#"};
		int good = **p != '&';

		DEMAND(**p != '<');
		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
			good |= strncmp(*p, known[i], strlen(known[i])) == 0;
		DEMAND(good);
		DEMAND(stop != '<' || strncmp(*p, "]]>", 3) != 0);
	}
}

static inline void xml_attributes(const char **p, const char *end)
{
	struct xml_word seen[XML_ATTRIBUTES];
	size_t count = 0;

	for (;;) {
		const char *from = *p;

		xml_blanks(p, end);
		DEMAND(*p < end);
		if (**p == '/' || **p == '>')
			return;
		DEMAND(*p > from && count < XML_ATTRIBUTES);
		seen[count] = xml_name(p, end);
		for (size_t i = 0; i < count; i++)
			DEMAND(!xml_same(seen[i], seen[count]));
		count++;
		DEMAND(end - *p > 2 && (*p)[0] == '=' && (*p)[1] == '"');
		*p += 2;
		xml_text(p, end, '"');
		DEMAND(*p < end);
		(*p)++;
	}
}

/* Checks an XML document of n bytes, and aborts if it is invalid. A NUL must
 * follow the document. */
static inline void xml_strict(const char *p, size_t n)
{
	struct xml_word open[XML_DEPTH];
	const char *end = p + n;
	size_t depth = 0, roots = 0;

	DEMAND(memchr(p, '\0', n) == NULL);
	DEMAND(strncmp(p, "<?xml ", 6) == 0);
	p = strstr(p, "?>");
	DEMAND(p);
	for (p += 2; p < end;) {
		if (depth == 0)
			xml_blanks(&p, end);
		else
			xml_text(&p, end, '<');
		if (p == end)
			break;
		DEMAND(*p == '<');
		if (*++p == '/') {
			p++;
			DEMAND(depth > 0 &&
				xml_same(xml_name(&p, end), open[--depth]));
			DEMAND(*p == '>');
			p++;
			continue;
		}
		roots += depth == 0;
		DEMAND(depth < XML_DEPTH);
		open[depth] = xml_name(&p, end);
		xml_attributes(&p, end);
		if (*p == '/')
			p++;
		else
			depth++;
		DEMAND(*p == '>');
		p++;
	}
	DEMAND(depth == 0 && roots == 1);
}

#endif
