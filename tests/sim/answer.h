#ifndef SIM_ANSWER_H
#define SIM_ANSWER_H
/*
 * Responds to requests for a token, a revocation, a ranking and daily rows.
 * Other paths get status 404, and wrong methods status 405. The other host
 * (server.h) accepts every request.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/* Fills the reply to a complete request, applies the next fault, and renders
 * the reply. Sets call->target, call->query and call->fault. */
void sim_answer(struct sim_call *call, struct sim_reply *reply);

#endif
