/*
 * Converts NDJSON on standard input to CSV on standard output with jansson. The
 * columns are the fields of the first record; values must be strings. This
 * program is not part of the suite. It is a reference for tocsv.sh, which
 * compares its speed with that of kis-tocsv.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_cell(const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

static void write_header(json_t *first)
{
	const char *separator = "", *key;
	json_t *value;

	json_object_foreach(first, key, value)
	{
		fputs(separator, stdout);
		write_cell(key);
		separator = ",";
	}
	putchar('\n');
}

static void write_row(json_t *first, json_t *record)
{
	const char *separator = "", *key;
	json_t *value;

	json_object_foreach(first, key, value)
	{
		const char *text =
			json_string_value(json_object_get(record, key));

		fputs(separator, stdout);
		write_cell(text ? text : "");
		separator = ",";
	}
	putchar('\n');
}

int main(void)
{
	json_t *first = NULL;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, stdin)) > 0) {
		json_t *record = json_loadb(
			line, (size_t)n, JSON_REJECT_DUPLICATES, NULL);

		if (!record)
			return 65;
		if (!first) {
			first = json_incref(record);
			write_header(first);
		}
		write_row(first, record);
		json_decref(record);
	}
	json_decref(first);
	free(line);
	return fflush(stdout) == 0 ? 0 : 74;
}
