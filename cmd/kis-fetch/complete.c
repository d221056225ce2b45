#include "cmd/kis-fetch/complete.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/number.h"
#include "lib/when.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CAP = 30, /* documented; a sister ranking answered 100 */
	NO_LIMIT_BELOW = 0,
	PROGRESS_AFTER_MS = 1000,
};

#define NO_LIMIT_ABOVE LONG_MAX

struct gathering {
	struct client *client;
	const struct query *query;
	int partial;
	json_t *rows;   /* code → row, the newest */
	json_t *seen;   /* code → number of the answer it was last in */
	long answers;   /* taken so far */
	size_t largest; /* rows of the largest answer */
	int low_kept;   /* a row at the low bound of its band was seen … */
	int high_kept;  /* … and one at the high bound: both belong to it */
	char *date;     /* stnd_date2 of all answers; NULL before the first */
	time_t fetched;
	int64_t began_ms;
};

struct band {
	long low, high; /* won, both inclusive */
};

static const char *code_of(const json_t *row)
{
	return kis_json_text(row, "mksc_shrn_iscd");
}

/* The price in won; -1 if the row has none. */
static long price_of(const json_t *row)
{
	const char *text = kis_json_text(row, "stck_prpr");
	struct kis_number n;

	if (!text || !kis_number_parse_padded(text, strlen(text), &n) ||
		n.value < 0 || n.value > 1e12)
		return -1;
	return (long)n.value;
}

static int check_rows(struct gathering *g, const struct band *b,
	const json_t *rows, struct kis_err *err)
{
	json_t *row;
	size_t i;

	json_array_foreach((json_t *)rows, i, row)
	{
		long won = price_of(row);

		if (won < b->low || won > b->high)
			return kis_fail(err, KIS_EX_PROTOCOL,
				"the server does not keep to price bands: %s "
				"at '%s' won lies outside the band asked for; "
				"--complete cannot be had",
				code_of(row), kis_json_text(row, "stck_prpr"));
		g->low_kept |= won == b->low;
		g->high_kept |= won == b->high;
	}
	return 0;
}

static int check_date(
	struct gathering *g, const json_t *rows, struct kis_err *err)
{
	const char *date = kis_json_text(json_array_get(rows, 0), "stnd_date2");

	if (!date)
		return 0;
	if (!g->date)
		g->date = kis_mem_dup(date);
	if (strcmp(g->date, date) == 0)
		return 0;
	return kis_fail(err, KIS_EX_TEMP,
		"the base date went from %s to %s while the list was read; "
		"try again",
		g->date, date);
}

static void merge(struct gathering *g, const json_t *rows)
{
	json_t *row;
	size_t i;

	g->answers++;
	json_array_foreach((json_t *)rows, i, row)
	{
		json_object_set(g->rows, code_of(row), row);
		json_object_set_new(
			g->seen, code_of(row), json_integer(g->answers));
	}
	if (json_array_size(rows) > g->largest)
		g->largest = json_array_size(rows);
	if (kis_when_ms() - g->began_ms > PROGRESS_AFTER_MS)
		kis_say_progress(g->client->say,
			"%s %s: %zu shares, %ld requests",
			g->query->market->name, g->query->period->name,
			json_object_size(g->rows), g->answers);
}

static int seen_since(const struct gathering *g, const char *code, long answer)
{
	return json_integer_value(json_object_get(g->seen, code)) > answer;
}

/* Asks one band and merges it. *rows is a new reference. */
static int ask(struct gathering *g, const struct band *b, json_t **rows,
	struct kis_err *err)
{
	struct query q = *g->query;
	struct listing l = {0};
	int rc;

	q.min_won = b->low == NO_LIMIT_BELOW ? -1 : b->low;
	q.max_won = b->high == NO_LIMIT_ABOVE ? -1 : b->high;
	rc = client_ask(g->client, &q, 0, &l, err);
	if (rc == 0)
		rc = check_rows(g, b, l.rows, err);
	if (rc == 0)
		rc = check_date(g, l.rows, err);
	if (rc == 0) {
		merge(g, l.rows);
		g->fetched = l.fetched;
		*rows = json_incref(l.rows);
	}
	listing_release(&l);
	return rc;
}

static int is_full(const struct gathering *g, const json_t *rows)
{
	size_t n = json_array_size(rows);

	return n >= CAP && n >= g->largest;
}

static int full_price(struct gathering *g, long won, struct kis_err *err)
{
	if (!g->partial)
		return kis_fail(err, KIS_EX_REFUSED,
			"%d or more shares at the one price of %ld won: the "
			"server shows no more, so the list cannot be complete; "
			"--partial takes it as it is",
			CAP, won);
	kis_say_warn(g->client->say,
		"the list is not complete: %d or more shares at the one price "
		"of %ld won, of which the server shows the first",
		CAP, won);
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
		won[i] = price_of(json_array_get(rows, i));
	qsort(won, n, sizeof(*won), compare_longs);
	median = won[n / 2];
	free(won);
	return median;
}

/* Two bands that share a bound and are both smaller; two neighbouring prices
 * have none to share. */
static void split(const struct band *b, long at, struct band part[2])
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

/* With both bounds proven to belong to their bands, or the row found near its
 * price at another one, it has moved while the list was read: it stands in
 * the list as it was served. */
static int has_moved(struct gathering *g, const json_t *row, long answer,
	int *moved, struct kis_err *err)
{
	long won = price_of(row);
	struct band near = {won - won / 20, won + won / 20};
	json_t *rows;

	*moved = g->low_kept && g->high_kept;
	if (*moved)
		return 0;
	if (ask(g, &near, &rows, err) < 0)
		return -1;
	json_decref(rows);
	/* at the same price it was just not found at: that is no move */
	*moved = seen_since(g, code_of(row), answer) &&
		 price_of(json_object_get(g->rows, code_of(row))) != won;
	return 0;
}

/* A row of a full band that came back in none of its parts gets one more look
 * at its own price. */
static int find_again(struct gathering *g, const json_t *row, long answer,
	struct kis_err *err)
{
	long won = price_of(row);
	struct band own = {won, won};
	json_t *rows;
	int full, moved;

	if (ask(g, &own, &rows, err) < 0)
		return -1;
	full = is_full(g, rows);
	json_decref(rows);
	if (seen_since(g, code_of(row), answer))
		return 0;
	if (full)
		return full_price(g, won, err);
	if (has_moved(g, row, answer, &moved, err) < 0)
		return -1;
	if (moved)
		return 0;
	return kis_fail(err, KIS_EX_PROTOCOL,
		"the server's price bands lose rows: %s at %ld won is in a "
		"band and in none of its parts; --complete cannot be had",
		code_of(row), won);
}

static int gather(struct gathering *g, struct band b, struct kis_err *err);

static int gather_parts(struct gathering *g, const struct band *b,
	const json_t *rows, struct kis_err *err)
{
	long answer = g->answers;
	struct band part[2];
	json_t *row;
	size_t i;

	split(b, median_price(rows), part);
	if (gather(g, part[0], err) < 0 || gather(g, part[1], err) < 0)
		return -1;
	json_array_foreach((json_t *)rows, i, row)
	{
		if (!seen_since(g, code_of(row), answer) &&
			find_again(g, row, answer, err) < 0)
			return -1;
	}
	return 0;
}

static int gather(struct gathering *g, struct band b, struct kis_err *err)
{
	json_t *rows;
	int rc = 0;

	if (ask(g, &b, &rows, err) < 0)
		return -1;
	if (is_full(g, rows))
		rc = b.low == b.high ? full_price(g, b.low, err)
				     : gather_parts(g, &b, rows, err);
	json_decref(rows);
	return rc;
}

struct ranked {
	double quantity;
	json_t *row;
};

static int by_quantity(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->quantity != y->quantity)
		return x->quantity < y->quantity ? 1 : -1;
	return strcmp(code_of(x->row), code_of(y->row));
}

/* The server's order, over all: by the quantity sold short. */
static json_t *ordered(const json_t *by_code)
{
	size_t n = json_object_size(by_code), i = 0;
	struct ranked *ranks = kis_mem_new(n, sizeof(*ranks));
	json_t *list = json_array(), *row;
	const char *code;

	json_object_foreach((json_t *)by_code, code, row)
	{
		const char *text = kis_json_text(row, "ssts_cntg_qty");
		struct kis_number q = {.value = 0};

		if (text)
			kis_number_parse_padded(text, strlen(text), &q);
		ranks[i++] = (struct ranked){q.value, row};
	}
	qsort(ranks, n, sizeof(*ranks), by_quantity);
	for (i = 0; i < n; i++)
		json_array_append(list, ranks[i].row);
	free(ranks);
	return list;
}

int complete_ask(struct client *c, const struct query *q, int partial,
	struct listing *out, struct kis_err *err)
{
	struct gathering g = {.client = c,
		.query = q,
		.partial = partial,
		.rows = json_object(),
		.seen = json_object(),
		.began_ms = kis_when_ms()};
	struct band all = {q->min_won < 0 ? NO_LIMIT_BELOW : q->min_won,
		q->max_won < 0 ? NO_LIMIT_ABOVE : q->max_won};
	int rc = gather(&g, all, err);

	if (rc == 0) {
		out->rows = ordered(g.rows);
		out->fetched = g.fetched;
	}
	kis_say_progress_end();
	json_decref(g.rows);
	json_decref(g.seen);
	free(g.date);
	return rc;
}
