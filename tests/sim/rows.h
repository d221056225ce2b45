#ifndef SIM_ROWS_H
#define SIM_ROWS_H
/*
 * Selects, sorts and renders the rows of a ranking.
 */
#include <jansson.h>
#include <stddef.h>

#include "tests/sim/call.h"

/* Returns the ranking rows that match the query, at most q->cap, as a new
 * array; the caller frees it. Only the first row has dates, unless --assume
 * dates=every is set. */
json_t *sim_rows(const struct sim *sim, const struct sim_query *q);

/*
 * Writes an NDJSON file with a record for each stock that was sold short on the
 * base date. A record contains the base date and a field "markets" with the
 * codes of the markets that contain the stock. Returns 0, or -1 and sets errno.
 */
int sim_rows_dump(const struct sim *sim, const char *path);

#endif
