#ifndef SIM_CHECK_H
#define SIM_CHECK_H
/*
 * Checks requests for a ranking or for daily rows, and rejects the requests
 * that KIS rejects. Each function returns 0, or -1 after filling the reply with
 * the error.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/* Checks the request headers: content type, token, appkey, appsecret, tr_id,
 * customer type and, for corporate customers, the additional headers that KIS
 * requires. */
int sim_check_headers(struct sim_call *call, struct sim_reply *reply);

/* Checks the query keys that call->target requires, and fills call->query. */
int sim_check_query(struct sim_call *call, struct sim_reply *reply);

#endif
