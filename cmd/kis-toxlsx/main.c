/*
 * kis-toxlsx: turns NDJSON into one Excel workbook.
 *
 * Records of kis-fetch become a report: a sheet for each market and period,
 * named and titled in Korean, with typed columns, a table, charts and a last
 * sheet that says where the figures come from. Any other NDJSON becomes
 * plain sheets, typed by a strict number grammar. The workbook is written to
 * a temporary file, read back and counted, and only then published.
 */
#include "cmd/kis-toxlsx/name.h"
#include "cmd/kis-toxlsx/report.h"
#include "lib/cli.h"
#include "lib/ndjson.h"
#include "lib/operands.h"
#include "lib/output.h"
#include "lib/process.h"
#include "lib/text.h"

#include <inttypes.h>
#include <malloc.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define HINT "kis-token | kis-fetch | kis-toxlsx > r.xlsx"

enum {
	TOP_DEFAULT = 10,
	TOP_MAX = 50,
	TITLE_BYTES = 240,
	PROGRESS_EVERY = 1 << 14,
	KEPT_BYTES = 2 << 20,
};

struct opts {
	struct kis_cli cli;
	struct settings settings;
	char **files; /* borrowed from argv; NULL ends them, - is stdin */
};

/* clang-format off */
static const char usage[] =
"usage: kis-toxlsx [-hqVv] [-o FILE] [--plain] [--sheet-by MEMBER]\n"
"                  [--title TEXT] [--top NUMBER] [FILE ...]\n"
"\n"
"Turns NDJSON, one object a line, into one Excel workbook: a report of\n"
"kis-fetch's records, or plain typed sheets of any others. FILE - is standard\n"
"input, the default.\n"
"\n"
"  kis-token | kis-fetch | kis-toxlsx > r.xlsx\n"
"  kis-toxlsx -o r.xlsx raw.ndjson   the same from a file, whole or not at all\n"
"  kis-toxlsx --plain --sheet-by city -o cities.xlsx any.ndjson\n"
"\n"
"Sheets\n"
"      --title TEXT       title of the sheets and of the file\n"
"      --top NUMBER       rows of a chart, 0 to 50 (10); 0: no charts\n"
"      --plain            typed sheets alone, for machines\n"
"      --sheet-by MEMBER  a sheet for each value of MEMBER; of kis-fetch's\n"
"                         records, for each market, period and value\n"
"Output and messages\n"
"  -o, --output FILE      write there, whole or not at all; - is stdout\n"
"  -q, --quiet            errors only\n"
"  -v, --verbose          say what is done\n"
"  -h, --help             this text\n"
"  -V, --version          the version\n"
"\n"
"Exit status: 0 done, 64 usage or a terminal, 65 wrong input (file:line is\n"
"said), 66 no record or file, 71 system, 73 74 output.\n"
"More: man kis-toxlsx, man kis.\n";
/* clang-format on */

static const struct option long_options[] = {KIS_CLI_LONG,
	{"plain", no_argument, NULL, 'P'},
	{"sheet-by", required_argument, NULL, 'S'},
	{"title", required_argument, NULL, 'T'},
	{"top", required_argument, NULL, 'N'}, {NULL, 0, NULL, 0}};

/* A title goes into cells, headers and properties: UTF-8, of a sensible
 * length, of characters that all of them take. */
static int check_title(const char *title, struct kis_err *err)
{
	size_t n = strlen(title);
	const char *p = title;

	if (n > TITLE_BYTES)
		return kis_cli_wrong(
			err, "--title is longer than %d bytes", TITLE_BYTES);
	if (kis_text_utf8_valid(title, n) != n)
		return kis_cli_wrong(err, "--title is not UTF-8");
	while (*p) {
		uint32_t c = kis_text_utf8_next(&p, title + n);

		if (name_takes(c))
			continue;
		if (c < 0x80)
			return kis_cli_wrong(
				err, "--title has a control character");
		return kis_cli_wrong(err,
			"--title has U+%04X, which is no character",
			(unsigned)c);
	}
	return 0;
}

static int read_options(
	struct opts *o, int argc, char **argv, struct kis_err *err)
{
	static char dash[] = "-", *only_stdin[] = {dash, NULL};
	int opt;

	while ((opt = getopt_long(
			argc, argv, KIS_CLI_SHORT, long_options, NULL)) != -1) {
		switch (opt) {
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
		case 'N':
			if (kis_cli_number("--top", optarg, 0, TOP_MAX,
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

/* Only when somebody watches, and only after a second. */
static void show_progress(
	const struct opts *o, const struct report *r, time_t start)
{
	if (r->records % PROGRESS_EVERY == 0 && time(NULL) > start + 1)
		kis_say_progress(
			&o->cli.say, "%" PRIu64 " records", r->records);
}

static int read_records(
	const struct opts *o, struct report *r, struct kis_err *err)
{
	struct kis_ndjson *in = kis_ndjson_new(o->files);
	const struct kis_member *members;
	time_t start = time(NULL);
	size_t count;
	int same, rc;

	while ((rc = kis_ndjson_next(in, &members, &count, &same, err)) == 1) {
		rc = report_add(r, members, count, same, err);
		if (rc < 0) {
			if (err->code == KIS_EX_DATA)
				kis_fail_context(
					err, "%s", kis_ndjson_position(in));
			break;
		}
		show_progress(o, r, start);
	}
	kis_ndjson_free(in);
	return rc;
}

/* A workbook is bytes that no terminal should see. */
static int check_ends(
	const struct opts *o, const struct kis_output *out, struct kis_err *err)
{
	if (kis_operands_check(o->files, HINT, err) < 0)
		return -1;
	if (isatty(out->fd))
		return kis_cli_wrong(err,
			"the workbook would go to a terminal; type: "
			"kis-toxlsx … > r.xlsx, or -o r.xlsx");
	return 0;
}

static int run(const struct opts *o, struct report *r, struct kis_output *out,
	struct kis_err *err)
{
	if (kis_output_open(out, o->cli.output, 0, err) < 0 ||
		check_ends(o, out, err) < 0)
		return -1;
	if (read_records(o, r, err) < 0)
		return -1;
	kis_say_progress(
		&o->cli.say, "writing %" PRIu64 " records", r->records);
	if (report_finish(r, out, err) < 0 || kis_output_publish(out, err) < 0)
		return -1;
	kis_say_info(&o->cli.say, "%" PRIu64 " records in %zu sheets",
		r->records, r->book.count);
	return 0;
}

/* What one stage gives back the next one takes again. The C library would give
 * blocks as large as ours back to the system, which clears each page before it
 * gives it again: for a middling file that is a tenth of the time. */
static void keep_memory(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
#endif
}

/* libxlsxwriter keeps large buffers on the stack. */
static int check_stack(void)
{
	static const char text[] =
		"kis-toxlsx: the limit of the stack is too small; run: ulimit "
		"-s 256\n";
	enum { NEEDED = 256 << 10 };
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= NEEDED)
		return 0;
	if (limit.rlim_max >= NEEDED) {
		limit.rlim_cur = NEEDED;
		if (setrlimit(RLIMIT_STACK, &limit) == 0)
			return 0;
	}
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		return -1; /* nobody reads it */
	return -1;
}

/* Not inlined: main's own frame must fit where the stack is too small. */
__attribute__((noinline)) static int convert(int argc, char **argv)
{
	struct opts o = {
		.cli = {.say = {"kis-toxlsx", 0}, .usage = usage},
		.settings = {.top = TOP_DEFAULT},
	};
	struct kis_output out = KIS_OUTPUT_INIT;
	struct kis_err err = {0};
	struct report r;
	int rc;

	keep_memory();
	report_init(&r, &o.settings);
	rc = read_options(&o, argc, argv, &err);
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
