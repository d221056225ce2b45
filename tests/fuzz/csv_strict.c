/*
 * Converts NDJSON to CSV with kis-tocsv's code and parses the CSV with libcsv.
 * libcsv must parse the CSV strictly, and every cell must equal the value from
 * which it was written, with or without formula protection. The first byte of
 * the input selects the options.
 */
#include "cmd/kis-tocsv/convert.h"
#include "lib/mem.h"
#include "lib/record.h"
#include "tests/fuzz/demand.h"

#include <csv.h>
#include <fcntl.h>
#include <string.h>

enum { QUOTE_ALL = 1, EXCEL = 2, GUARD = 4, TAB = 8, EXTRA = 16 };

/* The cells that libcsv parsed, in order. The length of each cell precedes its
 * text. */
struct cells {
	struct kis_buf bytes;
	size_t rows;
};

static void add_cell(struct cells *c, const char *p, size_t n)
{
	kis_buf_add(&c->bytes, (const char *)&n, sizeof(n));
	kis_buf_add(&c->bytes, p, n);
}

static void take_cell(void *p, size_t n, void *arg)
{
	add_cell(arg, p, n);
}

static void end_row(int end, void *arg)
{
	struct cells *c = arg;

	(void)end;
	c->rows++;
}

/* Tells libcsv that no character is a space, because spaces belong to the cell
 * and must not be stripped. */
static int no_blank(unsigned char c)
{
	(void)c;
	return 0;
}

static void read_strictly(
	const char *p, size_t n, char delimiter, struct cells *cells)
{
	struct csv_parser parser;

	DEMAND(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
	csv_set_delim(&parser, (unsigned char)delimiter);
	csv_set_space_func(&parser, no_blank);
	DEMAND(csv_parse(&parser, p, n, take_cell, end_row, cells) == n);
	DEMAND(csv_fini(&parser, take_cell, end_row, cells) == 0);
	csv_free(&parser);
}

/* Returns 1 if --excel replaces the values of this column with names or with
 * formatted dates. */
static int is_read_out(const struct job *job, const struct column *col)
{
	enum kis_kind kind;

	if (!job->csv.excel || col->known < 0)
		return 0;
	kind = kis_record_columns[col->known].kind;
	return kind == KIS_KIND_MARKET || kind == KIS_KIND_PERIOD ||
	       kind == KIS_KIND_DATE;
}

/* Reads the input again and appends to "needed" the cells that the CSV must
 * contain. An expected cell that consists of one NUL matches any cell; no real
 * cell contains a NUL. */
static void expect(
	const char *path, const struct job *job, struct cells *needed)
{
	struct kis_err err = {0};
	struct kis_ndjson *in =
		kis_ndjson_new((char *const[]){(char *)(uintptr_t)path, NULL});
	const struct kis_member *m;
	size_t count;
	int same;

	for (size_t i = 0; i < job->columns.count; i++)
		add_cell(needed, job->columns.list[i].key,
			strlen(job->columns.list[i].key));
	needed->rows = 1;
	while (kis_ndjson_next(in, &m, &count, &same, &err) == 1) {
		needed->rows++;
		for (size_t i = 0; i < job->columns.count; i++) {
			const struct column *col = &job->columns.list[i];
			size_t k = 0, len = strlen(col->key);

			while (k < count &&
				(m[k].key_len != len ||
					memcmp(m[k].key, col->key, len)))
				k++;
			if (is_read_out(job, col))
				add_cell(needed, "", 1);
			else
				add_cell(needed, k < count ? m[k].text : "",
					k < count ? m[k].text_len : 0);
		}
	}
	kis_ndjson_free(in);
}

/* Returns the cell at offset *at, sets *n to its length in bytes, and moves *at
 * to the cell after it. Borrows from c. */
static const char *next_cell(const struct cells *c, size_t *at, size_t *n)
{
	const char *p = c->bytes.data + *at;

	memcpy(n, p, sizeof(*n));
	*at += sizeof(*n) + *n;
	return p + sizeof(*n);
}

/* Aborts unless the cell equals the value from which it was written. If
 * "protected" is 1, also accepts a cell with the value after ' or within
 * ="…". */
static void compare_cell(const char *got, size_t n, const char *needed,
	size_t want_len, int protected)
{
	if (want_len == 1 && *needed == '\0')
		return;
	if (protected && n == want_len + 3 && memcmp(got, "=\"", 2) == 0 &&
		got[n - 1] == '"') {
		got += 2;
		n -= 3;
	} else if (protected && n == want_len + 1 && *got == '\'') {
		got++;
		n--;
	}
	DEMAND(n == want_len && memcmp(got, needed, n) == 0);
}

static void compare_cells(
	const struct cells *got, const struct cells *needed, int protected)
{
	size_t at = 0, want_at = 0, n, want_len;

	while (want_at < needed->bytes.len) {
		const char *p, *q = next_cell(needed, &want_at, &want_len);

		DEMAND(at < got->bytes.len);
		p = next_cell(got, &at, &n);
		compare_cell(p, n, q, want_len, protected);
	}
	DEMAND(at == got->bytes.len);
}

static void compare(
	const char *path, const struct job *job, const char *csv, size_t n)
{
	struct cells got = {0}, needed = {0};

	kis_buf_init(&got.bytes, KIS_BUF_UNBOUND);
	kis_buf_init(&needed.bytes, KIS_BUF_UNBOUND);
	if (job->csv.excel) {
		DEMAND(n > 3 && memcmp(csv, "\xEF\xBB\xBF", 3) == 0);
		DEMAND(memcmp(csv + n - 2, "\r\n", 2) == 0);
		csv += 3;
		n -= 3;
	}
	read_strictly(csv, n, job->csv.delimiter, &got);
	expect(path, job, &needed);
	DEMAND(got.rows == needed.rows);
	compare_cells(&got, &needed, job->csv.guard);
	kis_buf_release(&got.bytes);
	kis_buf_release(&needed.bytes);
}

static void convert_and_check(struct job *job, const char *path)
{
	struct kis_output out = KIS_OUTPUT_INIT;
	struct kis_err err = {0};
	char name[64];
	int made = memory_file("", 0, name);
	size_t n;
	char *csv;

	DEMAND(kis_output_open(&out, "-", 0, &err) == 0);
	out.fd = dup(made);
	if (convert(job, &out, &err) == 0) {
		DEMAND(kis_output_commit(&out, &err) == 0);
		n = (size_t)lseek(made, 0, SEEK_END);
		csv = kis_mem_new(n + 1, 1);
		DEMAND(pread(made, csv, n, 0) == (ssize_t)n);
		compare(path, job, csv, n);
		free(csv);
	} else {
		DEMAND((err.code == 65 || err.code == 66) && *err.msg);
		DEMAND(lseek(made, 0, SEEK_END) == 0);
	}
	kis_output_release(&out);
	close(made);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static const struct kis_log quiet = {.program = "fuzz", .level = -1};
	struct job job = {.logger = &quiet};
	char path[64], *files[2] = {path, NULL};
	int fd;

	if (n == 0)
		return 0;
	fd = memory_file(data + 1, n - 1, path);
	kis_buf_init(&job.csv.row, KIS_BUF_UNBOUND);
	kis_buf_init(&job.csv.cell, KIS_BUF_UNBOUND);
	kis_buf_init(&job.csv.scratch, KIS_BUF_UNBOUND);
	job.files = files;
	job.csv.delimiter = data[0] & TAB ? '\t' : ',';
	job.csv.quote_all = !!(data[0] & QUOTE_ALL);
	job.csv.excel = !!(data[0] & EXCEL);
	job.csv.guard = !!(data[0] & (GUARD | EXCEL));
	job.ignore_extra = !!(data[0] & EXTRA);
	convert_and_check(&job, path);
	columns_release(&job.columns);
	kis_fields_release(&job.fields);
	csv_release(&job.csv);
	close(fd);
	return 0;
}
