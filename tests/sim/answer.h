#ifndef SIM_ANSWER_H
#define SIM_ANSWER_H
/*
 * The three calls that the server knows, and what it says to all others.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/* Fills the reply for a request whose body, if any, has come in whole. */
void sim_answer(struct sim_call *call, struct sim_reply *reply);

#endif
