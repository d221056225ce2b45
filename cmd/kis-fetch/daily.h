/*
 * --stock: one stock's daily short sales (국내주식 공매도 일별추이).
 *
 * A response has the newest rows of the requested days, at most about 100. The
 * next request therefore ends on the day before the oldest row, until a row
 * older than --from proves that no row is missing. Such a row exists because
 * requests begin 14 days before --from. A response that is empty or has no
 * older row is requested once more, because a throttled server also sends such
 * responses.
 */
#ifndef KIS_FETCH_DAILY_H
#define KIS_FETCH_DAILY_H

#include "cmd/kis-fetch/client.h"
#include "cmd/kis-fetch/stocks.h"

/* The first and the last requested day (both inclusive), and today, as
 * YYYYMMDD. */
struct daily_window {
	char from[KIS_CLOCK_TEXT], to[KIS_CLOCK_TEXT];
	char today[KIS_CLOCK_TEXT]; /* today in Korea, from the run's first
				       response; "" before that response */
};

/* Returns the request for the page that ends on the day to. The requested days
 * begin 14 days before w->from. Borrows stock and extra. */
struct query daily_query(const struct daily_window *w, const char *stock,
	const char *to, const struct query_extra *extra);

/* Returns an estimate of the number of requests for one stock: one for each 140
 * calendar days (about 100 rows), plus 2. */
long daily_calls(const struct daily_window *w);

/* Fetches the stock's daily rows for the days of w and appends one record for
 * each day to out, oldest first; sets *rows to the number of records. If
 * several responses have a day, uses the latest of them. Omits a row of today
 * without short sales, which KIS has not published yet; sets w->today if it is
 * empty. Calls report(arg, to) before each request; to is the last day of that
 * request. Warns if all rows are later than w->from, because earlier rows may
 * be missing. Returns 0, or -1 and sets err as client_ask(); also 76 if a row
 * is later than requested, unless a row of the same day was received before. */
int daily_fetch(struct client *c, struct daily_window *w,
	const struct stock *stock, const struct query_extra *extra,
	void (*report)(void *arg, const char *to), void *arg,
	struct kis_buf *out, size_t *rows, struct kis_err *err);

/* Appends the records of l, a response that was read from a file, to out,
 * oldest first; sets *rows to the number of records. Omits rows outside the
 * requested days, and a row of today without short sales; sets w->today, if it
 * is empty, to the day of l->date. Returns 0, or -1 and sets err (71 or 76). */
int daily_write(const struct ranking *l, struct daily_window *w,
	const struct stock *stock, const struct kis_log *logger,
	struct kis_buf *out, size_t *rows, struct kis_err *err);

#endif
