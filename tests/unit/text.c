/* Tests lib/text and lib/buf: UTF-8, column widths, escaping of text for
 * terminals, and buffers. */
#include "lib/text.h"
#include "tests/unit/tap.h"

#include <stdlib.h>
#include <string.h>

static void test_valid(void)
{
	static const struct {
		const char *text;
		size_t valid;
	} cases[] = {
		{"", 0}, {"abc", 3}, {"한글", 6}, {"\xC2\x80", 2},
		{"\xF4\x8F\xBF\xBF", 4}, /* U+10FFFF, the last code point */
		{"\xF4\x90\x80\x80", 0}, /* above U+10FFFF */
		{"\xC0\x80", 0},         /* NUL in two bytes: overlong */
		{"\xC1\xBF", 0},         /* U+007F in two bytes: overlong */
		{"\xE0\x9F\xBF", 0},     /* U+07FF in three bytes: overlong */
		{"\xF0\x8F\xBF\xBF", 0}, /* U+FFFF in four bytes: overlong */
		{"\xED\x9F\xBF", 3},     /* U+D7FF, before the surrogates */
		{"\xED\xA0\x80", 0},     /* a surrogate */
		{"ab\xED\x95", 2},       /* a truncated character */
		{"ab\x80", 2}, /* a continuation byte without a first byte */
		{"\xF5\x80\x80\x80", 0}, /* an invalid first byte */
		{"\xEA\xB0\x80\xFFz", 3},
		{"\xE0\xA0\x80\xEE\x80\x80", 6}, /* U+0800 and U+E000 */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t n = strlen(cases[i].text);

		ok(kis_text_utf8_valid(cases[i].text, n) == cases[i].valid,
			"kis_text_utf8_valid: case %zu: %zu of %zu bytes are "
			"valid",
			i, cases[i].valid, n);
	}
	ok(kis_text_utf8_valid("a\0b", 3) == 3,
		"kis_text_utf8_valid: accepts NUL");
}

static void test_next(void)
{
	static const char text[] = "a\xC3\xA9\xED\x95\x9C\xF0\x9F\x93\x88\xFF";
	static const uint32_t wanted[] = {'a', 0xE9, 0xD55C, 0x1F4C8, 0xFFFD};
	const char *p = text;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		uint32_t c = kis_text_utf8_next(&p, text + sizeof(text) - 1);

		ok(c == wanted[i],
			"kis_text_utf8_next: character %zu is U+%04X", i,
			(unsigned)c);
	}
	ok(p == text + sizeof(text) - 1,
		"kis_text_utf8_next: reads the whole text");
}

static void test_width(void)
{
	static const struct {
		const char *text;
		size_t columns;
	} cases[] = {
		{"", 0}, {"KOSDAQ 150", 10}, {"코스닥", 6},
		{"삼성전자(우)", 12}, {"é", 1},
		{"e\xCC\x81", 1}, /* e, combining acute */
		{"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2}, /* 한 as 3 jamo */
		{"ＫＴ", 4}, {"▲", 1}, {"📈", 2},
		{"\xE2\x80\x8B", 0}, /* a zero width space */
		{"\xE1\x84\x80", 2}, /* the first character of a wide range */
		{"\xE1\x85\x9F", 2}, /* the last character of a wide range */
		{"\xE3\x81\x80", 1}, /* a character between two wide ranges */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *text = cases[i].text;

		ok(kis_text_width(text, strlen(text)) == cases[i].columns,
			"kis_text_width: '%s' has %zu columns", text,
			cases[i].columns);
	}
}

static void test_strip(void)
{
	static const char *const cases[][2] = {
		{"key", "key"},
		{" key\r\n", "key"},
		{"\"key\"", "key"},
		{" ' key\t' \n", "key"},
		{"\"key", "\"key"},
		{"'key\"", "'key\""},
		{"\"", "\""},
		{"\"\"", ""},
		{" \t\r\n", ""},
		{"", ""},
		{"a b", "a b"},
		{"\"\"key\"\"", "\"key\""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char room[32];

		strcpy(room, cases[i][0]);
		ok(kis_text_strip(room) == room &&
				strcmp(room, cases[i][1]) == 0,
			"kis_text_strip: case %zu becomes [%s]", i, room);
	}
}

static void test_escape(void)
{
	static const struct {
		const char *text;
		size_t n;
		const char *shown;
	} cases[] = {
		{"plain 한글", 12, "plain 한글"},
		{"a\nb", 3, "a\\x0Ab"},
		{"\x1B[31m", 5, "\\x1B[31m"},
		{"\x7F", 1, "\\x7F"},
		{"a\0b", 3, "a\\x00b"},
		{"\xC2\x9Bm", 3,
			"\\xC2\\x9Bm"}, /* U+009B, the C1 control CSI */
		{"\xC2\xA0", 2, "\xC2\xA0"},
		{"\xE2\x80\xAE"
		 "abc",
			6, "\\xE2\\x80\\xAEabc"}, /* a right-to-left override */
		{"\xE2\x81\xA6", 3, "\\xE2\\x81\\xA6"},
		{"\xE2\x80\xA8", 3, "\\xE2\\x80\\xA8"},
		{"\xE2\x80\xA6", 3,
			"\xE2\x80\xA6"}, /* an ellipsis is unchanged */
		{"\xFFx", 2, "\\xFFx"},
		{"\xED\x95", 2, "\\xED\\x95"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);

		kis_text_escape(&b, cases[i].text, cases[i].n);
		ok(b.data && strcmp(b.data, cases[i].shown) == 0,
			"kis_text_escape: case %zu becomes %s", i, b.data);
		kis_buf_release(&b);
	}
}

static void test_buf(void)
{
	struct kis_buf b = KIS_BUF_INIT(8);

	ok(kis_buf_add(&b, "12345", 5) == 0 && b.len == 5,
		"kis_buf_add: 5 bytes fit into 8");
	ok(kis_buf_add(&b, "6789", 4) < 0 && b.len == 5 &&
			strcmp(b.data, "12345") == 0,
		"kis_buf_add: 4 more bytes do not fit; the buffer is "
		"unchanged");
	ok(kis_buf_printf(&b, "%d", 6789) < 0 && b.len == 5,
		"kis_buf_printf: 4 more bytes do not fit; the buffer is "
		"unchanged");
	ok(!kis_buf_reserve(&b, SIZE_MAX),
		"kis_buf_reserve: rejects SIZE_MAX bytes");
	ok(kis_buf_printf(&b, "%s", "678") == 0 &&
			strcmp(b.data, "12345678") == 0,
		"kis_buf_printf: 3 more bytes fill the buffer");
	ok(kis_buf_add(&b, "", 0) == 0 && kis_buf_add(&b, "9", 1) < 0,
		"kis_buf_add: rejects any byte if the buffer is full");
	kis_buf_reset(&b);
	ok(b.len == 0 && *b.data == '\0', "kis_buf_reset: empties the buffer");
	ok(kis_buf_add(&b, "a\0b", 3) == 0 && b.len == 3 && b.data[1] == '\0' &&
			b.data[3] == '\0',
		"kis_buf_add: keeps a NUL in the data and appends one");
	kis_buf_release(&b);
	ok(!b.data && b.len == 0 && b.max_bytes == 8,
		"kis_buf_release: empties the buffer and keeps max_bytes");
	kis_buf_release(&b);
	kis_buf_release_secret(&b);
}

static void test_utf16(void)
{
	ok(kis_text_is_utf16("\xFF\xFE", 2) && kis_text_is_utf16("\xFE\xFF", 2),
		"kis_text_is_utf16: a byte order mark");
	ok(kis_text_is_utf16("e\0y\0", 4) && kis_text_is_utf16("\0e\0y", 4),
		"kis_text_is_utf16: ASCII in UTF-16, in either byte order");
	ok(!kis_text_is_utf16("\0\0", 2) && !kis_text_is_utf16("ey\0", 3) &&
			!kis_text_is_utf16("\0", 1),
		"kis_text_is_utf16: other text with NULs is not UTF-16");
}

static void test_secret(void)
{
	static const char key[] = "0123456789abcdef";

	ok(kis_text_has_secret("x0123456789abcdefy", 18, key),
		"kis_text_has_secret: finds a secret of 16 bytes");
	ok(!kis_text_has_secret("x0123456789abcdefy", 16, key),
		"kis_text_has_secret: reads no more than n bytes");
	ok(!kis_text_has_secret("0123456789abcde", 15, "0123456789abcde"),
		"kis_text_has_secret: ignores a secret of 15 bytes");
	ok(!kis_text_has_secret("x", 1, NULL) &&
			!kis_text_has_secret("x", 1, ""),
		"kis_text_has_secret: no secret is not found");
}

int main(void)
{
	test_utf16();
	test_secret();
	test_valid();
	test_next();
	test_width();
	test_strip();
	test_escape();
	test_buf();
	return done();
}
