#include "lib/ndjson_mistake.h"
#include "lib/locale.h"
#include "lib/record.h"
#include "lib/text.h"

#include <stdio.h>
#include <string.h>

enum { COMMAND_MAX = 400, NAME_MAX_SHOWN = 200, RAW_LOOK = 64 << 10 };

/* Sets err (65) to a message that suggests a command. The %s in command is
 * replaced with the quoted name of the file, with FILE if the name is too long
 * or contains a quote, or with nothing for standard input. Always returns -1.
 */
static int suggest(const char *what, const char *command, const char *file,
	struct kis_err *err)
{
	const char *gap = strstr(command, "%s");
	char quoted[NAME_MAX_SHOWN + 4] = "";

	if (file && strlen(file) <= NAME_MAX_SHOWN && !strchr(file, '\''))
		snprintf(quoted, sizeof(quoted), " '%s'", file);
	else if (file)
		snprintf(quoted, sizeof(quoted), " FILE");
	return kis_fail(err, KIS_EX_DATA,
		"input is %s, not NDJSON; run: %s%.*s%s%s", _(what),
		file ? "" : "… | ", (int)(gap - command), command, quoted,
		gap + 2);
}

int kis_ndjson_is_response(const char *file, struct kis_err *err)
{
	static const char what[] =
		N_("a response written by 'kis-fetch --raw'");

	if (!file)
		return kis_fail(err, KIS_EX_DATA,
			"input is %s, not NDJSON; with the options of the "
			"original request, run: kis-fetch --from-raw FILE -m … "
			"-d … | …",
			_(what));
	return suggest(what, "kis-fetch --from-raw%s -m … -d … | …", file, err);
}

static int is_cell(const char *p, size_t n, const char *name)
{
	size_t len = strlen(name);

	return n >= len && memcmp(p, name, len) == 0 &&
	       (n == len || strchr("\",;\t\r\n", p[len]));
}

/* Returns the character that separates the fields if the text begins with a
 * column title that kis-tocsv can write: the name of a field, or its Korean or
 * English title. Returns 0 in any other case. */
static char csv_delimiter(const char *p, size_t n)
{
	size_t bom = kis_text_bom(p, n);

	p += bom;
	n -= bom;
	if (n && *p == '"')
		p++, n--;
	for (size_t i = 0; i < kis_record_count; i++)
		if (is_cell(p, n, kis_record_columns[i].key) ||
			is_cell(p, n, kis_record_columns[i].ko) ||
			is_cell(p, n, kis_record_columns[i].en)) {
			for (; n && !strchr(",;\t\r\n", *p); p++)
				n--;
			return n && (*p == ';' || *p == '\t') ? *p : ',';
		}
	return 0;
}

static char first_char(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strchr(" \t\r\n", p[i]) || !p[i])
			return p[i];
	return '\0';
}

int kis_ndjson_is_mistake(const char *p, size_t n, const char *file, int is_cut,
	struct kis_err *err)
{
	static const struct {
		const char *start;
		size_t len;
		const char *what, *command;
	} formats[] = {
		{"\x1F\x8B", 2, N_("gzip data"), "zcat%s | …"},
		{"\x28\xB5\x2F\xFD", 4, N_("zstd data"), "zstdcat%s | …"},
		{"\xFD"
		 "7zXZ",
			5, N_("xz data"), "xzcat%s | …"},
		{"BZh", 3, N_("bzip2 data"), "bzcat%s | …"},
		{"\xFF\xFE", 2, N_("UTF-16 text"),
			"iconv -f UTF-16 -t UTF-8%s | …"},
		{"\xFE\xFF", 2, N_("UTF-16 text"),
			"iconv -f UTF-16 -t UTF-8%s | …"},
		{"[", 1, N_("a JSON array"), "jq -c '.[]'%s | …"},
	};
	size_t look = n < RAW_LOOK ? n : RAW_LOOK;
	char first = first_char(p, n), delimiter;

	if (n >= 4 && memcmp(p, "PK\3\4", 4) == 0) {
		kis_fail(err, KIS_EX_DATA,
			"input is an Excel workbook, not NDJSON; kis-toxlsx "
			"writes workbooks (-o FILE), but does not read them");
		return 1;
	}
	if (n >= 3 && memcmp(p, "eyJ", 3) == 0) {
		kis_fail(err, KIS_EX_DATA,
			"input is a token, not NDJSON; run: kis-token | "
			"kis-fetch | …");
		return 1;
	}
	delimiter = csv_delimiter(p, n);
	if (delimiter) {
		suggest("CSV",
			delimiter == '\t' ? "mlr -S --itsv --ojsonl cat%s | …"
			: delimiter == ';' ? "mlr -S --icsv --ifs ';' --ojsonl "
					     "cat%s | …"
					   : "mlr -S --icsv --ojsonl cat%s | …",
			file, err);
		return 1;
	}
	if (first == '{' && memmem(p, look, "\"rt_cd\"", 7)) {
		kis_ndjson_is_response(file, err);
		return 1;
	}
	if (first == '{' && is_cut) {
		suggest(N_("JSON spread over several lines"), "jq -c .%s | …",
			file, err);
		return 1;
	}
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		const char *start = formats[i].start;

		if ((n >= formats[i].len &&
			    memcmp(p, start, formats[i].len) == 0) ||
			(*start == '[' && first == '[')) {
			suggest(formats[i].what, formats[i].command, file, err);
			return 1;
		}
	}
	return 0;
}
