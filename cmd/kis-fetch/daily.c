#include "cmd/kis-fetch/daily.h"
#include "cmd/kis-fetch/rows.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/clock.h"
#include "lib/locale.h"

#include <stdlib.h>
#include <string.h>

enum {
	PROOF_DAYS = 14, /* calendar days requested before --from; a series of
			    holidays is shorter, so these days include a trading
			    day */
	DATE_LENGTH = 8, /* length of YYYYMMDD */
	PAGE_DAYS = 140, /* calendar days that contain about 100 trading days,
			    which is the number of rows in one response */
	/* Maximum size in bytes of the records of one stock. The rows of forty
	 * years need about 5 MiB. */
	MAX_BYTES = 8 << 20,
};

struct day {
	char date[KIS_CLOCK_TEXT];
	size_t response; /* number of the row's response, from 1 */
	char *record;    /* owned; the day's record as an NDJSON line */
};

/* The daily rows of one stock that were received so far, unsorted. */
struct days {
	struct day *list; /* owned; rows in the order received */
	/* number of rows in `list`, number of rows for which it has space, and
	 * number of responses added so far */
	size_t count, room, responses;
	char oldest[KIS_CLOCK_TEXT]; /* date of the oldest row; "" before the
					first row */
	int repeats;  /* 1 if a response repeated rows of an earlier response */
	size_t bytes; /* total size of the records */
};

static void days_release(struct days *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->list[i].record);
	free(d->list);
}

static void shift(const char *from, int by, char to[KIS_CLOCK_TEXT])
{
	time_t day = 0;

	kis_clock_parse_day(from, &day);
	kis_clock_day_kst(day + (time_t)by * 86400, to);
}

struct query daily_query(const struct daily_window *w, const char *stock,
	const char *to, const struct query_extra *extra)
{
	struct query q = {.kind = &query_daily, .stock = stock, .extra = extra};

	shift(w->from, -PROOF_DAYS, q.from);
	memcpy(q.to, to, sizeof(q.to));
	return q;
}

long daily_calls(const struct daily_window *w)
{
	time_t from = 0, to = 0;

	kis_clock_parse_day(w->from, &from);
	kis_clock_parse_day(w->to, &to);
	return (long)((to - from) / 86400 + PROOF_DAYS) / PAGE_DAYS + 2;
}

static void note_today(struct daily_window *w, const struct ranking *l)
{
	if (!*w->today)
		kis_clock_day_kst(
			l->date >= 0 ? l->date : l->fetched, w->today);
}

/* Returns 1 if the row is of today and its short volume is 0: until KIS
 * publishes today's figures in the evening, the server sends 0. */
static int is_unknown(const struct daily_window *w, const json_t *row,
	const char *code, const char *date, const struct kis_log *logger)
{
	if (strcmp(date, w->today) != 0 ||
		rows_number(row, "ssts_cntg_qty") != 0)
		return 0;
	kis_log_info(logger,
		"%s %s: short sales are not known yet, row omitted", code,
		date);
	return 1;
}

/* Adds the record of a row to d unless its date is outside the requested days.
 * Returns 0, or -1 and sets err. */
static int add_row(struct days *d, const struct daily_window *w,
	const json_t *row, const char *date, const struct stock *stock,
	time_t fetched, struct kis_err *err)
{
	struct kis_buf record = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	char when[KIS_CLOCK_TEXT];
	struct day *day;
	int rc;

	if (strcmp(date, w->from) < 0 || strcmp(date, w->to) > 0)
		return 0;
	kis_clock_format_iso(fetched, when);
	rc = rows_write_day(&record, row, stock->code, stock->name, when, err);
	d->bytes += record.len;
	if (rc == 0 && d->bytes > MAX_BYTES)
		rc = kis_fail(err, KIS_EX_PROTOCOL,
			"unexpected response: the rows of %s exceed %d MiB",
			stock->code, MAX_BYTES >> 20);
	if (rc < 0) {
		kis_buf_release(&record);
		return -1;
	}
	if (d->count == d->room) {
		d->room = d->room ? d->room * 2 : 128;
		d->list = kis_mem_resize(d->list, d->room, sizeof(*d->list));
	}
	day = &d->list[d->count++];
	memcpy(day->date, date, DATE_LENGTH + 1);
	day->response = d->responses;
	day->record = kis_mem_resize(record.data, record.len + 1, 1);
	return 0;
}

static int is_known(const struct days *d, const char *date)
{
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->list[i].date, date) == 0)
			return 1;
	return 0;
}

/* Adds the rows of a response to d. The argument "to" is the last requested
 * day. A row of a later day is skipped, and d->repeats is set, if d already has
 * a row of that date; if d has none, the function fails with 76. It also fails
 * with 76 if a date is invalid. Omits rows outside the requested days, and
 * today's row while it has no short sales. */
static int add_rows(struct days *d, struct daily_window *w,
	const struct stock *stock, const struct ranking *l, const char *to,
	const struct kis_log *logger, struct kis_err *err)
{
	json_t *row;
	size_t i;

	note_today(w, l);
	d->responses++;
	json_array_foreach(l->rows, i, row)
	{
		const char *date = kis_json_text(row, query_daily.row_key);
		time_t day;

		if (strlen(date) != DATE_LENGTH ||
			kis_clock_parse_day(date, &day) < 0)
			return kis_fail(err, KIS_EX_PROTOCOL,
				"row %zu: '%.40s' is not a date (%s)", i + 1,
				date, query_daily.row_key);
		if (strcmp(date, to) > 0 && is_known(d, date)) {
			d->repeats = 1;
			continue;
		}
		if (strcmp(date, to) > 0)
			return kis_fail(err, KIS_EX_PROTOCOL,
				"unexpected response: a row for %s is later "
				"than the requested last day, %s",
				date, to);
		if (!*d->oldest || strcmp(date, d->oldest) < 0)
			memcpy(d->oldest, date, DATE_LENGTH + 1);
		if (!is_unknown(w, row, stock->code, date, logger) &&
			add_row(d, w, row, date, stock, l->fetched, err) < 0)
			return -1;
	}
	return 0;
}

/* Orders rows by date, and rows of the same date by response, latest first. */
static int compare(const void *a, const void *b)
{
	const struct day *x = a, *y = b;
	int order = strcmp(x->date, y->date);

	return order ? order
		     : (x->response < y->response) -
			       (x->response > y->response);
}

/* Moves one record for each day, from the latest response that contains the
 * day, to the end of out. Returns the number of days. */
static size_t write_days(struct days *d, struct kis_buf *out)
{
	size_t rows = 0;

	if (d->count)
		qsort(d->list, d->count, sizeof(*d->list), compare);
	for (size_t i = 0; i < d->count; i++) {
		if (i == 0 ||
			strcmp(d->list[i].date, d->list[i - 1].date) != 0) {
			kis_buf_add_str(out, d->list[i].record);
			rows++;
		}
		free(d->list[i].record);
		d->list[i].record = NULL;
	}
	return rows;
}

/* Requests the rows that are not later than the date "to", and adds them to d.
 * Sets *older to 1 if the response has a row older than all rows received
 * before, otherwise to 0. Returns 0, or -1 and sets err. */
static int ask_page(struct client *c, struct daily_window *w, struct days *d,
	const struct stock *stock, const struct query_extra *extra,
	const char *to, int *older, struct kis_err *err)
{
	struct query q = daily_query(w, stock->code, to, extra);
	struct ranking l = {0};
	char oldest[KIS_CLOCK_TEXT];
	int rc;

	memcpy(oldest, d->oldest, sizeof(oldest));
	rc = client_ask(c, &q, 0, &l, err);
	if (rc == 0)
		rc = add_rows(d, w, stock, &l, to, c->logger, err);
	*older = strcmp(oldest, d->oldest) != 0;
	ranking_release(&l);
	return rc;
}

static int is_proven(const struct days *d, const struct daily_window *w)
{
	return *d->oldest && strcmp(d->oldest, w->from) < 0;
}

int daily_fetch(struct client *c, struct daily_window *w,
	const struct stock *stock, const struct query_extra *extra,
	void (*report)(void *arg, const char *to), void *arg,
	struct kis_buf *out, size_t *rows, struct kis_err *err)
{
	struct days d = {0};
	char to[KIS_CLOCK_TEXT];
	int older, asked_again = 0, rc = 0;

	memcpy(to, w->to, sizeof(to));
	while (rc == 0 && !is_proven(&d, w) && asked_again < 2) {
		report(arg, to);
		rc = ask_page(c, w, &d, stock, extra, to, &older, err);
		asked_again = older ? 0 : asked_again + 1;
		if (*d.oldest)
			shift(d.oldest, -1, to);
	}
	if (rc == 0)
		*rows = write_days(&d, out);
	if (rc == 0 && d.count > 0 && !is_proven(&d, w) &&
		strcmp(d.oldest, w->from) > 0)
		kis_log_warn(c->logger,
			"%s: no rows before %s: the stock was first listed on "
			"that day, or "
			"the server omitted rows%s",
			stock->code, d.oldest,
			d.repeats ? _(" (it repeated rows of an earlier "
				      "response)")
				  : "");
	days_release(&d);
	return rc;
}

int daily_write(const struct ranking *l, struct daily_window *w,
	const struct stock *stock, const struct kis_log *logger,
	struct kis_buf *out, size_t *rows, struct kis_err *err)
{
	static const char any_day[] = "99999999";
	struct days d = {0};
	int rc = add_rows(&d, w, stock, l, any_day, logger, err);

	if (rc == 0)
		*rows = write_days(&d, out);
	days_release(&d);
	return rc;
}
