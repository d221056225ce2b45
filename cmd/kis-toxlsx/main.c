/*
 * kis-toxlsx converts NDJSON to an Excel workbook.
 *
 * Records of kis-fetch become a report: a sheet for each market and period, or
 * for each stock, titled in Korean, with typed columns, a table and charts, and
 * a last sheet that documents the source of the figures. Any other NDJSON
 * becomes plain sheets, in which a text becomes a number only if it matches a
 * strict grammar. The workbook is written to a temporary file, read back and
 * verified, and only then written to the output.
 */
#include "cmd/kis-toxlsx/report.h"
#include "cmd/kis-toxlsx/row.h"
#include "lib/cli.h"
#include "lib/ndjson.h"
#include "lib/input_files.h"
#include "lib/output.h"
#include "lib/process.h"
#include "lib/text.h"
#include "lib/locale.h"

#include <inttypes.h>
#include <malloc.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define HINT "kis-token | kis-fetch | kis-toxlsx > r.xlsx"

enum {
	TOP_DEFAULT = 10,
	TITLE_BYTES = 240,
	PROGRESS_EVERY = 1 << 14,
	KEPT_BYTES = 2 << 20,
};

struct opts {
	struct kis_cli cli;
	struct settings settings;
	char **files; /* borrowed; names, then NULL; "-" is standard input */
};

/* clang-format off */
static const char usage[] =
N_(
"usage: kis-toxlsx [-hqVv] [-o FILE] [--header WHAT] [--plain]\n"
"                  [--sheet-by FIELD] [--text NAMES] [--title TEXT]\n"
"                  [--top NUMBER] [FILE ...]\n"
"\n"
"Convert NDJSON, one object per line, to an Excel workbook: a formatted report\n"
"for records of kis-fetch, plain sheets with typed columns for any others. With\n"
"no FILE, or when FILE is -, read standard input.\n"
"\n"
"  kis-token | kis-fetch | kis-toxlsx > r.xlsx\n"
"  kis-toxlsx -o r.xlsx raw.ndjson\n"
"  kis-toxlsx --plain --sheet-by city -o cities.xlsx any.ndjson\n"
"\n"
"Sheets\n"
"      --title TEXT       title of the sheets and of the workbook\n"
"      --header WHAT      column titles: ko (default), en or key\n"
"      --top NUMBER       rows per chart, 0 to 50 (default 10; 0: no charts)\n"
"      --plain            write plain sheets with typed columns, for programs\n"
"      --sheet-by FIELD   make a sheet for each value of FIELD (rankings: for\n"
"                         each market, period and value)\n"
"      --text NAMES       treat these fields as text, not as numbers (a,b,c)\n"
"Output\n"
"  -o, --output FILE      write to FILE, atomically; - is standard output\n"
"  -q, --quiet            print errors only\n"
"  -v, --verbose          print the number of records and sheets\n"
"  -h, --help             show this help\n"
"  -V, --version          show the version\n"
"\n"
"Exit status: 0 success, 64 usage error, 65 invalid input (reported as\n"
"FILE:LINE), 66 no input, 71 system error, 73 or 74 output error.\n"
"See also: man kis-toxlsx, man kis.\n");
/* clang-format on */

static const struct option long_options[] = {KIS_CLI_LONG,
	{"header", required_argument, NULL, 'H'},
	{"plain", no_argument, NULL, 'P'},
	{"sheet-by", required_argument, NULL, 'S'},
	{"title", required_argument, NULL, 'T'},
	{"text", required_argument, NULL, 'X'},
	{"top", required_argument, NULL, 'N'}, {NULL, 0, NULL, 0}};

/* Checks that --title is valid UTF-8, has at most TITLE_BYTES bytes, and
 * contains only characters that are allowed in cells, page headers and file
 * properties. Returns 0, or -1 and sets err (64). */
static int check_title(const char *title, struct kis_err *err)
{
	size_t n = strlen(title);
	const char *p = title;

	if (n > TITLE_BYTES)
		return kis_cli_usage_error(
			err, "--title exceeds %d bytes", TITLE_BYTES);
	if (kis_text_utf8_valid(title, n) != n)
		return kis_cli_usage_error(err, "--title is not valid UTF-8");
	while (*p) {
		uint32_t c = kis_text_utf8_next(&p, title + n);

		if (name_takes(c))
			continue;
		if (c < 0x80)
			return kis_cli_usage_error(
				err, "--title contains a control character");
		return kis_cli_usage_error(err,
			"--title contains U+%04X, which is not a character",
			(unsigned)c);
	}
	return 0;
}

static int read_header(enum header *header, struct kis_err *err)
{
	static const char *const words[] = {[HEADER_KO] = "ko",
		[HEADER_EN] = "en",
		[HEADER_KEY] = "key",
		NULL};
	int which = kis_cli_choose("--header", words, optarg, err);

	if (which < 0)
		return -1;
	*header = (enum header)which;
	return 0;
}

static int read_options(struct opts *o, struct report *r, int argc, char **argv,
	struct kis_err *err)
{
	static char dash[] = "-", *only_stdin[] = {dash, NULL};
	int opt;

	while ((opt = getopt_long(
			argc, argv, KIS_CLI_SHORT, long_options, NULL)) != -1) {
		switch (opt) {
		case 'H':
			if (read_header(&o->settings.header, err) < 0)
				return -1;
			break;
		case 'P':
			o->settings.plain = 1;
			break;
		case 'S':
			o->settings.sheet_by = optarg;
			break;
		case 'T':
			if (check_title(optarg, err) < 0)
				return -1;
			o->settings.title = optarg;
			break;
		case 'X':
			if (kis_fields_set_text(&r->fields, optarg, err) < 0)
				return -1;
			break;
		case 'N':
			if (kis_cli_number("--top", optarg, 0, TOP_ROWS_MAX,
				    &o->settings.top, err) < 0)
				return -1;
			break;
		default:
			kis_cli_option(&o->cli, opt);
		}
	}
	o->files = optind < argc ? argv + optind : only_stdin;
	return 0;
}

/* Reports progress every PROGRESS_EVERY records if standard error is a
 * terminal, but not in the first second of the run. */
static void show_progress(
	const struct opts *o, const struct report *r, time_t start)
{
	if (r->records % PROGRESS_EVERY == 0 && time(NULL) > start + 1)
		kis_log_progress(
			&o->cli.logger, "%" PRIu64 " records", r->records);
}

/* Reads the first records (the lookahead), or all records if to_end is 1. These
 * records determine types and columns. Returns 0, or -1 and sets err. */
static int look_ahead(struct report *r, struct kis_ndjson *in, int to_end,
	struct kis_err *err)
{
	const struct kis_member *members;
	size_t count;
	int same_keys, got = 1;

	while (got > 0 && (to_end || !kis_ndjson_is_far(in))) {
		got = kis_ndjson_next(in, &members, &count, &same_keys, err);
		if (got > 0 &&
			report_look(r, in, members, count, same_keys, err) < 0)
			return -1;
	}
	return got < 0 ? -1 : 0;
}

/* Writes all records. Returns 0, or -1 and sets err. If `stops` is 1, stops and
 * returns 1 after the first record with a field that the first records (the
 * lookahead) did not have. */
static int write_records(const struct opts *o, struct report *r,
	struct kis_ndjson *in, int stops, struct kis_err *err)
{
	size_t known = r->fields.names.count;
	const struct kis_member *members;
	time_t start = time(NULL);
	size_t count;
	int same_keys, got;

	while ((got = kis_ndjson_next(in, &members, &count, &same_keys, err)) >
		0) {
		if (report_add(r, in, members, count, same_keys, err) < 0)
			return -1;
		if (stops && r->fields.names.count > known)
			return 1;
		show_progress(o, r, start);
	}
	return got;
}

/* Converts the input again from its start, because a field appeared only after
 * the first records (the lookahead). Reads all records once to learn every
 * field, and then a second time to write them. All input files must be regular,
 * and nothing may have been written to the output yet. Returns 0, or -1 and
 * sets err. */
static int begin_anew(const struct opts *o, struct report *r,
	struct kis_ndjson *in, struct kis_err *err)
{
	report_reset(r);
	kis_fields_fix(&r->fields);
	if (!kis_ndjson_restart(in) || look_ahead(r, in, 1, err) < 0)
		return -1;
	kis_ndjson_restart(in);
	return write_records(o, r, in, 0, err);
}

static int convert_records(const struct opts *o, struct report *r,
	struct kis_ndjson *in, int can_reset, struct kis_err *err)
{
	int rc;

	kis_ndjson_look_ahead(in);
	if (look_ahead(r, in, 0, err) < 0)
		return -1;
	kis_ndjson_rewind(in);
	rc = write_records(
		o, r, in, can_reset && kis_ndjson_can_restart(in), err);
	return rc == 1 ? begin_anew(o, r, in, err) : rc;
}

static int read_records(const struct opts *o, struct report *r,
	const struct kis_output *out, struct kis_err *err)
{
	struct kis_ndjson *in = kis_ndjson_new(o->files);
	int rc = convert_records(o, r, in, kis_output_can_reset(out), err);

	if (rc < 0 && err->code == KIS_EX_DATA && !kis_ndjson_failed(in))
		kis_fail_context(err, "%s", kis_ndjson_position(in));
	kis_ndjson_free(in);
	return rc;
}

static void warn_of_strays(const struct opts *o, const struct report *r)
{
	struct kis_buf text = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	if (kis_fields_strays(&r->fields, &text))
		kis_log_warn(&o->cli.logger, "%s", text.data);
	kis_buf_release(&text);
}

/* Checks the input files, and that the output is not a terminal, because a
 * workbook is binary. Returns 0, or -1 and sets err (64, 66, 74). */
static int check_ends(
	const struct opts *o, const struct kis_output *out, struct kis_err *err)
{
	if (kis_input_files_check(o->files, o->cli.output, HINT, err) < 0)
		return -1;
	if (isatty(out->fd))
		return kis_cli_usage_error(err,
			"refusing to write a workbook to a terminal; use "
			"-o r.xlsx or > r.xlsx");
	return 0;
}

static int run(const struct opts *o, struct report *r, struct kis_output *out,
	struct kis_err *err)
{
	if (kis_output_open(out, o->cli.output, 0, err) < 0 ||
		check_ends(o, out, err) < 0)
		return -1;
	if (read_records(o, r, out, err) < 0)
		return -1;
	kis_log_progress(
		&o->cli.logger, "writing %" PRIu64 " records", r->records);
	if (report_finish(r, out, err) < 0 || kis_output_commit(out, err) < 0)
		return -1;
	warn_of_strays(o, r);
	if (report_lacks_changes(r))
		kis_log_info(&o->cli.logger,
			"rank and ratio changes omitted: records "
			"are not sorted by stnd_date2");
	kis_log_info(&o->cli.logger,
		r->records == 1 ? N_("%" PRIu64 " record in %zu sheet")
		: r->groups.count == 1
			? N_("%" PRIu64 " records in %zu sheet")
			: N_("%" PRIu64 " records in %zu sheets"),
		r->records, r->groups.count);
	return 0;
}

/* Keeps freed blocks of up to KEPT_BYTES in the process. glibc would return
 * such blocks to the kernel, which zeroes memory before each reuse; with a
 * medium input, this took 10% of the run time. */
static void keep_memory(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
#endif
}

/* Raises the stack limit if it is too low for libxlsxwriter, which has large
 * buffers on the stack. Returns 0, or -1 after printing an error. */
static int check_stack(void)
{
	const char *text =
		_("kis-toxlsx: stack limit is too low; run: ulimit -s 256\n");
	enum { NEEDED = 256 << 10 };
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= NEEDED)
		return 0;
	if (limit.rlim_max >= NEEDED) {
		limit.rlim_cur = NEEDED;
		if (setrlimit(RLIMIT_STACK, &limit) == 0)
			return 0;
	}
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		/* Return without another message: a failed write to standard
		 * error cannot be reported. */
		return -1;
	return -1;
}

/* This function is not inlined, so that the stack frame of main() stays small:
 * check_stack() must run even if the stack is too small for this function. */
__attribute__((noinline)) static int convert(int argc, char **argv)
{
	struct opts o = {
		.cli = {.logger = {.program = "kis-toxlsx"}, .usage = usage},
		.settings = {.top = TOP_DEFAULT},
	};
	struct kis_output out = KIS_OUTPUT_INIT;
	struct kis_err err = {0};
	struct report r;
	int rc;

	keep_memory();
	report_init(&r, &o.settings);
	rc = read_options(&o, &r, argc, argv, &err);
	if (rc == 0)
		rc = run(&o, &r, &out, &err);
	report_release(&r);
	kis_output_release(&out);
	return kis_cli_finish(&o.cli, rc, &err);
}

int main(int argc, char **argv)
{
	kis_process_start();
	if (check_stack() < 0)
		return KIS_EX_SYSTEM;
	return convert(argc, argv);
}
