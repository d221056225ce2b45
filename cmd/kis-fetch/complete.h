/*
 * --complete: fetches the complete list, not only the 30 rows of one response.
 *
 * Fetches price ranges, and splits each range whose response is full at the
 * median price of its rows; both halves include that price. Merges the rows by
 * stock code. KIS does not document whether price limits are inclusive, so the
 * responses are checked: no row may be outside its price range, and every row
 * of a full response must be in the response for one of the two halves. The
 * range of --min-price and --max-price is widened by one won on each side. If
 * the server treats limits differently, kis-fetch fails instead of printing a
 * shorter list.
 */
#ifndef KIS_FETCH_COMPLETE_H
#define KIS_FETCH_COMPLETE_H

#include "cmd/kis-fetch/client.h"

/* Fills out with the complete list for q, by descending short volume; the
 * caller calls ranking_release(). If more than 30 stocks have the same price,
 * the list cannot be complete: complete_ask() warns if partial is 1, otherwise
 * fails with 69. Returns 0, or -1 and sets err as client_ask(); also 76 if the
 * server ignores price limits or loses rows at them, and 75 if the base date
 * changes during the run. */
int complete_ask(struct client *c, const struct query *q, int partial,
	struct ranking *out, struct kis_err *err);

#endif
