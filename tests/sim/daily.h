#ifndef SIM_DAILY_H
#define SIM_DAILY_H
/*
 * One share's daily short sales: 국내주식 공매도 일별추이, FHPST04830000.
 */
#include <jansson.h>

#include "tests/sim/call.h"

/* returns-owned answer for the query, rt_cd last */
json_t *sim_daily(const struct sim *sim, const struct sim_query *q);

#endif
