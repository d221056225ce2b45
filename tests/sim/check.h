#ifndef SIM_CHECK_H
#define SIM_CHECK_H
/*
 * What KIS refuses in a ranking request. Each check answers itself: it fills
 * the reply and returns -1, or returns 0.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/* token, keys, tr_id, customer type */
int sim_check_headers(struct sim_call *call, struct sim_reply *reply);

/* the ten keys; fills call->query */
int sim_check_query(struct sim_call *call, struct sim_reply *reply);

#endif
