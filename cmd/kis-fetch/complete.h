/*
 * Implements --complete, which fetches the complete list, not only the 30 rows
 * of one response.
 *
 * Each request asks for a price range. A response is full if it has at least 30
 * rows and no earlier response had more. If a response is full, its range is
 * split at the median price of its rows, and both halves, which include that
 * price, are fetched. The rows of all responses are merged by stock code. KIS
 * does not document whether price limits are inclusive, so the responses are
 * checked: no row may be outside its price range, and every row of a full
 * response must be in the response for one of the two halves. The price range
 * of --min-price and --max-price is widened by one won at each end. If the
 * server treats limits differently, kis-fetch fails instead of printing a
 * shorter list.
 */
#ifndef KIS_FETCH_COMPLETE_H
#define KIS_FETCH_COMPLETE_H

#include "cmd/kis-fetch/client.h"

/* Fetches the complete list for q. Sets out->rows to the list, sorted by
 * descending short volume, out->kind to "complete", and out->fetched to the
 * time of the last response. The caller zeroes out first and calls
 * ranking_release() afterwards. If a response for a single price is full (see
 * the top of this file), the list may be truncated. complete_ask() then warns
 * and sets out->kind to "partial" if partial is 1, otherwise fails with 69.
 * Returns 0, or -1 and sets err like client_ask(); also 76 if the server
 * ignores price limits or omits rows at them, and 75 if the base date changes
 * during the run. */
int complete_ask(struct client *c, const struct query *q, int partial,
	struct ranking *out, struct kis_err *err);

#endif
