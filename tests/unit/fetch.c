/* Tests the functions of kis-fetch for options, queries, rows of a response,
 * and merged lists. */
#include "cmd/kis-fetch/daily.h"
#include "cmd/kis-fetch/merge.h"
#include "cmd/kis-fetch/options.h"
#include "cmd/kis-fetch/query.h"
#include "cmd/kis-fetch/rows.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "tests/unit/tap.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SERVER "https://host"
#define PATH   "/uapi/domestic-stock/v1/ranking/short-sale"
#define HEAD   SERVER PATH "?FID_COND_MRKT_DIV_CODE=J&FID_COND_SCR_DIV_CODE=20482"
#define BLANK  "&FID_APLY_RANG_VOL=&FID_TRGT_CLS_CODE=&FID_TRGT_EXLS_CLS_CODE="

static struct query query_of(
	const char *market, const char *period, const struct query_extra *extra)
{
	return (struct query){.kind = &query_ranking,
		.market = kis_market_find(market, strlen(market)),
		.period = kis_period_find(period, strlen(period)),
		.min_won = -1,
		.max_won = -1,
		.extra = extra};
}

static int parse(struct opts *o, const char *first, const char *second)
{
	char *argv[] = {(char *)"kis-fetch", (char *)"--dry-run", (char *)first,
		(char *)second, NULL};
	struct kis_err err = {0};

	optind = 0; /* restart getopt(); glibc does this if optind is 0 */
	return options_parse(o, 2 + (first != NULL) + (second != NULL), argv,
		       &err) < 0
		       ? err.code
		       : 0;
}

static void test_options(void)
{
	struct opts o;

	ok(parse(&o, NULL, NULL) == 0 && o.rate == 8 && o.retries == 4 &&
			o.max_time_s == 60 && o.min_won == -1 &&
			o.max_won == -1 && !o.complete,
		"options_parse: defaults are those of the manual");
	ok(o.markets.count == 1 &&
			strcmp(o.markets.item[0]->code, "0000") == 0 &&
			o.periods.count == 1 &&
			strcmp(o.periods.item[0]->name, "1d") == 0,
		"options_parse: default list is all stocks, one day");
	options_release(&o);
	ok(parse(&o, "--complete", NULL) == 0 && o.max_time_s == 600,
		"--complete: default --max-time is 600 s");
	options_release(&o);
	ok(parse(&o, "--complete", "--max-time=7") == 0 && o.max_time_s == 7,
		"--complete: an explicit --max-time is kept");
	options_release(&o);
	ok(parse(&o, "--max-price=1000000000", "--min-price=0") == 0 &&
			o.max_won == 1000000000 && o.min_won == 0,
		"--min-price, --max-price: accept 0 and 1,000,000,000 won");
	options_release(&o);
	ok(parse(&o, "--max-price=1000000001", NULL) == KIS_EX_USAGE,
		"--max-price: rejects more than 1,000,000,000 won");
	options_release(&o);
	ok(parse(&o, "--rate=100", "--rate=1") == 0 && o.rate == 1,
		"--rate: the last of two options applies");
	options_release(&o);
	ok(parse(&o, "-q", "-v") == 0 && o.cli.logger.level == 1,
		"-q -v: the last of the two applies");
	options_release(&o);
}

/* The parameters of each period are copied from KIS's documentation, not taken
 * from kis_periods (lib/market.c), which this function tests. */
static void test_periods(void)
{
	static const char *const periods[][2] = {
		{"1d", "D&FID_INPUT_CNT_1=0"},
		{"2d", "D&FID_INPUT_CNT_1=1"},
		{"3d", "D&FID_INPUT_CNT_1=2"},
		{"4d", "D&FID_INPUT_CNT_1=3"},
		{"1w", "D&FID_INPUT_CNT_1=4"},
		{"2w", "D&FID_INPUT_CNT_1=9"},
		{"3w", "D&FID_INPUT_CNT_1=14"},
		{"1m", "M&FID_INPUT_CNT_1=1"},
		{"2m", "M&FID_INPUT_CNT_1=2"},
		{"3m", "M&FID_INPUT_CNT_1=3"},
	};
	static const char *const markets[][2] = {{"all", "0000"},
		{"kospi", "0001"}, {"kosdaq", "1001"}, {"kospi200", "2001"},
		{"krx100", "4001"}, {"KOSDAQ150", "3003"}, {"1001", "1001"}};
	struct query_extra none = {.count = 0};

	for (size_t m = 0; m < sizeof(markets) / sizeof(*markets); m++)
		for (size_t p = 0; p < sizeof(periods) / sizeof(*periods);
			p++) {
			struct query q =
				query_of(markets[m][0], periods[p][0], &none);
			char *url = query_url(&q, SERVER);
			char wanted[400];

			snprintf(wanted, sizeof(wanted),
				HEAD "&FID_INPUT_ISCD=%s&FID_PERIOD_DIV_CODE="
				     "%s" BLANK "&FID_APLY_RANG_PRC_1="
				     "&FID_APLY_RANG_PRC_2=",
				markets[m][1], periods[p][1]);
			ok(strcmp(url, wanted) == 0,
				"query_url: market %s, period %s: %s",
				markets[m][0], periods[p][0], url);
			free(url);
		}
	ok(!kis_market_find("kospi20", 7) && !kis_market_find("kospi2000", 9) &&
			!kis_market_find("", 0) &&
			kis_market_find("kospi,x", 5),
		"kis_market_find: compares whole names, not prefixes");
}

static void test_extra(void)
{
	static const char *const wrong[] = {"", "=", "=x", "KEY", "\xFF=x"};
	struct query_extra extra = {.count = 0};
	struct query q = query_of("all", "1d", &extra);
	struct kis_err err;
	char *text;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ok(query_extra_add(&extra, wrong[i], &err) < 0 &&
				err.code == KIS_EX_USAGE,
			"query_extra_add: rejects '%s' as KEY=VALUE", wrong[i]);
	query_extra_add(&extra, "FID_INPUT_ISCD=0001", &err);
	query_extra_add(&extra, "FID_INPUT_ISCD=3003", &err);
	query_extra_add(&extra, "FID_INPUT_CNT_1=9", &err);
	query_extra_add(&extra, "new key=a=b&\n%#?+한", &err);
	text = query_url(&q, SERVER);
	ok(strstr(text, "&FID_INPUT_ISCD=3003&") && !strstr(text, "=0001"),
		"query_url: contains only the last value of a repeated key");
	ok(strstr(text, "&new%20key=a%3Db%26%0A%25%23%3F%2B%ED%95%9C") != NULL,
		"query_url: percent-encodes additional keys and values");
	free(text);
	text = query_market_code(&q);
	ok(strcmp(text, "3003") == 0,
		"query_market_code: returns the overridden market %s", text);
	free(text);
	text = query_period_name(&q);
	ok(strcmp(text, "2w") == 0,
		"query_period_name: returns the overridden period %s", text);
	free(text);
	query_extra_add(&extra, "FID_INPUT_CNT_1=7", &err);
	text = query_period_name(&q);
	ok(strcmp(text, "D7") == 0,
		"query_period_name: returns unit and count of a period without "
		"a name: %s",
		text);
	free(text);
	while (extra.count < QUERY_MAX_EXTRA)
		query_extra_add(&extra, "K=V", &err);
	ok(query_extra_add(&extra, "K=V", &err) < 0,
		"query_extra_add: rejects more than QUERY_MAX_EXTRA keys");
	query_extra_release(&extra);
}

static void test_prices(void)
{
	struct query_extra none = {.count = 0};
	struct query q = query_of("all", "1d", &none);
	char *url;

	q.min_won = 0;
	q.max_won = 1000000000;
	url = query_url(&q, SERVER);
	ok(strstr(url,
		   "&FID_APLY_RANG_PRC_1=0&FID_APLY_RANG_PRC_2=1000000000") !=
			NULL,
		"query_url: contains both price limits, including 0: %s", url);
	free(url);
}

/* Parses the text of a response. Returns its rows as a new array; the caller
 * frees it. If the response is invalid, returns NULL and sets *code to the exit
 * status. */
static json_t *take_answer(const char *text, int *code)
{
	struct kis_err err = {0};
	struct kis_buf body = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	json_t *value, *rows;

	kis_buf_add_str(&body, text);
	value = kis_json_parse_foreign(body.data, body.len, 65, &err);
	rows = value ? rows_parse(value, &body, &query_ranking, &err) : NULL;
	*code = err.code;
	json_decref(value);
	kis_buf_release(&body);
	return rows;
}

/* Like take_answer(), for a response whose field "output" has the given JSON
 * text as its value. */
static json_t *take(const char *output, int *code)
{
	char text[600];

	snprintf(text, sizeof(text),
		"\n{\"ctx\": {\"a\": [1, \"}]\"]},\n \"output\" : %s , "
		"\"rt_cd\":\"0\"}",
		output);
	return take_answer(text, code);
}

static void takes(const char *output, const char *wanted)
{
	int code;
	json_t *rows = take(output, &code);
	char *text = rows ? json_dumps(rows, JSON_COMPACT) : NULL;

	ok(text && strcmp(text, wanted) == 0, "rows_parse: %s gives %s", output,
		text ? text : "an error");
	free(text);
	json_decref(rows);
}

static void test_rows(void)
{
	static const char *const wrong[] = {"{}", "[1]", "[[]]",
		"[{\"mksc_shrn_iscd\":\" \"}]", "[{\"mksc_shrn_iscd\":1}]",
		"[{\"mksc_shrn_iscd\":\"A\",\"stck_prpr\":1}]",
		"[{\"mksc_shrn_iscd\":\"A\",\"avrg_prc\":null}]",
		"[{\"mksc_shrn_iscd\":\"A\",\"hts_kor_isnm\":{}}]",
		"[{\"mksc_shrn_iscd\":\"A\",\"rank\":\"1\"}]",
		"[{\"mksc_shrn_iscd\":\"A\",\"list\":\"top\"}]",
		"[{\"mksc_shrn_iscd\":\"A\",\"list_rows\":1}]",
		"[{\"mksc_shrn_iscd\":\"A\",\"filter\":\"\"}]",
		"[{\"x\":\"1\"}]", "[{\"mksc_shrn_iscd\":\"A\"},null]"};
	int code;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		json_t *rows = take(wrong[i], &code);

		ok(!rows && code == KIS_EX_PROTOCOL,
			"rows_parse: rejects %s with status 76", wrong[i]);
		json_decref(rows);
	}
	takes("[]", "[]");
	takes("null", "[]");
	takes("[{}]", "[]");
	takes("[{},{}]", "[]");
	takes("[{},{\"mksc_shrn_iscd\":\"A\"},{}]",
		"[{\"mksc_shrn_iscd\":\"A\"}]");
	/* unknown fields that are not strings are copied as JSON text, and
	 * their digits must not change */
	takes("[{\"a\":1.10,\"mksc_shrn_iscd\":\"A\",\"b\":null},"
	      "{\"mksc_shrn_iscd\":\"B\",\"c\":{ \"x\" : [1.0, \"a, b\"] },"
	      "\"d\":12345678901234567890123,\"e\":-0.50e+400,\"f\":true,"
	      "\"g\":[ ],\"h\":\"s\"}]",
		"[{\"a\":\"1.10\",\"mksc_shrn_iscd\":\"A\",\"b\":\"null\"},"
		"{\"mksc_shrn_iscd\":\"B\","
		"\"c\":\"{\\\"x\\\":[1.0,\\\"a, b\\\"]}\","
		"\"d\":\"12345678901234567890123\",\"e\":\"-0.50e+400\","
		"\"f\":\"true\",\"g\":\"[]\",\"h\":\"s\"}]");
	/* in recorded responses, all rows except the first have the dates "0";
	 * they must get the dates of the first row */
	takes("[{\"mksc_shrn_iscd\":\"A\",\"stnd_date1\":\"20240604\","
	      "\"stnd_date2\":\"20240625\",\"z\":\"\"},"
	      "{\"stnd_date2\":\"0\",\"mksc_shrn_iscd\":\"B\","
	      "\"stnd_date1\":\"0\"}]",
		"[{\"mksc_shrn_iscd\":\"A\",\"stnd_date1\":\"20240604\","
		"\"stnd_date2\":\"20240625\",\"z\":\"\"},"
		"{\"stnd_date2\":\"20240625\",\"mksc_shrn_iscd\":\"B\","
		"\"stnd_date1\":\"20240604\"}]");
	takes("[{\"mksc_shrn_iscd\":\"A\",\"stnd_date1\":\"20240604\"},"
	      "{\"mksc_shrn_iscd\":\"B\",\"stnd_date1\":\" 00\"},"
	      "{\"mksc_shrn_iscd\":\"C\",\"stnd_date1\":\"20240605\"}]",
		"[{\"mksc_shrn_iscd\":\"A\",\"stnd_date1\":\"20240604\"},"
		"{\"mksc_shrn_iscd\":\"B\",\"stnd_date1\":\"20240604\"},"
		"{\"mksc_shrn_iscd\":\"C\",\"stnd_date1\":\"20240605\"}]");
}

/* Tests responses without the field "output" and responses with rows in a
 * different field. */
static void test_no_output(void)
{
	static const char *const empty[] = {"{}", "{\"output1\":[]}",
		"{\"output1\":[{}]}", "{\"output1\":{\"a\":\"1\"}}",
		"{\"output\":[],\"output1\":[{\"a\":\"1\"}]}",
		"{\"output\":[{}],\"output2\":[{\"a\":\"1\"}]}",
		"{\"output1\":[1,\"a\",[]]}"};
	static const char *const changed[] = {"{\"output1\":[{\"a\":\"1\"}]}",
		"{\"output\":null,\"output2\":[{},{\"a\":\"1\"}]}",
		"{\"data\":[{\"mksc_shrn_iscd\":\"A\"}],\"rt_cd\":\"0\"}"};
	int code;

	for (size_t i = 0; i < sizeof(empty) / sizeof(*empty); i++) {
		json_t *rows = take_answer(empty[i], &code);

		ok(rows && json_array_size(rows) == 0,
			"rows_parse: %s gives an empty list", empty[i]);
		json_decref(rows);
	}
	for (size_t i = 0; i < sizeof(changed) / sizeof(*changed); i++)
		ok(!take_answer(changed[i], &code) && code == KIS_EX_PROTOCOL,
			"rows_parse: rejects rows outside output: %s",
			changed[i]);
}

static void filter_is(const char *wanted, long min_won, long max_won,
	const char *extra1, const char *extra2)
{
	struct query_extra extra = {.count = 0};
	struct query q = query_of("kospi", "1d", &extra);
	struct kis_err err;
	char *filter;

	if (extra1)
		query_extra_add(&extra, extra1, &err);
	if (extra2)
		query_extra_add(&extra, extra2, &err);
	q.min_won = min_won;
	q.max_won = max_won;
	filter = query_filter(&q);
	ok(strcmp(filter, wanted) == 0, "query_filter: returns '%s'", filter);
	free(filter);
	query_extra_release(&extra);
}

static void test_filter(void)
{
	filter_is("", -1, -1, NULL, NULL);
	filter_is("FID_APLY_RANG_PRC_1=1000", 1000, -1, NULL, NULL);
	filter_is("FID_APLY_RANG_PRC_1=1000&FID_APLY_RANG_PRC_2=5000", 1000,
		5000, NULL, NULL);
	filter_is("FID_APLY_RANG_PRC_2=5000", 0, 5000, NULL, NULL);
	filter_is("", -1, -1, "FID_INPUT_ISCD=1001", "FID_INPUT_CNT_1=4");
	filter_is("", -1, -1, "FID_TRGT_CLS_CODE=0", "FID_APLY_RANG_VOL=");
	filter_is("FID_COND_MRKT_DIV_CODE=NX&FID_TRGT_EXLS_CLS_CODE=0000001000",
		-1, -1, "FID_TRGT_EXLS_CLS_CODE=0000001000",
		"FID_COND_MRKT_DIV_CODE=NX");
	filter_is("FID_APLY_RANG_PRC_1=9&OTHER=a%20b", 7, -1,
		"FID_APLY_RANG_PRC_1=9", "OTHER=a b");
}

static void test_records(void)
{
	static const struct rows_context context = {
		"1001", "1d", "complete", "", "2026-11-20T18:40:03+09:00"};
	static const struct rows_context filtered = {
		"1001", "1d", "top", "K=1", "2026-11-20T18:40:03+09:00"};
	struct kis_buf out = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	struct kis_err err;
	int code;
	json_t *rows = take("[{\"b\":\"한&/\\\"\\n\",\"mksc_shrn_iscd\":\"A\"},"
			    "{\"mksc_shrn_iscd\":\"B\"}]",
		&code);

	rows_write(&out, rows, &context, &err);
	ok(strcmp(out.data,
		   "{\"market\":\"1001\",\"period\":\"1d\",\"rank\":\"1\","
		   "\"list\":\"complete\",\"list_rows\":\"2\","
		   "\"fetched_at\":\"2026-11-20T18:40:03+09:00\","
		   "\"b\":\"한&/\\\"\\n\",\"mksc_shrn_iscd\":\"A\"}\n"
		   "{\"market\":\"1001\",\"period\":\"1d\",\"rank\":\"2\","
		   "\"list\":\"complete\",\"list_rows\":\"2\","
		   "\"fetched_at\":\"2026-11-20T18:40:03+09:00\","
		   "\"mksc_shrn_iscd\":\"B\"}\n") == 0,
		"rows_write: writes the context, then the fields as received");
	kis_buf_reset(&out);
	rows_write(&out, rows, &filtered, &err);
	ok(strstr(out.data, "\"list\":\"top\",\"list_rows\":\"2\","
			    "\"filter\":\"K=1\",\"fetched_at\"") != NULL,
		"rows_write: adds the filter of a filtered list");
	json_decref(rows);
	kis_buf_release(&out);
}

static void test_numbers(void)
{
	static const struct {
		const char *text;
		long won;
	} cases[] = {{"71300", 71300}, {"  71300 ", 71300},
		{"0000071300", 71300}, {"+71300.0", 71300}, {"0", 0}, {"", -1},
		{"-", -1}, {"-5", -1}, {"1e30", -1}, {"NaN", -1},
		{"71,300", -1}};
	json_t *row = json_object();

	ok(rows_price(row) == -1,
		"rows_price: returns -1 for a row without a price");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		json_object_set_new(
			row, "stck_prpr", json_string(cases[i].text));
		ok(rows_price(row) == cases[i].won,
			"rows_price: '%s' is %ld won", cases[i].text,
			rows_price(row));
	}
	ok(isnan(rows_number(row, "none")),
		"rows_number: returns NaN for a missing field");
	json_decref(row);
}

static void test_merge(void)
{
	struct merge m;
	int code;
	json_t *first =
		take("[{\"mksc_shrn_iscd\":\"A\",\"ssts_cntg_qty\":\"5\","
		     "\"stck_prpr\":\"100\"},"
		     "{\"mksc_shrn_iscd\":\"C\",\"ssts_cntg_qty\":\"x\","
		     "\"stck_prpr\":\"200\"},"
		     "{\"mksc_shrn_iscd\":\"B\",\"ssts_cntg_qty\":\"5\","
		     "\"stck_prpr\":\"300\"}]",
			&code);
	json_t *second =
		take("[{\"mksc_shrn_iscd\":\"C\",\"ssts_cntg_qty\":\"+010\","
		     "\"stck_prpr\":\"201\"}]",
			&code);
	json_t *ranked, *row;
	char order[8] = "";
	struct kis_err err;
	size_t i;

	merge_init(&m);
	merge_add(&m, first, &err);
	ok(!m.price_moved,
		"merge_add: no price has moved after the first response");
	merge_add(&m, second, &err);
	ok(m.price_moved, "merge_add: detects a moved price");
	ok(m.responses == 2 && m.largest == 3,
		"merge_add: counts 2 responses, the larger with 3 rows");
	ok(merge_seen_since(&m, json_array_get(second, 0), 1) &&
			!merge_seen_since(&m, json_array_get(first, 0), 1) &&
			merge_seen_since(&m, json_array_get(first, 0), 0),
		"merge_seen_since: knows the last response that contained a "
		"stock");
	ok(merge_find(&m, json_array_get(first, 1)) ==
			json_array_get(second, 0),
		"merge_find: returns the newest row of a stock");
	ranked = merge_ranked(&m, 0, LONG_MAX);
	json_array_foreach(ranked, i, row)
	{
		strcat(order, rows_code(row));
	}
	ok(strcmp(order, "CAB") == 0,
		"merge_ranked: sorts by short volume, then by code: %s", order);
	json_decref(ranked);
	ranked = merge_ranked(&m, 100, 200);
	ok(json_array_size(ranked) == 1,
		"merge_ranked: omits rows outside the price range");
	json_decref(ranked);
	json_decref(first);
	json_decref(second);
	merge_release(&m);
}

static int add_dated(struct merge *m, const char *date, struct kis_err *err)
{
	json_t *rows = json_pack(
		"[{s:s, s:s}]", "mksc_shrn_iscd", "A", "stnd_date2", date);
	int rc = merge_add(m, rows, err);

	json_decref(rows);
	return rc;
}

static void test_dates(void)
{
	struct merge m;
	struct kis_err err = {0};
	json_t *none = json_array();

	merge_init(&m);
	ok(merge_add(&m, none, &err) == 0 &&
			add_dated(&m, "20240604", &err) == 0 &&
			add_dated(&m, "20240604", &err) == 0 &&
			merge_add(&m, none, &err) == 0,
		"merge_add: accepts responses of one base date and empty ones");
	ok(add_dated(&m, "20240605", &err) < 0 && err.code == KIS_EX_TEMP &&
			strstr(err.msg, "from 20240604 to 20240605"),
		"merge_add: another base date fails with status 75: %s",
		err.msg);
	json_decref(none);
	merge_release(&m);
}

/* The rows of a stock are kept in memory until the last response, so their size
 * is limited. */
static void test_daily_limit(void)
{
	enum { MEMO_BYTES = 3 << 20 };
	static const char *const dates[] = {"20261118", "20261119", "20261120"};
	struct daily_window window = {
		.from = "20261101", .to = "20261130", .today = "20261130"};
	struct stock stock = {.code = "005930"};
	struct ranking l = {.rows = json_array(), .date = -1};
	struct kis_log logger = {0};
	struct kis_buf out = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	struct kis_err err = {0};
	char *memo = kis_mem_new(MEMO_BYTES + 1, 1);
	size_t rows = 0;

	memset(memo, 'x', MEMO_BYTES);
	for (size_t i = 0; i < 2; i++)
		json_array_append_new(
			l.rows, json_pack("{s:s, s:s}", "stck_bsop_date",
					dates[i], "memo", memo));
	ok(daily_write(&l, &window, &stock, &logger, &out, &rows, &err) == 0 &&
			rows == 2,
		"daily_write: 6 MiB of rows are accepted");
	json_array_append_new(l.rows, json_pack("{s:s, s:s}", "stck_bsop_date",
					      dates[2], "memo", memo));
	ok(daily_write(&l, &window, &stock, &logger, &out, &rows, &err) < 0 &&
			err.code == KIS_EX_PROTOCOL,
		"daily_write: 9 MiB of rows are rejected: %s", err.msg);
	json_decref(l.rows);
	free(memo);
	kis_buf_release(&out);
}

int main(void)
{
	test_options();
	test_periods();
	test_extra();
	test_prices();
	test_rows();
	test_no_output();
	test_filter();
	test_records();
	test_numbers();
	test_merge();
	test_dates();
	test_daily_limit();
	return done();
}
