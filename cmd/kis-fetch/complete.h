/*
 * --complete: fetches the complete list, not only the 30 rows of one response.
 *
 * Fetches price ranges, and splits each range whose response is full at the
 * median price of its rows; both halves include that price. Merges the rows by
 * stock code. KIS does not document whether price limits are inclusive, so the
 * responses are checked: no row may be outside its price range, and every row
 * of a full response must be in the response for one of the two halves. Each
 * limit of --min-price and --max-price is widened by one won. If the server
 * treats limits differently, kis-fetch fails instead of printing a shorter
 * list.
 */
#ifndef KIS_FETCH_COMPLETE_H
#define KIS_FETCH_COMPLETE_H

#include "cmd/kis-fetch/client.h"

/* Sets rows, kind and fetched of out to the complete list for q, by descending
 * short volume, and the time of the last response; out must be zero before. The
 * caller calls ranking_release(). If a response for a single price is full (at
 * least 30 rows, and no response had more), the list may be truncated:
 * complete_ask() then warns and sets out->kind to "partial" if partial is 1,
 * otherwise fails with 69. Returns 0, or -1 and sets err as client_ask(); also
 * 76 if the server ignores price limits or loses rows at them, and 75 if the
 * base date changes during the run. */
int complete_ask(struct client *c, const struct query *q, int partial,
	struct ranking *out, struct kis_err *err);

#endif
