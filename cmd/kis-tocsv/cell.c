#include "cmd/kis-tocsv/cell.h"
#include "lib/text.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* Returns the ASCII character that a spreadsheet reads in place of c: a
 * spreadsheet treats full-width letters, digits and signs, and non-ASCII
 * spaces, like their ASCII equivalents. Returns any other character
 * unchanged. */
static uint32_t narrow(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		return c - 0xFEE0;
	if (c == 0xA0 || c == 0x3000 || c == 0xFEFF ||
		(c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x205F)
		return ' ';
	/* U+2212 is the mathematical minus sign */
	return c == 0x2212 ? '-' : c;
}

/* Replaces the contents of out with the n bytes at p as a spreadsheet reads
 * them: narrow() is applied to each character, non-ASCII spaces at the start
 * and all spaces at the end are removed, and a NUL is appended. */
static void normalise(struct kis_buf *out, const char *p, size_t n)
{
	const char *end = p + n;

	kis_buf_reset(out);
	kis_buf_add_str(out, "");
	while (p < end) {
		const char *from = p;
		uint32_t c = kis_text_utf8_next(&p, end), to = narrow(c);
		char ascii = (char)to;

		if (to == c)
			kis_buf_add(out, from, (size_t)(p - from));
		else if (ascii != ' ' || out->len)
			kis_buf_add(out, &ascii, 1);
	}
	while (out->len && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
}

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *p)
{
	while (is_digit(*p))
		p++;
	return p;
}

/* Returns 1 if the text is a number in everyday notation: digits, optionally
 * with commas, a sign, spaces, a fraction, an exponent or a percent sign. */
static int is_number(const char *p)
{
	const char *from, *exponent;

	p += strspn(p, " ");
	p += *p == '-' || *p == '+';
	p += strspn(p, " ");
	from = p;
	p = skip_digits(p);
	while (p > from && *p == ',')
		p = skip_digits(p + 1);
	if (*p == '.')
		p = skip_digits(p + 1);
	if (p == from || (p == from + 1 && *from == '.'))
		return 0;
	if (*p == 'e' || *p == 'E') {
		exponent = p + 1 + (p[1] == '-' || p[1] == '+');
		if (is_digit(*exponent))
			p = skip_digits(exponent);
	}
	p += strspn(p, " ");
	p += *p == '%';
	return *p == '\0';
}

int cell_is_formula(const char *p, size_t n, struct kis_buf *scratch)
{
	normalise(scratch, p, n);
	p = scratch->data + strspn(scratch->data, " ");
	if (!*p || !strchr("=+-@\t\r\n", *p))
		return 0;
	return !is_number(p + strspn(p, "\t\r\n ")) && strcmp(p, "-") != 0;
}

/* ---- text that a spreadsheet would convert ---- */

/* Returns 1 if the text has a digit and consists only of characters that occur
 * in numbers, amounts, dates and times. Such text may still be something else;
 * returning 1 is then harmless, because the only effect is that the text is
 * protected from conversion without need. */
static int looks_like_number(const char *p, size_t n)
{
	static const char set[] = "0123456789.,-+/:%()eE $";
	static const char *const signs[] = {
		"₩", "￦", "€", "£", "￡", "¥", "￥"};
	size_t digits = 0;

	for (size_t i = 0; i < n;) {
		size_t len = 0;

		if (p[i] && strchr(set, p[i]))
			len = 1;
		for (size_t k = 0; k < sizeof(signs) / sizeof(*signs); k++)
			if (n - i >= strlen(signs[k]) &&
				memcmp(p + i, signs[k], strlen(signs[k])) == 0)
				len = strlen(signs[k]);
		if (len == 0)
			return 0;
		digits += is_digit(p[i]);
		i += len;
	}
	return digits > 0;
}

/* Returns 1 if a spreadsheet may read the text as a boolean or an error value,
 * such as TRUE or #N/A. Ignores leading spaces and letter case. */
static int is_word(const char *p, size_t n)
{
	static const char *const words[] = {"true", "false", "참", "거짓",
		"#n/a", "#div/0!", "#ref!", "#value!", "#name?", "#num!",
		"#null!", "#spill!", "#calc!", "#field!", "#blocked!",
		"#unknown!", "#connect!", "#busy!", "#getting_data", "#n/a!"};

	while (n && *p == ' ') {
		p++;
		n--;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strlen(words[i]) == n && strncasecmp(words[i], p, n) == 0)
			return 1;
	return 0;
}

static int is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Returns 1 if the text is the English name of a month or at least its first
 * three letters, in any letter case: "Mar", "sept", "January". */
static int is_month(const char *p, size_t n)
{
	static const char *const months[] = {"january", "february", "march",
		"april", "may", "june", "july", "august", "september",
		"october", "november", "december"};

	for (size_t i = 0; i < sizeof(months) / sizeof(*months); i++)
		if (n >= 3 && n <= strlen(months[i]) &&
			strncasecmp(p, months[i], n) == 0)
			return 1;
	return 0;
}

/* Returns the length of the word at p, or 0 if a date cannot contain the word.
 * A date may contain the name of a month and, at the end of the text, AM, PM,
 * or a single A or P after a space. `from` and `end` are the start and the end
 * of the whole text, which contains the word. */
static size_t date_letters(const char *p, const char *from, const char *end)
{
	size_t n = 0;

	while (p + n < end && is_letter(p[n]))
		n++;
	if (is_month(p, n))
		return n;
	if (p == from || p + n != end || !strchr("aApP", *p))
		return 0;
	if (n == 2 && (p[1] == 'm' || p[1] == 'M'))
		return n;
	return n == 1 && p[-1] == ' ' ? n : 0;
}

/* Returns the length in bytes of the Korean date or time word at p, or 0 if
 * there is none. */
static size_t date_hangul(const char *p, const char *end)
{
	static const char *const words[] = {
		"년", "월", "일", "시", "분", "초", "오전", "오후"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t n = strlen(words[i]);

		if ((size_t)(end - p) >= n && memcmp(p, words[i], n) == 0)
			return n;
	}
	return 0;
}

/* Returns 1 if the text consists of at least one digit, at least one date word
 * and date separators, such as MAR1, 1-Jan, 12:30 PM or 2024년 1월 5일. A text
 * with any other letter is not a date. */
static int looks_like_date(const char *p, size_t n)
{
	static const char between[] = " -/.,:'";
	const char *from = p, *end = p + n;
	size_t digits = 0, words = 0;

	while (p < end) {
		size_t len = 1;

		if (is_digit(*p)) {
			digits++;
		} else if (!*p || !strchr(between, *p)) {
			len = is_letter(*p) ? date_letters(p, from, end)
					    : date_hangul(p, end);
			words++;
		}
		if (len == 0)
			return 0;
		p += len;
	}
	return digits > 0 && words > 0;
}

int cell_is_mistaken(const char *p, size_t n, struct kis_buf *scratch)
{
	normalise(scratch, p, n);
	p = scratch->data;
	n = scratch->len;
	return looks_like_number(p, n) || is_word(p, n) ||
	       looks_like_date(p, n);
}
