#ifndef SIM_ROWS_H
#define SIM_ROWS_H
/*
 * The ranking's rows: which shares, in which order, as KIS writes them.
 */
#include <jansson.h>
#include <stddef.h>

#include "tests/sim/call.h"

/* returns-owned array of the rows for the query, dates in the first only */
json_t *sim_rows(const struct sim *sim, const struct sim_query *q);

/*
 * Writes all shares with short sales of one day, one row a line, with dates
 * in each and "markets", the codes it is listed under. -1 with errno.
 */
int sim_rows_dump(const struct sim *sim, const char *path);

#endif
