/*
 * Fetches the daily short sales of one stock (국내주식 공매도 일별추이), for
 * --stock and --stocks.
 *
 * A response has at most about 100 rows, the newest of the requested days. So
 * the last day of the next request is the day before the oldest row received.
 * The requests end when a row older than --from proves that no row is missing.
 * The first requested day is 14 days before --from, so that an older row
 * exists. If a response is empty or has no row older than those already
 * received, the request is repeated once, because a throttled server may send
 * an empty or incomplete response.
 */
#ifndef KIS_FETCH_DAILY_H
#define KIS_FETCH_DAILY_H

#include "cmd/kis-fetch/client.h"
#include "cmd/kis-fetch/stocks.h"

/* The first and the last requested day (both inclusive) and today, each as
 * YYYYMMDD. */
struct daily_window {
	char from[KIS_CLOCK_TEXT], to[KIS_CLOCK_TEXT];
	char today[KIS_CLOCK_TEXT]; /* today's date in Korea, from the run's
				       first response; "" before the first
				       response */
};

/* Returns the request for the stock's rows from 14 days before w->from to the
 * date "to" (YYYYMMDD). Borrows stock and extra. */
struct query daily_query(const struct daily_window *w, const char *stock,
	const char *to, const struct query_extra *extra);

/* Returns an estimate of the number of requests for one stock: one for each 140
 * calendar days (about 100 rows), plus 2. */
long daily_calls(const struct daily_window *w);

/* Fetches the stock's daily rows for the days of w and appends one record for
 * each day to out, oldest first. Sets *rows to the number of records. If
 * several responses have the same day, uses the latest response. Omits today's
 * row while it has no short sales, because KIS has not published today's
 * figures yet. Sets w->today if it is empty. Calls report(arg, to) before each
 * request, with the last day of that request as "to". Warns if all rows are
 * later than w->from, because earlier rows may be missing. Returns 0, or -1 and
 * sets err like client_ask(); also 76 if a row is later than requested, unless
 * a row of the same day was received before. */
int daily_fetch(struct client *c, struct daily_window *w,
	const struct stock *stock, const struct query_extra *extra,
	void (*report)(void *arg, const char *to), void *arg,
	struct kis_buf *out, size_t *rows, struct kis_err *err);

/* Appends the records of l, a response that was read from a file, to out,
 * oldest first. Sets *rows to the number of records. Omits rows outside the
 * requested days, and today's row while it has no short sales. If w->today is
 * empty, sets it to the day of l->date. Returns 0, or -1 and sets err (71 or
 * 76). */
int daily_write(const struct ranking *l, struct daily_window *w,
	const struct stock *stock, const struct kis_log *logger,
	struct kis_buf *out, size_t *rows, struct kis_err *err);

#endif
