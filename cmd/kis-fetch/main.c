/*
 * kis-fetch reads an access token on standard input, fetches the short-sale
 * ranking (국내주식 공매도 상위종목, FHPST04820000) of markets and periods, or
 * the daily short sales of stocks (국내주식 공매도 일별추이, FHPST04830000),
 * from the KIS Open API, and prints the rows as NDJSON. If any request fails,
 * it prints nothing, and the exit status gives the reason. The manual is
 * kis-fetch.1.
 */
#include "cmd/kis-fetch/client.h"
#include "cmd/kis-fetch/complete.h"
#include "cmd/kis-fetch/options.h"
#include "cmd/kis-fetch/rows.h"
#include "cmd/kis-fetch/token.h"
#include "lib/mem.h"
#include "lib/output.h"
#include "lib/process.h"
#include "lib/tempfile.h"
#include "lib/clock.h"
#include "lib/locale.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Maximum number of bytes of records in memory. If there are more, the records
 * are moved to a temporary file. */
enum { MAX_TEXT = 4 << 20 };

/* The records fetched so far. They are printed when all requests have
 * succeeded. */
struct results {
	struct kis_buf text; /* owned; the newest records, which follow those in
				the file `spool` */
	int spool; /* descriptor of an unnamed temporary file with the older
		      records, or -1 */
	struct kis_buf blank; /* owned; names of the lists or stocks without
				 rows, for report_empty() */
	/* number of lists or stocks fetched so far, and number of those without
	 * rows */
	size_t lists, empty;
};

/* If the records in h->text are larger than MAX_TEXT, moves them to the
 * temporary file. Returns 0, or -1 and sets err. */
static int spool_text(struct results *h, struct kis_err *err)
{
	const char *folder = kis_tempfile_folder();
	int rc;

	if (h->text.len <= MAX_TEXT)
		return 0;
	if (h->spool < 0)
		h->spool = kis_tempfile_nameless(folder, err);
	if (h->spool < 0)
		return -1;
	rc = kis_tempfile_write(
		h->spool, h->text.data, h->text.len, folder, err);
	kis_buf_release(&h->text);
	return rc;
}

static int write_spool(
	const struct results *h, struct kis_output *out, struct kis_err *err)
{
	enum { BLOCK = 64 << 10 };
	off_t at = 0;

	while (h->spool >= 0) {
		char *to = kis_output_reserve(out, BLOCK, err);
		ssize_t n = to ? pread(h->spool, to, BLOCK, at) : -1;

		if (!to)
			return -1;
		if (n < 0)
			return kis_fail_errno(err, KIS_EX_IO,
				"cannot read temporary file in '%s'",
				kis_tempfile_folder());
		if (n == 0)
			break;
		kis_output_advance(out, (size_t)n);
		kis_output_record(out);
		at += n;
	}
	return kis_output_write(out, h->text.data, h->text.len, err);
}

static int write_records(struct results *h, const struct query *q,
	const struct ranking *l, struct kis_err *err)
{
	char fetched[KIS_CLOCK_TEXT];
	char *market = query_market_code(q);
	char *period = query_period_name(q);
	char *filter = query_filter(q);
	struct rows_context context = {
		market, period, l->kind, filter, fetched};
	int rc;

	kis_clock_format_iso(l->fetched, fetched);
	rc = rows_write(&h->text, l->rows, &context, err);
	free(market);
	free(period);
	free(filter);
	return rc;
}

/* Counts a fetched list or stock. If it has no rows, adds its title to
 * h->blank, which report_empty() prints. */
static void count_list(struct results *h, const char *title, size_t rows)
{
	h->lists++;
	if (rows == 0)
		kis_buf_printf(
			&h->blank, "%s%s", h->empty++ ? ", " : "", title);
}

static int add_ranking(const struct opts *o, struct results *h,
	const struct query *q, const struct ranking *l, struct kis_err *err)
{
	size_t rows = json_array_size(l->rows);
	char *title = query_title(q);

	count_list(h, title, rows);
	free(title);
	if (rows == 0)
		return 0;
	if (o->raw)
		return kis_buf_add(&h->text, l->raw.data, l->raw.len);
	return write_records(h, q, l, err);
}

static int fetch_list(const struct opts *o, struct client *c,
	const struct query *q, struct results *h, struct kis_err *err)
{
	size_t all = o->markets.count * o->periods.count;
	struct ranking l = {0};
	char *title = query_title(q);
	int rc;

	if (all > 1 && client_is_slow(c))
		kis_log_progress(
			&o->cli.logger, "%zu of %zu lists", h->lists, all);
	if (o->complete)
		rc = complete_ask(c, q, o->partial, &l, err);
	else
		rc = client_ask(c, q, o->raw, &l, err);
	if (rc == 0)
		rc = add_ranking(o, h, q, &l, err);
	else
		kis_fail_context(err, "%s", title);
	if (rc == 0)
		rc = spool_text(h, err);
	free(title);
	ranking_release(&l);
	return rc;
}

/* Calls work() for each period of each market, in the order of the command
 * line. Returns 0, or -1 as soon as a call fails. */
static int each_list(const struct opts *o,
	int (*work)(const struct opts *o, const struct query *q, void *arg,
		struct kis_err *err),
	void *arg, struct kis_err *err)
{
	for (size_t m = 0; m < o->markets.count; m++)
		for (size_t p = 0; p < o->periods.count; p++) {
			struct query q = {.kind = &query_ranking,
				.market = o->markets.item[m],
				.period = o->periods.item[p],
				.min_won = o->min_won,
				.max_won = o->max_won,
				.extra = &o->extra};

			if (work(o, &q, arg, err) < 0)
				return -1;
		}
	return 0;
}

struct fetching {
	struct client *client;
	struct results *results;
};

static int fetch_one(const struct opts *o, const struct query *q, void *arg,
	struct kis_err *err)
{
	struct fetching *f = arg;

	return fetch_list(o, f->client, q, f->results, err);
}

static int describe_one(const struct opts *o, const struct query *q, void *arg,
	struct kis_err *err)
{
	struct fetching *f = arg;

	(void)o;
	(void)err;
	client_print_request(&f->results->text, f->client->config, q);
	return 0;
}

/* Fails with 1 if no list or stock has rows. Warns if some have rows and others
 * do not. */
static int report_empty(
	const struct opts *o, const struct results *h, struct kis_err *err)
{
	const struct daily_window *w = &o->window;

	if (h->empty == h->lists && o->is_daily)
		return kis_fail(err, KIS_EX_EMPTY,
			"no rows for %s: no such stock, or no trading day from "
			"%s to %s",
			h->blank.data, w->from, w->to);
	if (h->empty == h->lists)
		return kis_fail(err, KIS_EX_EMPTY,
			"no rows for %s: the request succeeded, but every list "
			"is empty",
			h->blank.data);
	if (h->empty)
		kis_log_warn(&o->cli.logger, "no rows for %s", h->blank.data);
	return 0;
}

static int read_one(const struct opts *o, const struct query *q, void *arg,
	struct kis_err *err)
{
	struct results *h = arg;
	struct ranking l = {0};
	int rc = client_read_raw(o->from_raw, q,
		kis_clock_monotonic_ms() + o->max_time_s * 1000, &o->cli.logger,
		&l, err);

	if (rc == 0)
		rc = add_ranking(o, h, q, &l, err);
	ranking_release(&l);
	return rc;
}

/* The following functions fetch the daily short sales of stocks. */

struct fetching_stocks {
	const struct opts *o;
	struct client *client;
	struct daily_window window;
	size_t at; /* index of the current stock in o->stocks.list */
};

/* daily_fetch() calls this function before each request. Shows progress.
 * Without --max-time, moves the deadline, so that the remaining requests may
 * take twice their expected time from now, and at least 60 seconds. */
static void report_page(void *arg, const char *to)
{
	enum { LEAST_MS = 60000 };
	struct fetching_stocks *f = arg;
	struct daily_window left = f->window;
	long calls;
	int64_t ms;

	memcpy(left.to, to, sizeof(left.to));
	calls = daily_calls(&left) + (long)(f->o->stocks.count - f->at - 1) *
					     daily_calls(&f->window);
	ms = 2 * calls * f->client->rate.spacing_ms;
	if (!f->o->has_max_time)
		f->client->deadline_ms = kis_clock_monotonic_ms() +
					 (ms > LEAST_MS ? ms : LEAST_MS);
	if (client_is_slow(f->client))
		kis_log_progress(&f->o->cli.logger,
			"%zu of %zu stocks, %.4s-%.2s", f->at + 1,
			f->o->stocks.count, to, to + 4);
}

static int fetch_raw_page(struct fetching_stocks *f, struct results *h,
	const struct stock *stock, struct kis_err *err)
{
	struct query q = daily_query(
		&f->window, stock->code, f->window.to, &f->o->extra);
	struct ranking l = {0};
	int rc = client_ask(f->client, &q, 1, &l, err);

	if (rc == 0)
		count_list(h, stock->code, json_array_size(l.rows));
	if (rc == 0 && json_array_size(l.rows) > 0)
		kis_buf_add(&h->text, l.raw.data, l.raw.len);
	ranking_release(&l);
	return rc;
}

static int fetch_stocks(const struct opts *o, struct client *c,
	struct results *h, struct kis_err *err)
{
	struct fetching_stocks f = {.o = o, .client = c, .window = o->window};
	int rc = 0;

	for (; rc == 0 && f.at < o->stocks.count; f.at++) {
		const struct stock *stock = &o->stocks.list[f.at];
		size_t rows = 0;

		if (o->raw) {
			rc = fetch_raw_page(&f, h, stock, err);
		} else {
			rc = daily_fetch(c, &f.window, stock, &o->extra,
				report_page, &f, &h->text, &rows, err);
			if (rc == 0) {
				count_list(h, stock->code, rows);
				rc = spool_text(h, err);
			}
		}
		if (rc < 0)
			kis_fail_context(err, "%s", stock->code);
	}
	kis_log_progress_end();
	return rc;
}

static int read_stock(
	const struct opts *o, struct results *h, struct kis_err *err)
{
	const struct stock *stock = &o->stocks.list[0];
	struct daily_window window = o->window;
	struct ranking l = {0};
	size_t rows = 0;
	struct query q =
		daily_query(&window, stock->code, window.to, &o->extra);
	int rc = client_read_raw(o->from_raw, &q,
		kis_clock_monotonic_ms() + o->max_time_s * 1000, &o->cli.logger,
		&l, err);

	if (rc == 0)
		rc = daily_write(&l, &window, stock, &o->cli.logger, &h->text,
			&rows, err);
	if (rc == 0)
		count_list(h, stock->code, rows);
	ranking_release(&l);
	return rc;
}

static void describe_stocks(const struct opts *o,
	const struct kis_config *config, struct kis_buf *out)
{
	for (size_t i = 0; i < o->stocks.count; i++) {
		struct query q = daily_query(&o->window, o->stocks.list[i].code,
			o->window.to, &o->extra);

		client_print_request(out, config, &q);
	}
}

/* The following functions serve both the ranking and the daily short sales. */

static int fetch_all(const struct opts *o, const struct kis_config *config,
	const char *token, struct results *h, struct kis_err *err)
{
	struct client client = {.retries = o->retries,
		.deadline_ms = kis_clock_monotonic_ms() + o->max_time_s * 1000};
	struct fetching f = {&client, h};
	/* A message may quote a row, and the server may repeat a secret even in
	 * a row, so all messages are redacted. */
	const char *secrets[] = {token, config->appkey, config->appsecret,
		config->personalseckey, NULL};
	struct kis_log logger = {.program = o->cli.logger.program,
		.level = o->cli.logger.level,
		.secrets = secrets};
	int rc = client_open(&client, config, token, o->rate, &logger, err);

	if (rc == 0)
		rc = o->is_daily ? fetch_stocks(o, &client, h, err)
				 : each_list(o, fetch_one, &f, err);
	kis_log_info(&o->cli.logger,
		client.calls == 1 ? N_("%ld request") : N_("%ld requests"),
		client.calls);
	client_close(&client);
	if (rc < 0)
		kis_log_redact(&logger, err);
	return rc;
}

/* Adds the records of all lists or stocks to h. With --dry-run, adds the
 * requests as text instead. With --from-raw, loads neither credentials nor a
 * token, because no request is sent. Returns 0, or -1 and sets err. */
static int fetch_records(
	const struct opts *o, struct results *h, struct kis_err *err)
{
	struct kis_config config = {0};
	char *token = NULL;
	int rc;

	if (o->from_raw)
		return o->is_daily ? read_stock(o, h, err)
				   : each_list(o, read_one, h, err);
	rc = kis_config_load(&config, o->profile, err);

	if (rc == 0 && o->dry_run) {
		struct client shown = {.config = &config};
		struct fetching f = {&shown, h};

		if (o->is_daily)
			describe_stocks(o, &config, &h->text);
		else
			rc = each_list(o, describe_one, &f, err);
	} else if (rc == 0) {
		token = token_read(o->token_file,
			kis_clock_monotonic_ms() + o->max_time_s * 1000,
			&o->cli.logger, err);
		rc = token ? kis_config_load_secret(&config, err) : -1;
		if (rc == 0)
			rc = fetch_all(o, &config, token, h, err);
	}
	kis_mem_free_secret(token);
	kis_config_release(&config);
	return rc;
}

static int run(const struct opts *o, struct kis_err *err)
{
	struct results h = {.spool = -1,
		.text = KIS_BUF_INIT(KIS_BUF_UNBOUND),
		.blank = KIS_BUF_INIT(KIS_BUF_UNBOUND)};
	struct kis_output out = KIS_OUTPUT_INIT;
	int64_t deadline_ms = kis_clock_monotonic_ms() + o->max_time_s * 1000;
	/* Open the output first, so that a mistyped path fails immediately and
	 * not after minutes of requests. */
	int rc =
		kis_output_open_until(&out, o->cli.output, 0, deadline_ms, err);

	if (rc == 0)
		kis_output_tame(&out,
			o->raw || o->dry_run ? KIS_TEXT_TAME_TEXT
					     : KIS_TEXT_TAME_JSON,
			"\n");
	if (rc == 0)
		rc = fetch_records(o, &h, err);
	if (rc == 0 && !o->dry_run)
		rc = report_empty(o, &h, err);
	if (rc == 0)
		rc = write_spool(&h, &out, err);
	if (rc == 0)
		rc = kis_output_commit(&out, err);
	kis_output_release(&out);
	if (h.spool >= 0)
		close(h.spool);
	kis_buf_release(&h.text);
	kis_buf_release(&h.blank);
	return rc;
}

int main(int argc, char **argv)
{
	struct opts o;
	struct kis_err err = {0};
	int rc;

	kis_process_start();
	rc = options_parse(&o, argc, argv, &err);
	if (rc == 0 && o.stocks_file)
		rc = stocks_read(&o.stocks, o.stocks_file,
			kis_clock_monotonic_ms() + o.max_time_s * 1000, &err);
	if (rc == 0)
		rc = run(&o, &err);
	options_release(&o);
	return kis_cli_finish(&o.cli, rc, &err);
}
