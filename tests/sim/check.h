#ifndef SIM_CHECK_H
#define SIM_CHECK_H
/*
 * Rejects the requests for a ranking or for daily rows that KIS rejects. Each
 * function returns 0, or -1 after filling the reply with the error.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/* Checks content type, token, appkey, appsecret, tr_id and customer type, and
 * the further headers of corporate customers. */
int sim_check_headers(struct sim_call *call, struct sim_reply *reply);

/* Checks the query keys that call->target requires, and fills call->query. */
int sim_check_query(struct sim_call *call, struct sim_reply *reply);

#endif
