#include "cmd/kis-tocsv/cell.h"
#include "lib/number.h"

#include <string.h>
#include <strings.h>

static int is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number as a spreadsheet reads it from a column of numbers, by its form:
 * one of too many digits is no formula either. */
static int is_number(enum column_type type, const char *p, size_t n)
{
	return kis_number_is(p, n) ||
	       (type == COLUMN_NUMBER && kis_number_is_padded(p, n));
}

int cell_is_formula(enum column_type type, const char *p, size_t n)
{
	return n && memchr("=+-@\t\r", p[0], 6) && !is_number(type, p, n);
}

/* Only characters that numbers, amounts, dates and times are made of, and a
 * digit among them. Too wide does no harm: the text is shown as it is. */
static int looks_like_number(const char *p, size_t n)
{
	static const char set[] = "0123456789.,-+/:%()eE $";
	int digits = 0;

	if (n && (p[0] == '+' || p[0] == '-') && !(n > 1 && is_digit(p[1])))
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (!memchr(set, p[i], sizeof(set) - 1))
			return 0;
		digits += is_digit(p[i]);
	}
	return digits > 0;
}

static int is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int is_truth(const char *p, size_t n)
{
	return (n == 4 && strncasecmp(p, "true", n) == 0) ||
	       (n == 5 && strncasecmp(p, "false", n) == 0);
}

/* "Mar", "sept", "January": three letters are enough. */
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

/* Of the word of letters at p: a month, or AM and PM at the end, which may be
 * A and P behind a blank. 0 if it is another. */
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

/* The length of the word of a Korean date or time at p, or 0. */
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

/* Nothing but digits, what stands between them, and words of dates and times:
 * MAR1, 1-Jan, 12:30 PM, 2024년 1월 5일. Any other letter makes it a name. */
static int looks_like_date(const char *p, size_t n)
{
	static const char between[] = " -/.,:'";
	const char *from = p, *end = p + n;
	size_t digits = 0, words = 0;

	while (end > p && end[-1] == ' ')
		end--;
	while (p < end) {
		size_t len = 1;

		if (is_digit(*p)) {
			digits++;
		} else if (!memchr(between, *p, sizeof(between) - 1)) {
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

/* A number whose digits and meaning a spreadsheet keeps. */
static int is_kept(enum column_type type, const char *p, size_t n)
{
	struct kis_number number;

	if (type == COLUMN_NUMBER)
		return kis_number_parse_padded(p, n, &number);
	return kis_number_parse(p, n, &number) && !memchr(p, 'e', n) &&
	       !memchr(p, 'E', n);
}

int cell_is_mistaken(enum column_type type, const char *p, size_t n)
{
	if (type != COLUMN_NUMBER && (is_truth(p, n) || looks_like_date(p, n)))
		return 1;
	if (!looks_like_number(p, n))
		return 0;
	return type == COLUMN_TEXT || !is_kept(type, p, n);
}
