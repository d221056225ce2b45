#include "cmd/kis-toxlsx/name.h"
#include "lib/text.h"

#include <string.h>

int name_takes(uint32_t c)
{
	return c >= 0x20 && c != 0x7f && c != 0xfffe && c != 0xffff;
}

void name_add(struct kis_buf *b, const char *text, size_t max_units)
{
	const char *end = text + strlen(text);

	while (text < end) {
		const char *from = text;
		uint32_t c = kis_text_utf8_next(&text, end);
		size_t units = c > 0xffff ? 2 : 1;

		if (units > max_units)
			return;
		max_units -= units;
		if (name_takes(c))
			kis_buf_add(b, from, (size_t)(text - from));
		else
			kis_buf_add(b, "_", 1);
	}
}

/* Capitals and how far on their small letter is; step 2: every second one.
 * From Unicode's CaseFolding.txt, simple and common foldings. */
static const struct {
	uint16_t first, last;
	uint8_t step, add;
} capitals[] = {
	{0x0041, 0x005a, 1, 32},                         /* Latin */
	{0x00c0, 0x00d6, 1, 32},                         /* Latin-1 */
	{0x00d8, 0x00de, 1, 32}, {0x0100, 0x012e, 2, 1}, /* Latin Extended-A */
	{0x0132, 0x0136, 2, 1}, {0x0139, 0x0147, 2, 1}, {0x014a, 0x0176, 2, 1},
	{0x0179, 0x017d, 2, 1}, {0x0386, 0x0386, 1, 38}, /* Greek */
	{0x0388, 0x038a, 1, 37}, {0x038c, 0x038c, 1, 64},
	{0x038e, 0x038f, 1, 63}, {0x0391, 0x03a1, 1, 32},
	{0x03a3, 0x03ab, 1, 32},
	{0x03c2, 0x03c2, 1, 1}, /* a sigma at the end */
	{0x03d8, 0x03ee, 2, 1}, {0x0400, 0x040f, 1, 80}, /* Cyrillic */
	{0x0410, 0x042f, 1, 32}, {0x0460, 0x0480, 2, 1}, {0x048a, 0x04be, 2, 1},
	{0x04c0, 0x04c0, 1, 15}, {0x04c1, 0x04cd, 2, 1}, {0x04d0, 0x052e, 2, 1},
	{0xff21, 0xff3a, 1, 32}, /* full-width */
};

static uint32_t fold(uint32_t c)
{
	if (c == 0x178)
		return 0xff; /* Y with diaeresis, the only one to go back */
	for (size_t i = 0; i < sizeof(capitals) / sizeof(*capitals); i++)
		if (c <= capitals[i].last)
			return c < capitals[i].first ||
					       (c - capitals[i].first) %
						       capitals[i].step
				       ? c
				       : c + capitals[i].add;
	return c;
}

static void add_char(struct kis_buf *b, uint32_t c)
{
	char bytes[3] = {(char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3f)),
		(char)(0x80 | (c & 0x3f))};

	if (c >= 0x800) {
		kis_buf_add(b, bytes, 3);
		return;
	}
	bytes[0] = c < 0x80 ? (char)c : (char)(0xc0 | c >> 6);
	bytes[1] = bytes[2];
	kis_buf_add(b, bytes, c < 0x80 ? 1 : 2);
}

void name_fold(struct kis_buf *b, const char *text, size_t n)
{
	const char *end = text + n;

	kis_buf_reset(b);
	kis_buf_add(b, "", 0);
	while (text < end) {
		const char *from = text;
		uint32_t c = kis_text_utf8_next(&text, end);
		uint32_t small = fold(c);

		if (small == c)
			kis_buf_add(b, from, (size_t)(text - from));
		else
			add_char(b, small);
	}
}
