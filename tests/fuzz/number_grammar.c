/*
 * Compares the grammar of lib/number with jansson: both must accept the same
 * texts as numbers. The number that is written to a cell must have the value of
 * the text from which it was parsed. If the number is printed with 15 digits
 * and parsed again, its value must not change.
 */
#include "lib/number.h"
#include "tests/fuzz/demand.h"

#include <float.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

/* Returns 1 if jansson accepts the text as a number, 0 if it does not, and -1
 * if the number is too large for jansson. */
static int by_jansson(const char *p, size_t n)
{
	json_error_t why;
	json_t *value = json_loadb(p, n, JSON_DECODE_ANY, &why);
	int is = json_is_number(value);

	if (!value && json_error_code(&why) == json_error_numeric_overflow)
		is = -1;
	json_decref(value);
	return is;
}

/* Returns 1 if the text is empty or contains whitespace. jansson accepts
 * whitespace around a number, but lib/number does not. */
static int has_blanks(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr(" \t\r\n", p[i]))
			return 1;
	return n == 0;
}

static void check_value(const char *text, const struct kis_number *number)
{
	char again[64];

	DEMAND(number->digits <= KIS_NUMBER_MAX_DIGITS);
	DEMAND(isfinite(number->value));
	DEMAND(number->value == strtod(text, NULL));
	snprintf(again, sizeof(again), "%.15g", number->value);
	DEMAND(strtod(again, NULL) == number->value);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct kis_number number, padded, percent;
	char *text = malloc(n + 1);
	int is, by;

	DEMAND(text);
	memcpy(text, data, n);
	text[n] = '\0';
	is = kis_number_is(text, n);
	by = has_blanks(text, n) ? 0 : by_jansson(text, n);
	DEMAND(by < 0 || is == by);
	if (kis_number_parse(text, n, &number)) {
		DEMAND(is);
		check_value(text, &number);
		DEMAND(kis_number_parse_padded(text, n, &padded));
		DEMAND(padded.value == number.value);
		if (kis_number_parse_percent(text, n, &percent))
			DEMAND(fabs(percent.value * 100 - number.value) <=
				fabs(number.value) * 4 * DBL_EPSILON);
	}
	free(text);
	return 0;
}
