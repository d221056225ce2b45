#include "cmd/kis-fetch/complete.h"
#include "cmd/kis-fetch/merge.h"
#include "cmd/kis-fetch/rows.h"
#include "lib/mem.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	ROW_LIMIT = 30, /* documented maximum number of rows in a response;
			   is_full() allows for a higher maximum, because
			   another KIS ranking returned 100 rows */
	NO_LIMIT_BELOW = 0,
};

#define NO_LIMIT_ABOVE LONG_MAX

struct price_range {
	long low, high; /* bounds in won, both inclusive */
};

struct complete_run {
	struct client *client;
	const struct query *query;
	struct merge list;
	int partial;
	struct price_range wanted;
	json_t *truncated_prices; /* owned; the set of prices at which the list
				     is truncated. It prevents a second warning
				     about the same price. */
	int low_kept; /* 1 if a response had a row at the low bound of its price
			 range, so the server includes low bounds */
	int high_kept; /* 1 if a response had a row at the high bound of its
			  price range, so the server includes high bounds */
	time_t fetched;
};

static int check_rows(struct complete_run *g, const struct price_range *b,
	const json_t *rows, struct kis_err *err)
{
	json_t *row;
	size_t i;

	json_array_foreach((json_t *)rows, i, row)
	{
		long won = rows_price(row);

		if (won < 0)
			return kis_fail(err, KIS_EX_PROTOCOL,
				"stock %s has no price (stck_prpr), so "
				"--complete cannot work",
				rows_code(row));
		if (won < b->low || won > b->high)
			return kis_fail(err, KIS_EX_PROTOCOL,
				"the server ignores price limits: stock %s at "
				"%ld won is outside the requested range, so "
				"--complete cannot work",
				rows_code(row), won);
		g->low_kept |= won == b->low;
		g->high_kept |= won == b->high;
	}
	return 0;
}

static void show_progress(const struct complete_run *g)
{
	if (client_is_slow(g->client))
		kis_log_progress(g->client->logger,
			"%s %s: stocks: %zu, requests: %ld",
			g->query->market->name, g->query->period->name,
			json_object_size(g->list.rows), g->list.responses);
}

/* Fetches the rows of one price range and merges them into g->list. Returns a
 * new reference to these rows, which the caller releases with json_decref(), or
 * NULL and sets err. */
static json_t *ask(struct complete_run *g, const struct price_range *b,
	struct kis_err *err)
{
	struct query q = *g->query;
	struct ranking l = {0};
	json_t *rows = NULL;
	int rc;

	q.min_won = b->low == NO_LIMIT_BELOW ? -1 : b->low;
	q.max_won = b->high == NO_LIMIT_ABOVE ? -1 : b->high;
	rc = client_ask(g->client, &q, 0, &l, err);
	if (rc == 0)
		rc = check_rows(g, b, l.rows, err);
	if (rc == 0)
		rc = merge_add(&g->list, l.rows, err);
	if (rc == 0) {
		show_progress(g);
		g->fetched = l.fetched;
		rows = json_incref(l.rows);
	}
	ranking_release(&l);
	return rows;
}

static int is_full(const struct complete_run *g, const json_t *rows)
{
	size_t n = json_array_size(rows);

	return n >= ROW_LIMIT && n >= g->list.largest;
}

/* Returns 1 if the list is known to be truncated at the price `won`. Without
 * --partial, always returns 0, because the run fails at the first truncated
 * price. */
static int is_truncated_price(const struct complete_run *g, long won)
{
	char key[24];

	snprintf(key, sizeof(key), "%ld", won);
	return json_object_get(g->truncated_prices, key) != NULL;
}

static int report_truncated_price(
	struct complete_run *g, long won, size_t shown, struct kis_err *err)
{
	char key[24];

	if (won < g->wanted.low || won > g->wanted.high)
		return 0; /* Do not report the price `won`: it was fetched only
			     because around() widens the range. */
	if (!g->partial)
		return kis_fail(err, KIS_EX_REFUSED,
			"list may be truncated: at least %zu stocks are priced "
			"at %ld won, and the server returns at most that many; "
			"use --partial to accept it",
			shown, won);
	if (is_truncated_price(g, won))
		return 0;
	snprintf(key, sizeof(key), "%ld", won);
	json_object_set_new(g->truncated_prices, key, json_true());
	kis_log_warn(g->client->logger,
		"list may be truncated: at least %zu stocks are priced at %ld "
		"won, and the server returns at most that many",
		shown, won);
	return 0;
}

static int compare_longs(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

static long median_price(const json_t *rows)
{
	size_t n = json_array_size(rows);
	long *won = kis_mem_new(n, sizeof(*won));
	long median;

	for (size_t i = 0; i < n; i++)
		won[i] = rows_price(json_array_get(rows, i));
	qsort(won, n, sizeof(*won), compare_longs);
	median = won[n / 2];
	free(won);
	return median;
}

/* Splits the price range b into two smaller ranges. Both ranges include the
 * price "at", or, if that price is a bound of b, the next price inside b. If b
 * has only two prices, each range has one of them. */
static void split(
	const struct price_range *b, long at, struct price_range part[2])
{
	part[0] = part[1] = *b;
	if (b->high == b->low + 1) {
		part[0].high = b->low;
		part[1].low = b->high;
		return;
	}
	if (at <= b->low)
		at = b->low + 1;
	if (at >= b->high)
		at = b->high - 1;
	part[0].high = part[1].low = at;
}

/* Decides why later responses lack a row. Sets *moved to 1 if the price of the
 * row's stock changed while the list was fetched; the row is then kept as
 * received. Sets *moved to 0 if the server omitted the row. A price change is
 * assumed in two cases: the responses showed that the server includes both
 * bounds of a range and that the price of some stock changed; or a new request
 * finds the stock at a different price within 5%. The argument "answer" is the
 * number of the response with the row. Returns 0, or -1 and sets err. */
static int price_changed(struct complete_run *g, const json_t *row, long answer,
	int *moved, struct kis_err *err)
{
	long won = rows_price(row);
	struct price_range near = {won - won / 20, won + won / 20};
	json_t *rows;

	*moved = g->low_kept && g->high_kept && g->list.price_moved;
	if (*moved)
		return 0;
	rows = ask(g, &near, err);
	if (!rows)
		return -1;
	json_decref(rows);
	/* If the new response contains the stock at its old price, the price
	 * did not change, so the server had omitted the stock. */
	*moved = merge_seen_since(&g->list, row, answer) &&
		 rows_price(merge_find(&g->list, row)) != won;
	return 0;
}

/* Called for a row that was in the response for a price range, but not in the
 * responses for the two halves of the range. The argument "answer" is the
 * number of the response for the whole range. Fetches the stocks at the row's
 * price. Returns 0 if the row is found or if its price changed. If that price
 * has more stocks than the server returns, returns 0 if --partial is given or
 * the price was not requested. Otherwise returns -1 and sets err (69 or 76, or
 * like client_ask()). */
static int recheck_row(struct complete_run *g, const json_t *row, long answer,
	struct kis_err *err)
{
	long won = rows_price(row);
	struct price_range own = {won, won};
	json_t *rows;
	size_t shown;
	int full, moved;

	if (is_truncated_price(g, won))
		return 0;
	rows = ask(g, &own, err);
	if (!rows)
		return -1;
	full = is_full(g, rows);
	shown = json_array_size(rows);
	json_decref(rows);
	if (merge_seen_since(&g->list, row, answer))
		return 0;
	if (full)
		return report_truncated_price(g, won, shown, err);
	if (price_changed(g, row, answer, &moved, err) < 0)
		return -1;
	if (moved)
		return 0;
	return kis_fail(err, KIS_EX_PROTOCOL,
		"the server omits rows at the ends of price ranges: stock %s "
		"at %ld won is "
		"in a price range but in neither half of it, so --complete "
		"cannot work",
		rows_code(row), won);
}

static int fetch_range(
	struct complete_run *g, struct price_range b, struct kis_err *err);

static int fetch_halves(struct complete_run *g, const struct price_range *b,
	const json_t *rows, struct kis_err *err)
{
	long answer = g->list.responses;
	struct price_range part[2];
	json_t *row;
	size_t i;

	split(b, median_price(rows), part);
	if (fetch_range(g, part[0], err) < 0 ||
		fetch_range(g, part[1], err) < 0)
		return -1;
	json_array_foreach((json_t *)rows, i, row)
	{
		if (!merge_seen_since(&g->list, row, answer) &&
			recheck_row(g, row, answer, err) < 0)
			return -1;
	}
	return 0;
}

static int fetch_range(
	struct complete_run *g, struct price_range b, struct kis_err *err)
{
	json_t *rows = ask(g, &b, err);
	int rc = 0;

	if (!rows)
		return -1;
	if (is_full(g, rows))
		rc = b.low == b.high ? report_truncated_price(g, b.low,
					       json_array_size(rows), err)
				     : fetch_halves(g, &b, rows, err);
	json_decref(rows);
	return rc;
}

/* Returns the requested range, widened by one won at each price limit. A server
 * that excludes the bounds of a range then omits only rows that were not
 * requested. */
static struct price_range around(const struct price_range *wanted)
{
	struct price_range b = *wanted;

	if (b.low > NO_LIMIT_BELOW)
		b.low--;
	if (b.high < NO_LIMIT_ABOVE)
		b.high++;
	return b;
}

int complete_ask(struct client *c, const struct query *q, int partial,
	struct ranking *out, struct kis_err *err)
{
	struct complete_run g = {.client = c,
		.query = q,
		.partial = partial,
		.wanted = {q->min_won < 0 ? NO_LIMIT_BELOW : q->min_won,
			q->max_won < 0 ? NO_LIMIT_ABOVE : q->max_won},
		.truncated_prices = json_object()};
	int rc;

	merge_init(&g.list);
	rc = fetch_range(&g, around(&g.wanted), err);
	if (rc == 0) {
		out->rows = merge_ranked(&g.list, g.wanted.low, g.wanted.high);
		out->fetched = g.fetched;
		out->kind = json_object_size(g.truncated_prices) ? "partial"
								 : "complete";
	}
	kis_log_progress_end();
	merge_release(&g.list);
	json_decref(g.truncated_prices);
	return rc;
}
