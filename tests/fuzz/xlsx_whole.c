/*
 * Converts NDJSON to a workbook. The result must be a workbook whose parts are
 * all valid XML, or an input error and no output. The first byte of the input
 * selects the options. If the options include a title, the first line is the
 * title.
 */
#include "cmd/kis-toxlsx/package.h"
#include "cmd/kis-toxlsx/report.h"
#include "cmd/kis-toxlsx/row.h"
#include "lib/mem.h"
#include "lib/ndjson.h"
#include "lib/text.h"
#include "tests/fuzz/demand.h"
#include "tests/fuzz/xml_strict.h"

#include <string.h>
#include <unzip.h>

enum { PLAIN = 1, CHARTS = 2, BY = 4, TITLE = 8, LONG = 16 };
enum { TITLE_BYTES = 240 };

/* Adds all records of the file to the workbook. If ahead is 0, there is no
 * lookahead: types are chosen and columns are added while records are written.
 * Returns 0, or -1 and sets err. */
static int add_all(
	struct report *r, const char *path, int ahead, struct kis_err *err)
{
	struct kis_ndjson *in =
		kis_ndjson_new((char *const[]){(char *)(uintptr_t)path, NULL});
	const struct kis_member *members;
	size_t count;
	int same, got, rc = 0;

	if (ahead)
		kis_ndjson_look_ahead(in);
	while (ahead && rc == 0 &&
		(got = kis_ndjson_next(in, &members, &count, &same, err)) != 0)
		rc = got < 0 ? -1
			     : report_look(r, in, members, count, same, err);
	if (ahead)
		kis_ndjson_rewind(in);
	while (rc == 0 &&
		(got = kis_ndjson_next(in, &members, &count, &same, err)) != 0)
		rc = got < 0 ? -1
			     : report_add(r, in, members, count, same, err);
	kis_ndjson_free(in);
	return rc;
}

static void check_part(unzFile zip)
{
	struct xml_scan scan = {0};
	unz_file_info64 info;
	char *xml;
	size_t n;

	DEMAND(unzGetCurrentFileInfo64(zip, &info, NULL, 0, NULL, 0, NULL, 0) ==
		UNZ_OK);
	n = (size_t)info.uncompressed_size;
	xml = kis_mem_new(n + 1, 1);
	DEMAND(unzOpenCurrentFile(zip) == UNZ_OK);
	DEMAND(unzReadCurrentFile(zip, xml, (unsigned)n) == (int)n);
	DEMAND(unzCloseCurrentFile(zip) == UNZ_OK);
	xml_scan_feed(&scan, xml, n);
	DEMAND(xml_scan_is_text(&scan));
	DEMAND(xml_scan_is_whole(&scan));
	xml_strict(xml, n);
	free(xml);
}

static void check_parts(const char *path)
{
	unzFile zip = unzOpen64(path);
	int at;

	DEMAND(zip);
	for (at = unzGoToFirstFile(zip); at == UNZ_OK;
		at = unzGoToNextFile(zip))
		check_part(zip);
	DEMAND(at == UNZ_END_OF_LIST_OF_FILE);
	unzClose(zip);
}

static void make(const struct settings *settings, int longer, const char *path)
{
	struct kis_output out = KIS_OUTPUT_INIT;
	struct kis_err err = {0};
	struct report r;
	char name[64];
	int rc, made = memory_file("", 0, name);

	DEMAND(kis_output_open(&out, "-", 0, &err) == 0);
	out.fd = dup(made);
	report_init(&r, settings);
	rc = add_all(&r, path, !longer, &err);
	if (rc == 0)
		rc = report_finish(&r, &out, &err);
	if (rc == 0)
		rc = kis_output_commit(&out, &err);
	if (rc == 0) {
		check_parts(name);
	} else {
		if (err.code != 65 && err.code != 66)
			dprintf(STDERR_FILENO, "%d: %s\n", err.code, err.msg);
		DEMAND((err.code == 65 || err.code == 66) && *err.msg);
		DEMAND(lseek(made, 0, SEEK_END) == 0);
	}
	report_release(&r);
	kis_output_release(&out);
	close(made);
}

/* Removes the first line from the input. Returns the line as a new string; the
 * caller frees it. Returns NULL if kis-toxlsx would reject the line as a
 * title. */
static char *take_title(const unsigned char **data, size_t *n)
{
	const unsigned char *stop = memchr(*data, '\n', *n);
	size_t len = stop ? (size_t)(stop - *data) : *n;
	char *title = kis_mem_copy((const char *)*data, len);
	const char *p = title, *end = title + len;
	int good = len <= TITLE_BYTES && kis_text_utf8_valid(p, len) == len;

	while (good && p < end)
		good = name_takes(kis_text_utf8_next(&p, end));
	*data += len;
	*n -= len;
	if (good)
		return title;
	free(title);
	return NULL;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct settings settings = {0};
	char path[64], *title = NULL;
	int fd, options;

	if (n == 0)
		return 0;
	options = *data++;
	n--;
	if (options & TITLE)
		title = take_title(&data, &n);
	fd = memory_file(data, n, path);
	settings.title = title;
	settings.plain = !!(options & PLAIN);
	settings.top = options & CHARTS ? 10 : 0;
	settings.sheet_by = options & BY ? "a" : NULL;
	make(&settings, !!(options & LONG), path);
	close(fd);
	free(title);
	return 0;
}
