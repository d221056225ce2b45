#include "cmd/kis-fetch/options.h"

#include "lib/clock.h"
#include "lib/input_files.h"
#include "lib/locale.h"

#include <string.h>

/* clang-format off */
static const char usage[] =
N_(
"usage: kis-fetch [-hqVv] [-m MARKETS] [-d PERIODS] [-o FILE] [-p NAME]\n"
"                 [-s CODES] [--stocks FILE] [--from DATE] [--to DATE]\n"
"                 [--min-price WON] [--max-price WON] [--query KEY=VALUE]\n"
"                 [--complete [--partial] | --raw | --from-raw FILE]\n"
"                 [--token-file FILE]\n"
"                 [--rate N] [--retries N] [--max-time SECONDS]\n"
"                 [--dry-run]\n"
"\n"
"Read an access token from standard input and print the KIS short-sale ranking,\n"
"or the daily short sales of stocks, as NDJSON, one record per line. If any\n"
"request fails, nothing is printed.\n"
"\n"
"  kis-token | kis-fetch -m kosdaq | kis-toxlsx > r.xlsx\n"
"  kis-token | kis-fetch -m kospi,kosdaq -d 1d,1w | kis-tocsv > r.csv\n"
"  kis-token | kis-fetch -s 005930 --from 20250101 | kis-toxlsx > s.xlsx\n"
"\n"
"Ranking\n"
"  -m, --market LIST    markets: all kospi kosdaq kospi200 krx100 kosdaq150,\n"
"                       or KIS codes 0000 0001 1001 2001 4001 3003; 1001 is\n"
"                       KOSDAQ (default all: one list of all stocks)\n"
"  -d, --period LIST    periods: 1d 2d 3d 4d 1w 2w 3w 1m 2m 3m (default 1d)\n"
"      --min-price WON  only stocks priced at WON or more\n"
"      --max-price WON  only stocks priced at WON or less\n"
"      --complete       fetch the complete list, not only the top 30\n"
"      --partial        with --complete, warn instead of failing if 30 or\n"
"                       more stocks have the same price\n"
"Daily short sales of stocks\n"
"  -s, --stock CODES    stock codes, such as 005930,0013E0 (at most 250)\n"
"      --stocks FILE    read the codes from FILE: one per line, or records\n"
"      --from DATE      first day, YYYYMMDD (default 20 weeks before --to)\n"
"      --to DATE        last day (default today in Korea)\n"
"Query\n"
"      --query KEY=VALUE  set a query parameter of the API\n"
"      --raw            print the response body unchanged (one list or stock)\n"
"      --from-raw FILE  convert a response written by --raw; no network\n"
"Connection\n"
"      --token-file FILE  read the token from FILE, not from standard input\n"
"  -p, --profile NAME   use profile NAME of the credentials file\n"
"      --rate N         send at most N requests per second (default 8)\n"
"      --retries N      retry transient errors up to N times (default 4)\n"
"      --max-time SECONDS  give up after SECONDS (default 60; --complete 600;\n"
"                       stocks: twice the expected time, at least 60)\n"
"      --dry-run        print the requests without sending them; needs\n"
"                       credentials\n"
"Output\n"
"  -o, --output FILE    write to FILE, atomically\n"
"  -q, --quiet          print errors only\n"
"  -v, --verbose        print progress and warnings about the data\n"
"  -h, --help           show this help\n"
"  -V, --version        show the version\n"
"\n"
"Exit status: 0 success, 1 no data, 64 usage error, 65 invalid input, 66 no\n"
"input, 69 request rejected, 71 system error, 73 or 74 output error, 75 retry\n"
"later, 76 unexpected response, 77 authentication failed, 78 configuration\n"
"error.\n"
"See also: man kis-fetch, man kis.\n");
/* clang-format on */

enum {
	OPT_STOCKS = 256,
	OPT_FROM,
	OPT_TO,
	OPT_MIN_PRICE,
	OPT_MAX_PRICE,
	OPT_QUERY,
	OPT_COMPLETE,
	OPT_PARTIAL,
	OPT_RAW,
	OPT_FROM_RAW,
	OPT_TOKEN_FILE,
	OPT_RATE,
	OPT_RETRIES,
	OPT_MAX_TIME,
	OPT_DRY_RUN,
};

static const struct option longs[] = {
	KIS_CLI_LONG,
	{"market", required_argument, NULL, 'm'},
	{"period", required_argument, NULL, 'd'},
	{"profile", required_argument, NULL, 'p'},
	{"stock", required_argument, NULL, 's'},
	{"stocks", required_argument, NULL, OPT_STOCKS},
	{"from", required_argument, NULL, OPT_FROM},
	{"to", required_argument, NULL, OPT_TO},
	{"min-price", required_argument, NULL, OPT_MIN_PRICE},
	{"max-price", required_argument, NULL, OPT_MAX_PRICE},
	{"query", required_argument, NULL, OPT_QUERY},
	{"complete", no_argument, NULL, OPT_COMPLETE},
	{"partial", no_argument, NULL, OPT_PARTIAL},
	{"raw", no_argument, NULL, OPT_RAW},
	{"from-raw", required_argument, NULL, OPT_FROM_RAW},
	{"token-file", required_argument, NULL, OPT_TOKEN_FILE},
	{"rate", required_argument, NULL, OPT_RATE},
	{"retries", required_argument, NULL, OPT_RETRIES},
	{"max-time", required_argument, NULL, OPT_MAX_TIME},
	{"dry-run", no_argument, NULL, OPT_DRY_RUN},
	{NULL, 0, NULL, 0},
};

/* Sets err (64) for an unknown market or period and always returns -1. The
 * message lists each valid name with its code and its Korean name, because a
 * user may know only one of the three. */
static int unknown_name(int is_market, const char *name, size_t n,
	void (*list)(struct kis_buf *out), struct kis_err *err)
{
	struct kis_buf known = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	list(&known);
	kis_cli_usage_error(err,
		is_market ? N_("unknown market '%.*s'; choose from: %s")
			  : N_("unknown period '%.*s'; choose from: %s"),
		(int)n, name, known.data);
	kis_buf_release(&known);
	return -1;
}

static int add_market(
	struct opts *o, const char *name, size_t n, struct kis_err *err)
{
	const struct kis_market *market = kis_market_find(name, n);

	if (!market)
		return unknown_name(1, name, n, kis_market_list, err);
	for (size_t i = 0; i < o->markets.count; i++)
		if (o->markets.item[i] == market)
			return 0;
	o->markets.item[o->markets.count++] = market;
	return 0;
}

static int add_period(
	struct opts *o, const char *name, size_t n, struct kis_err *err)
{
	const struct kis_period *period = kis_period_find(name, n);

	if (!period)
		return unknown_name(0, name, n, kis_period_list, err);
	for (size_t i = 0; i < o->periods.count; i++)
		if (o->periods.item[i] == period)
			return 0;
	o->periods.item[o->periods.count++] = period;
	return 0;
}

static int add_stock(
	struct opts *o, const char *code, size_t n, struct kis_err *err)
{
	o->is_daily = 1;
	return stocks_add(&o->stocks, code, n, err);
}

static int read_date(struct opts *o, const char *name, char to[KIS_CLOCK_TEXT],
	struct kis_err *err)
{
	time_t day;

	if (kis_clock_parse_day(optarg, &day) < 0)
		return kis_cli_usage_error(err,
			"invalid date '%s' for %s: expected a calendar date as "
			"YYYYMMDD or YYYY-MM-DD",
			optarg, name);
	o->has_window = 1;
	kis_clock_day_kst(day, to);
	return 0;
}

static int each_word(struct opts *o, const char *list,
	int (*add)(struct opts *o, const char *p, size_t n, struct kis_err *e),
	struct kis_err *err)
{
	for (;;) {
		size_t n = strcspn(list, ",");

		if (add(o, list, n, err) < 0)
			return -1;
		if (list[n] == '\0')
			return 0;
		list += n + 1;
	}
}

/* Parses an option whose value is a number, or an option that all programs of
 * the suite have. */
static int parse_number(struct opts *o, int opt, struct kis_err *err)
{
	const struct {
		int opt;
		const char *name;
		long low, high;
		long *to;
	} numbers[] = {
		{OPT_MIN_PRICE, "--min-price", 0, 1000000000, &o->min_won},
		{OPT_MAX_PRICE, "--max-price", 0, 1000000000, &o->max_won},
		{OPT_RATE, "--rate", 1, 100, &o->rate},
		{OPT_RETRIES, "--retries", 0, 1000, &o->retries},
		{OPT_MAX_TIME, "--max-time", 1, 86400, &o->max_time_s},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (numbers[i].opt == opt)
			return kis_cli_number(numbers[i].name, optarg,
				numbers[i].low, numbers[i].high, numbers[i].to,
				err);
	kis_cli_option(&o->cli, opt);
	return 0;
}

static int parse_option(struct opts *o, int opt, struct kis_err *err)
{
	switch (opt) {
	case 'm':
		return each_word(o, optarg, add_market, err);
	case 'd':
		return each_word(o, optarg, add_period, err);
	case 's':
		return each_word(o, optarg, add_stock, err);
	case OPT_STOCKS:
		if (o->stocks_file)
			return kis_cli_usage_error(err,
				"--stocks can be given only "
				"once; join the files");
		o->is_daily = 1;
		o->stocks_file = optarg;
		return 0;
	case OPT_FROM:
		return read_date(o, "--from", o->window.from, err);
	case OPT_TO:
		o->has_to = 1;
		return read_date(o, "--to", o->window.to, err);
	case OPT_QUERY:
		return query_extra_add(&o->extra, optarg, err);
	case 'p':
		o->profile = optarg;
		return 0;
	case OPT_TOKEN_FILE:
		o->token_file = optarg;
		return 0;
	case OPT_COMPLETE:
		o->complete = 1;
		return 0;
	case OPT_PARTIAL:
		o->partial = 1;
		return 0;
	case OPT_RAW:
		o->raw = 1;
		return 0;
	case OPT_FROM_RAW:
		o->from_raw = optarg;
		return 0;
	case OPT_DRY_RUN:
		o->dry_run = 1;
		return 0;
	default:
		return parse_number(o, opt, err);
	}
}

static int check_price_keys(const struct opts *o, struct kis_err *err)
{
	if (o->complete &&
		(query_extra_has(&o->extra, "FID_APLY_RANG_PRC_1") ||
			query_extra_has(&o->extra, "FID_APLY_RANG_PRC_2")))
		return kis_cli_usage_error(err,
			"--complete cannot be combined with --query "
			"FID_APLY_RANG_PRC_1 or FID_APLY_RANG_PRC_2; use "
			"--min-price and --max-price");
	if (o->min_won >= 0 && o->max_won >= 0 && o->min_won > o->max_won)
		return kis_cli_usage_error(
			err, "--min-price is above --max-price");
	return 0;
}

/* Fails with 64 if --query replaces a parameter that differs between the
 * requested lists, because all requests would then fetch the same list. */
static int check_list_keys(const struct opts *o, struct kis_err *err)
{
	if (o->markets.count > 1 &&
		query_extra_has(&o->extra, "FID_INPUT_ISCD"))
		return kis_cli_usage_error(err,
			"--query FID_INPUT_ISCD cannot be "
			"combined with more than one market");
	if (o->periods.count > 1 &&
		(query_extra_has(&o->extra, "FID_PERIOD_DIV_CODE") ||
			query_extra_has(&o->extra, "FID_INPUT_CNT_1")))
		return kis_cli_usage_error(err,
			"--query with a parameter that selects the period "
			"cannot be "
			"combined with more than one period");
	return 0;
}

/* Fails with 64 if --from or --to is given without --stock or --stocks. With
 * --stock or --stocks, fails with 64 if an option of the ranking is given, if
 * --query replaces the stock or the dates, if --from is after --to, if --raw or
 * --from-raw is given without exactly one --stock, or if both the stocks and
 * the token would be read from standard input. */
static int check_daily(const struct opts *o, struct kis_err *err)
{
	if (!o->is_daily)
		return o->has_window
			       ? kis_cli_usage_error(err,
					 "--from and --to require --stock or "
					 "--stocks; the ranking has only the "
					 "newest base date")
			       : 0;
	if (o->markets.count || o->periods.count || o->complete ||
		o->min_won >= 0 || o->max_won >= 0)
		return kis_cli_usage_error(err,
			"--stock and --stocks cannot be combined with "
			"--market, --period, --complete, --min-price or "
			"--max-price");
	if (query_extra_has(&o->extra, "FID_INPUT_ISCD") ||
		query_extra_has(&o->extra, "FID_INPUT_DATE_1") ||
		query_extra_has(&o->extra, "FID_INPUT_DATE_2"))
		return kis_cli_usage_error(err,
			"--query cannot replace the stock or the dates; use "
			"--stock, --from and --to");
	if (strcmp(o->window.from, o->window.to) > 0)
		return kis_cli_usage_error(err, "--from %s is after --to %s%s",
			o->window.from, o->window.to,
			o->has_to ? "" : _(", which is today in Korea"));
	if ((o->raw || o->from_raw) && (o->stocks_file || o->stocks.count != 1))
		return kis_cli_usage_error(err,
			"%s requires exactly one --stock",
			o->raw ? "--raw" : "--from-raw");
	if (o->stocks_file && strcmp(o->stocks_file, "-") == 0 &&
		(!o->token_file || strcmp(o->token_file, "-") == 0) &&
		!o->dry_run)
		return kis_cli_usage_error(err,
			"--stocks - requires --token-file: standard input "
			"cannot contain both the stocks and the token");
	return 0;
}

/* Sets the first and the last day if the user did not give them. The default of
 * --to is today in Korea. The default of --from is 20 weeks before --to, or 20
 * weeks before today if --to is in the future. With --from-raw, the default of
 * --from is 1 January 1970, so that all rows of the response are accepted. */
static void set_window(struct opts *o)
{
	enum { WEEKS_20_S = 20 * 7 * 86400 };
	time_t to = 0, now = time(NULL);

	if (!*o->window.to)
		kis_clock_day_kst(now, o->window.to);
	kis_clock_parse_day(o->window.to, &to);
	to = to < now ? to : now;
	if (!*o->window.from)
		kis_clock_day_kst(
			o->from_raw ? 0 : to - WEEKS_20_S, o->window.from);
}

/* Fails with 64 if --from-raw, which sends no request, is combined with an
 * option for requests, if more than one list is requested, or if the response
 * would be read from a terminal. */
static int check_from_raw(const struct opts *o, struct kis_err *err)
{
	if (o->raw || o->complete || o->dry_run || o->token_file)
		return kis_cli_usage_error(err,
			"--from-raw cannot be combined with --raw, --complete, "
			"--dry-run or --token-file");
	if (!o->is_daily && o->markets.count * o->periods.count != 1)
		return kis_cli_usage_error(err,
			"--from-raw requires exactly one "
			"market and one period");
	if (kis_input_is_output(o->from_raw, o->cli.output, err))
		return -1;
	if (strcmp(o->from_raw, "-") == 0)
		return kis_cli_require_pipe(
			"kis-fetch --from-raw - <FILE", err);
	return 0;
}

static int check(const struct opts *o, struct kis_err *err)
{
	const char *token = o->token_file ? o->token_file : "-";

	if (o->stocks_file &&
		kis_input_is_output(o->stocks_file, o->cli.output, err))
		return -1;
	if (o->raw && o->complete)
		return kis_cli_usage_error(
			err, "--raw and --complete are mutually exclusive");
	if (o->raw && !o->is_daily && o->markets.count * o->periods.count != 1)
		return kis_cli_usage_error(err,
			"--raw requires exactly one market and one period");
	if (o->partial && !o->complete)
		return kis_cli_usage_error(
			err, "--partial requires --complete");
	if (o->profile && !*o->profile)
		return kis_cli_usage_error(err, "profile name is empty");
	if (check_price_keys(o, err) < 0 || check_list_keys(o, err) < 0)
		return -1;
	if (o->from_raw)
		return check_from_raw(o, err);
	/* A dry run does not read the token. */
	if (o->dry_run && strcmp(token, "-") == 0)
		return 0;
	if (kis_input_is_output(token, o->cli.output, err))
		return -1;
	if (strcmp(token, "-") != 0)
		return 0;
	return kis_cli_require_pipe("kis-token | kis-fetch …", err);
}

int options_parse(struct opts *o, int argc, char **argv, struct kis_err *err)
{
	int opt;

	*o = (struct opts){
		.cli = {.logger = {.program = "kis-fetch"}, .usage = usage},
		.min_won = -1,
		.max_won = -1,
		.rate = 8,
		.retries = 4};
	while ((opt = kis_cli_getopt(&o->cli, argc, argv,
			KIS_CLI_SHORT "m:d:p:s:", longs)) != -1)
		if (parse_option(o, opt, err) < 0)
			return -1;
	if (optind < argc)
		return kis_cli_usage_error(
			err, "unexpected argument '%s'", argv[optind]);
	set_window(o);
	if (check_daily(o, err) < 0)
		return -1;
	if (o->markets.count == 0)
		o->markets.item[o->markets.count++] = &kis_markets[0];
	if (o->periods.count == 0)
		o->periods.item[o->periods.count++] = &kis_periods[0];
	o->has_max_time = o->max_time_s > 0;
	if (!o->has_max_time)
		o->max_time_s = o->complete ? 600 : 60;
	return check(o, err);
}

void options_release(struct opts *o)
{
	query_extra_release(&o->extra);
	stocks_release(&o->stocks);
}
