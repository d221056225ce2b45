/* Tests lib/number: the strict grammar of numbers, exact values, percentages,
 * and padded numbers. */
#include "lib/number.h"
#include "tests/unit/tap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef int parse_fn(const char *p, size_t n, struct kis_number *out);

static void gives(parse_fn *parse, const char *text, double value)
{
	struct kis_number n = {0};
	int good = parse(text, strlen(text), &n);

	ok(good && n.value == value, "kis_number: '%s' is %.17g", text,
		n.value);
}

static void refuses(parse_fn *parse, const char *text)
{
	struct kis_number n;

	ok(!parse(text, strlen(text), &n), "kis_number: rejects '%s'", text);
}

static void test_strict(void)
{
	static const char *const wrong[] = {"", "-", "+1", "01", "-01", "1.",
		".5", "1e", "1e+", "nan", "NaN", "inf", "-inf", "0x10", " 1",
		"1 ", "1,000", "1_0", "--1", "1.2.3", "1234567890123456",
		"123456789012345000", "1000000000000000", "-1000000000000000.0",
		"0.1234567890123456", "1e400", "-1e400", "1e-400", "1e-308",
		"1.7e308", "１"};

	gives(kis_number_parse, "0", 0);
	gives(kis_number_parse, "-1.5", -1.5);
	gives(kis_number_parse, "1E3", 1000);
	gives(kis_number_parse, "1e-307", 1e-307);
	gives(kis_number_parse, "0e-999", 0);
	gives(kis_number_parse, "123456789012345", 123456789012345);
	gives(kis_number_parse, "100000000000000", 1e14);
	gives(kis_number_parse, "12345678901234.500000", 12345678901234.5);
	gives(kis_number_parse, "1.0000000000000000", 1);
	gives(kis_number_parse, "1e20", 1e20);
	gives(kis_number_parse, "0.000123456789012345", 0.000123456789012345);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		refuses(kis_number_parse, wrong[i]);
}

static void test_padded(void)
{
	static const char *const wrong[] = {
		"+-1", "--1", "+", "-", "1x", "+1+1"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		refuses(kis_number_parse_padded, wrong[i]);
	gives(kis_number_parse_padded, "          0.0000", 0);
	gives(kis_number_parse_padded, "00000138600.0000", 138600);
	gives(kis_number_parse_padded, "+1.26", 1.26);
	gives(kis_number_parse_padded, "-0013", -13);
	gives(kis_number_parse_padded, " 7 ", 7);
	gives(kis_number_parse_padded, "000", 0);
	refuses(kis_number_parse_padded, "");
	refuses(kis_number_parse_padded, " ");
	refuses(kis_number_parse_padded, "+ 1");
	refuses(kis_number_parse_padded, "1 2");
	gives(kis_number_parse_padded,
		"1."
		"0000000000000000000000000000000000000000000000000000000000000",
		1);
	refuses(kis_number_parse_padded, "+1234567890123450");
}

/* Tests that a percentage such as 7.32 has exactly the value of the text
 * "0.0732", whose decimal point is two places further left. Division by 100
 * does not always give that value, because of rounding. */
static void test_percent(void)
{
	int differ = 0, exact = 0;

	for (int i = -100000; i <= 100000; i++) {
		char percent[16], ratio[16];
		struct kis_number n;
		int a = abs(i);

		snprintf(percent, sizeof(percent), "%s%d.%02d",
			i < 0 ? "-" : "", a / 100, a % 100);
		snprintf(ratio, sizeof(ratio), "%s%d.%04d", i < 0 ? "-" : "",
			a / 10000, a % 10000);
		if (!kis_number_parse_percent(percent, strlen(percent), &n) ||
			n.value != strtod(ratio, NULL))
			differ++;
		exact += n.value == strtod(percent, NULL) / 100;
	}
	ok(differ == 0, "kis_number_parse_percent: 200,001 percentages equal "
			"their decimal fractions");
	ok(exact < 200001,
		"kis_number_parse_percent: more exact than dividing by 100");
	gives(kis_number_parse_percent, "7.32", 0.0732);
	gives(kis_number_parse_percent, " +1.26", 0.0126);
	refuses(kis_number_parse_percent, "");
	refuses(kis_number_parse_percent, "1e1");
	refuses(kis_number_parse_percent, "x");
}

int main(void)
{
	test_strict();
	test_padded();
	test_percent();
	return done();
}
