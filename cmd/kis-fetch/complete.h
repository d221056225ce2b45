/*
 * --complete: the list beyond the 30 rows that one answer holds.
 *
 * Asks price bands and splits each full one at the median price of its rows,
 * neighbours sharing that bound, until none is full; merges by code. Whether
 * a bound belongs to its band is not documented, so it is proven: no row may
 * lie outside its band, and every row of a full band must come back in one of
 * its parts; a price range is asked for with one won more on either side. A
 * server with other bounds is found out, never a list shortened.
 */
#ifndef KIS_FETCH_COMPLETE_H
#define KIS_FETCH_COMPLETE_H

#include "cmd/kis-fetch/client.h"

/* Fills out with the whole list for q, by quantity sold short. More than 30
 * shares at one price cannot be told apart: 69 naming the price, or with
 * partial a warning. A server that ignores bands or loses rows between them:
 * 76. A base date that changes in the middle: 75. Else as client_ask(). */
int complete_ask(struct client *c, const struct query *q, int partial,
	struct ranking *out, struct kis_err *err);

#endif
