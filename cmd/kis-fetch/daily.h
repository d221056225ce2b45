/*
 * --stock: one stock's daily short sales (국내주식 공매도 일별추이).
 *
 * A response has the newest rows of the requested days, at most about 100. The
 * next request therefore ends on the day before the oldest row, until a row
 * older than --from proves that no row is missing. Such a row exists because
 * requests begin 14 days before --from. A response that is empty or has no
 * older row is requested once more, because a throttled server sends the same.
 */
#ifndef KIS_FETCH_DAILY_H
#define KIS_FETCH_DAILY_H

#include "cmd/kis-fetch/client.h"
#include "cmd/kis-fetch/stocks.h"

/* The requested days, both inclusive, as YYYYMMDD. */
struct daily_window {
	char from[KIS_CLOCK_TEXT], to[KIS_CLOCK_TEXT];
	char today[KIS_CLOCK_TEXT]; /* in Korea, by the run's first response; ""
				       before it */
};

/* Returns the request for the page that ends on the day to. It begins 14 days
 * before w->from. Borrows stock and extra. */
struct query daily_query(const struct daily_window *w, const char *stock,
	const char *to, const struct query_extra *extra);

/* Returns an estimate of the requests that one stock takes, at 140 calendar
 * days (about 100 rows) each. */
long daily_calls(const struct daily_window *w);

/* Fetches the stock's days and appends their records to out, oldest first; sets
 * *rows to their number. Omits a row of today without short sales, which KIS
 * has not published yet. Calls report before each request, with the last day of
 * its page. Warns if no older row proves that the history is complete. Returns
 * 0, or -1 and sets err as client_ask(), also if the server sends new rows
 * later than requested (76). Rows that it sends again only end the history. */
int daily_fetch(struct client *c, struct daily_window *w,
	const struct stock *stock, const struct query_extra *extra,
	void (*report)(void *arg, const char *to), void *arg,
	struct kis_buf *out, size_t *rows, struct kis_err *err);

/* Appends the records of one response that was read from a file, in the same
 * way. Omits rows outside the requested days. */
int daily_write(const struct ranking *l, struct daily_window *w,
	const struct stock *stock, const struct kis_log *logger,
	struct kis_buf *out, size_t *rows, struct kis_err *err);

#endif
