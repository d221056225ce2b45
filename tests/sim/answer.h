#ifndef SIM_ANSWER_H
#define SIM_ANSWER_H
/*
 * Responds to requests for a token, a token revocation, a ranking or daily
 * rows. A request for any other path gets HTTP status 404, and a request with
 * the wrong method gets 405. Every request to the other host (server.h), the
 * target of redirects, succeeds.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/* Fills the reply to a complete request, applies the next fault of --fault,
 * and renders the reply to bytes. Sets call->target, call->query and
 * call->fault. */
void sim_answer(struct sim_call *call, struct sim_reply *reply);

#endif
