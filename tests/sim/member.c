#include "tests/sim/member.h"

#include <inttypes.h>
#include <stdio.h>

void sim_set_number(json_t *row, const char *key, int64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, n);
	json_object_set_new(row, key, json_string(text));
}

void sim_set_percent(json_t *row, const char *key, int64_t a, uint64_t b)
{
	uint64_t scaled = (a < 0 ? (uint64_t)-a : (uint64_t)a) * 10000;
	uint64_t n = b ? scaled / b + (scaled % b * 2 >= b) : 0;
	char text[32];

	snprintf(text, sizeof(text), "%s%" PRIu64 ".%02u",
		a < 0 && n ? "-" : "", n / 100, (unsigned)(n % 100));
	json_object_set_new(row, key, json_string(text));
}
