/*
 * --stock: one stock's daily short sales (국내주식 공매도 일별추이).
 *
 * An answer has the newest rows of a window, at most 100 and perhaps fewer, so
 * the window's end moves back to the day before the oldest row until a row
 * older than the first day wanted proves that none is missing. That row is
 * there because the window begins 14 days before. An answer that is empty or
 * has nothing older is asked for once more before it is believed: a throttled
 * one looks the same (kis-daily.md, 3.5).
 */
#ifndef KIS_FETCH_DAILY_H
#define KIS_FETCH_DAILY_H

#include "cmd/kis-fetch/client.h"
#include "cmd/kis-fetch/stocks.h"

/* The days wanted, both inclusive, as YYYYMMDD. */
struct daily_window {
	char from[KIS_CLOCK_TEXT], to[KIS_CLOCK_TEXT];
	char today[KIS_CLOCK_TEXT]; /* in Korea, of the run's first answer; ""
				     */
};

/* The window's request, or that of the page that ends with the day to. */
struct query daily_query(const struct daily_window *w, const char *stock,
	const char *to, const struct query_extra *extra);

/* Requests that a stock's window takes at about 100 days each, with the one
 * that proves its end. */
long daily_calls(const struct daily_window *w);

/* Appends the stock's records to out, oldest day first; *rows is their number.
 * A row of today without short sales is left out: they are not known yet.
 * report is called before each request, with the last day of its page. Fails
 * as client_ask(), with 76 if the server sends days that are later than asked
 * for; days that it has sent before only end the history. A history that
 * ends without proof is said to. */
int daily_fetch(struct client *c, struct daily_window *w,
	const struct stock *stock, const struct query_extra *extra,
	void (*report)(void *arg, const char *to), void *arg,
	struct kis_buf *out, size_t *rows, struct kis_err *err);

/* The same of one response that was read from a file; rows outside the window
 * are dropped. */
int daily_write(const struct ranking *l, struct daily_window *w,
	const struct stock *stock, const struct kis_log *say,
	struct kis_buf *out, size_t *rows, struct kis_err *err);

#endif
