#include "cmd/kis-tocsv/charset.h"
#include "lib/mem.h"
#include "lib/text.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

struct charset {
	iconv_t cd;
	const char *name; /* borrowed; name of the encoding */
};

struct charset *charset_open(const char *name, struct kis_err *err)
{
	struct charset *c;
	iconv_t cd = iconv_open(name, "UTF-8");

	if (cd == (iconv_t)-1) {
		kis_fail_errno(err, KIS_EX_SYSTEM,
			"encoding %s is not supported on this system", name);
		return NULL;
	}
	c = kis_mem_new(1, sizeof(*c));
	c->cd = cd;
	c->name = name;
	return c;
}

static int unmappable(
	const struct charset *c, const char *p, size_t n, struct kis_err *err)
{
	const char *next = p;
	unsigned code = kis_text_utf8_next(&next, p + n);

	return kis_fail(err, KIS_EX_DATA,
		"encoding %s has no character for '%.*s' (U+%04X)", c->name,
		(int)(next - p), p, code);
}

/* Returns a pointer to the first tag character (U+E0000 to U+E007F) of the
 * text, or NULL. CP949 does not have these characters, but glibc's iconv()
 * drops them without an error. */
static const char *find_tag(const char *p, size_t n)
{
	const char *end = p + n;

	while ((p = memmem(p, (size_t)(end - p), "\xF3\xA0", 2)) != NULL) {
		if (p[2] == '\x80' || p[2] == '\x81')
			return p;
		p += 2;
	}
	return NULL;
}

int charset_convert(struct charset *c, const char *p, size_t n,
	struct kis_buf *out, struct kis_err *err)
{
	/* the cast is safe: iconv() does not modify its input */
	char *in = (char *)p;
	const char *tag = find_tag(p, n);
	/* The target encoding uses at most two bytes for each character. */
	size_t room = n * 2, left = room, rc;
	char *to = kis_buf_reserve(out, room);

	if (tag)
		return unmappable(c, tag, n - (size_t)(tag - p), err);
	rc = iconv(c->cd, &in, &n, &to, &left);
	out->len += room - left;
	if (rc == (size_t)-1)
		return unmappable(c, in, n, err);
	/* Treat replaced characters as an error: on some systems, iconv()
	 * replaces characters that the encoding lacks and returns their
	 * number. */
	if (rc > 0)
		return kis_fail(err, KIS_EX_DATA,
			"encoding %s lacks characters of this row (%zu)",
			c->name, rc);
	return 0;
}

void charset_free(struct charset *c)
{
	if (!c)
		return;
	iconv_close(c->cd);
	free(c);
}
