#ifndef SIM_DAILY_H
#define SIM_DAILY_H
/*
 * Builds the response with the daily short sales of one stock (국내주식 공매도
 * 일별추이, tr_id FHPST04830000).
 */
#include <jansson.h>

#include "tests/sim/call.h"

/* Returns the response to the query as a new object; the caller frees it.
 * If the stock code is unknown, the response has no rows. */
json_t *sim_daily(const struct sim *sim, const struct sim_query *q);

#endif
