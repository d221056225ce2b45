/*
 * kis-tocsv converts NDJSON to CSV (RFC 4180), one record per row and one field
 * per column. It accepts the records of kis-fetch and any other flat JSON
 * objects. It uses constant memory, so the input may be an archive of many
 * years. It rejects invalid input instead of guessing. The manual is
 * kis-tocsv.1.
 */
#include "cmd/kis-tocsv/charset.h"
#include "cmd/kis-tocsv/convert.h"
#include "lib/cli.h"
#include "lib/input_files.h"
#include "lib/output.h"
#include "lib/process.h"
#include "lib/locale.h"

#include <string.h>

#define HINT N_("kis-tocsv FILE, or kis-token | kis-fetch | kis-tocsv")

/* clang-format off */
static const char usage[] =
N_(
"usage: kis-tocsv [-hqVv] [-c NAMES] [-o FILE] [-t CHAR] [--allow-empty]\n"
"                 [--encoding cp949 | utf-8] [--excel] [--guard]\n"
"                 [--header key | ko | en | none] [--ignore-extra]\n"
"                 [--quote minimal | all] [--text NAMES] [FILE ...]\n"
"\n"
"Convert NDJSON, one object per line, to CSV. With no FILE, or when FILE is -,\n"
"read standard input. Several files share one header.\n"
"\n"
"  kis-token | kis-fetch -m kosdaq | kis-tocsv -o kosdaq.csv\n"
"  kis-tocsv --excel -o for-excel.csv records.ndjson\n"
"  kis-tocsv -c mksc_shrn_iscd,ssts_vol_rlim records.ndjson\n"
"\n"
"Columns\n"
"  -c, --columns NAMES    write only these fields, in this order (a,b,c)\n"
"      --text NAMES       treat these fields as text, not as numbers\n"
"      --header WHICH     header: key (default), ko, en or none\n"
"      --ignore-extra     ignore fields that have no column\n"
"      --allow-empty      accept input without records, write the header\n"
"Cells\n"
"  -t, --delimiter CHAR   separate fields with CHAR; \\t is a tab (default ,)\n"
"      --quote WHICH      quote cells: minimal (default) or all\n"
"      --guard            put ' before text that a spreadsheet would execute\n"
"      --excel            write for Excel: byte order mark, CRLF, Korean\n"
"                         header, --guard, names of markets, and =\"005930\"\n"
"                         for text that Excel would change\n"
"      --encoding NAME    encoding: utf-8 (default) or cp949\n"
"Output\n"
"  -o, --output FILE      write to FILE, atomically\n"
"  -q, --quiet            print errors only\n"
"  -v, --verbose          print the number of records\n"
"  -h, --help             show this help\n"
"  -V, --version          show the version\n"
"\n"
"Exit status: 0 success, 64 usage error, 65 invalid input (reported as\n"
"FILE:LINE), 66 no input, 71 system error, 73 or 74 output error.\n"
"See also: man kis-tocsv, man kis.\n");
/* clang-format on */

struct opts {
	struct kis_cli cli;
	struct job job;
	int header_given;
	const char *encoding; /* name for iconv(), or NULL for UTF-8 */
};

enum {
	OPT_HEADER = 256,
	OPT_QUOTE,
	OPT_GUARD,
	OPT_EXCEL,
	OPT_ENCODING,
	OPT_IGNORE_EXTRA,
	OPT_ALLOW_EMPTY,
	OPT_TEXT,
};

static const struct option longs[] = {
	KIS_CLI_LONG,
	{"columns", required_argument, NULL, 'c'},
	{"delimiter", required_argument, NULL, 't'},
	{"header", required_argument, NULL, OPT_HEADER},
	{"quote", required_argument, NULL, OPT_QUOTE},
	{"guard", no_argument, NULL, OPT_GUARD},
	{"excel", no_argument, NULL, OPT_EXCEL},
	{"encoding", required_argument, NULL, OPT_ENCODING},
	{"ignore-extra", no_argument, NULL, OPT_IGNORE_EXTRA},
	{"allow-empty", no_argument, NULL, OPT_ALLOW_EMPTY},
	{"text", required_argument, NULL, OPT_TEXT},
	{NULL, 0, NULL, 0},
};

static int parse_delimiter(
	struct csv *csv, const char *text, struct kis_err *err)
{
	if (strcmp(text, "\\t") == 0)
		text = "\t";
	csv->delimiter = text[0];
	if (!text[0] || text[1] || (unsigned char)text[0] >= 0x80 ||
		strchr("\"\r\n", text[0]))
		return kis_cli_usage_error(err,
			"invalid delimiter: expected one ASCII character other "
			"than a quote or line break, or \\t for a tab");
	return 0;
}

static int take_header(struct opts *o, struct kis_err *err)
{
	static const char *const names[] = {"key", "ko", "en", "none", NULL};
	int which = kis_cli_choose("--header", names, optarg, err);

	if (which < 0)
		return -1;
	o->job.header = (enum csv_header)which;
	o->header_given = 1;
	return 0;
}

static int take_quote(struct opts *o, struct kis_err *err)
{
	static const char *const names[] = {"minimal", "all", NULL};
	int which = kis_cli_choose("--quote", names, optarg, err);

	o->job.csv.quote_all = which == 1;
	return which < 0 ? -1 : 0;
}

static int parse_encoding(struct opts *o, struct kis_err *err)
{
	static const char *const names[] = {"utf-8", "utf8", "cp949", NULL};
	int which = kis_cli_choose("--encoding", names, optarg, err);

	o->encoding = which == 2 ? "CP949" : NULL;
	return which < 0 ? -1 : 0;
}

static int parse_option(struct opts *o, int opt, struct kis_err *err)
{
	switch (opt) {
	case 'c':
		return columns_choose(&o->job.columns, optarg, err);
	case 't':
		return parse_delimiter(&o->job.csv, optarg, err);
	case OPT_HEADER:
		return take_header(o, err);
	case OPT_QUOTE:
		return take_quote(o, err);
	case OPT_ENCODING:
		return parse_encoding(o, err);
	case OPT_TEXT:
		return kis_fields_set_text(&o->job.fields, optarg, err);
	case OPT_GUARD:
		o->job.csv.guard = 1;
		return 0;
	case OPT_EXCEL:
		o->job.csv.excel = 1;
		return 0;
	case OPT_IGNORE_EXTRA:
		o->job.ignore_extra = 1;
		return 0;
	case OPT_ALLOW_EMPTY:
		o->job.allow_empty = 1;
		return 0;
	default:
		kis_cli_option(&o->cli, opt);
		return 0;
	}
}

static int parse(struct opts *o, int argc, char **argv, struct kis_err *err)
{
	static char dash[] = "-", *only_stdin[] = {dash, NULL};
	int opt;

	while ((opt = kis_cli_getopt(&o->cli, argc, argv,
			KIS_CLI_SHORT "c:t:", longs)) != -1)
		if (parse_option(o, opt, err) < 0)
			return -1;
	if (o->job.csv.excel) {
		o->job.csv.guard = 1;
		if (!o->header_given)
			o->job.header = CSV_HEADER_KO;
	}
	o->job.files = optind < argc ? argv + optind : only_stdin;
	return 0;
}

static int run(struct opts *o, struct kis_err *err)
{
	/* These characters are written unchanged even to a terminal: LF, the
	 * delimiter and, with --excel, CR. */
	const char keep[] = {'\n', o->job.csv.delimiter,
		o->job.csv.excel ? '\r' : '\0', '\0'};
	struct kis_output out = KIS_OUTPUT_INIT;
	int rc = -1;

	if (kis_input_files_check(o->job.files, o->cli.output, _(HINT), err) <
		0)
		return -1;
	if (o->encoding &&
		!(o->job.csv.charset = charset_open(o->encoding, err)))
		return -1;
	if (kis_output_open(&out, o->cli.output, 0, err) == 0) {
		kis_output_tame(&out,
			o->encoding ? KIS_TEXT_TAME_BYTES : KIS_TEXT_TAME_TEXT,
			keep);
		rc = convert(&o->job, &out, err);
		if (rc == 0)
			rc = kis_output_commit(&out, err);
		else
			kis_output_flush_records(&out);
	}
	kis_output_release(&out);
	charset_free(o->job.csv.charset);
	return rc;
}

int main(int argc, char **argv)
{
	struct opts o = {
		.cli = {.logger = {.program = "kis-tocsv"}, .usage = usage},
		.job = {.csv = {.delimiter = ','}}};
	struct kis_err err = {0};
	int rc;

	kis_process_start();
	o.job.logger = &o.cli.logger;
	kis_buf_init(&o.job.csv.row, KIS_BUF_UNBOUND);
	kis_buf_init(&o.job.csv.cell, KIS_BUF_UNBOUND);
	kis_buf_init(&o.job.csv.scratch, KIS_BUF_UNBOUND);
	rc = parse(&o, argc, argv, &err);
	if (rc == 0)
		rc = run(&o, &err);
	columns_release(&o.job.columns);
	kis_fields_release(&o.job.fields);
	csv_release(&o.job.csv);
	return kis_cli_finish(&o.cli, rc, &err);
}
