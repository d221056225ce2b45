/*
 * Compares the UTF-8 decoding of lib/text with iconv: the valid prefix and each
 * character must be equal. Also checks the width of the text, its escaping for
 * a terminal, and the removal of surrounding whitespace.
 */
#include "lib/mem.h"
#include "lib/text.h"
#include "tests/fuzz/demand.h"

#include <iconv.h>
#include <string.h>

/* Returns the length in bytes of the prefix of the text that iconv accepts.
 * Writes the characters of the prefix to the array "to", and the number of
 * characters to *count. */
static size_t by_iconv(const char *p, size_t n, uint32_t *to, size_t *count)
{
	static iconv_t cd;
	char *in = (char *)(uintptr_t)p, *out = (char *)to;
	size_t left = n, room = n * 4;

	if (!cd)
		cd = iconv_open("UTF-32LE", "UTF-8");
	DEMAND(cd != (iconv_t)-1);
	iconv(cd, NULL, NULL, NULL, NULL);
	iconv(cd, &in, &left, &out, &room);
	*count = (size_t)(out - (char *)to) / 4;
	return n - left;
}

static void check_characters(
	const char *p, size_t n, const uint32_t *needed, size_t count)
{
	const char *at = p, *end = p + n;
	size_t i = 0, width = kis_text_width(p, n), sum = 0;

	while (at < end) {
		const char *before = at;

		DEMAND(i < count && kis_text_utf8_next(&at, end) == needed[i]);
		sum += kis_text_width(before, (size_t)(at - before));
		i++;
	}
	DEMAND(at == end && i == count);
	DEMAND(width == sum && width <= 2 * count);
}

static void check_escaped(const char *p, size_t n)
{
	struct kis_buf out = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	const char *at, *end;

	kis_text_escape(&out, p, n);
	at = out.data ? out.data : "";
	end = at + out.len;
	DEMAND(kis_text_utf8_valid(at, out.len) == out.len);
	while (at < end) {
		uint32_t c = kis_text_utf8_next(&at, end);

		DEMAND(c >= 0x20 && c != 0x7F && (c < 0x80 || c > 0x9F));
	}
	kis_buf_release(&out);
}

static void check_strip(const char *p, size_t n)
{
	char *copy = kis_mem_copy(p, n);
	char *stripped = kis_text_strip(copy);
	const char *at = stripped;
	size_t len = strlen(stripped);

	DEMAND(stripped == copy && strlen(stripped) <= n);
	kis_text_trim(&at, &len);
	DEMAND(at == stripped && len == strlen(stripped));
	at = p;
	len = n;
	kis_text_trim(&at, &len);
	DEMAND(at >= p && at + len <= p + n);
	free(copy);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	/* allocate exactly n bytes, so that the sanitizer detects a read beyond
	 * the end */
	char *p = kis_mem_new(n, 1);
	uint32_t *needed = kis_mem_new(n + 1, sizeof(*needed));
	size_t count, valid = kis_text_utf8_valid(memcpy(p, data, n), n);

	DEMAND(by_iconv(p, n, needed, &count) == valid);
	check_characters(p, valid, needed, count);
	check_escaped(p, n);
	check_strip(p, n);
	free(needed);
	free(p);
	return 0;
}
