#ifndef SIM_WIRE_H
#define SIM_WIRE_H
/*
 * Sends a reply with the headers of KIS. reply->wire selects how the body is
 * sent: at once, slowly, in part or endlessly.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

enum MHD_Result sim_wire_send(struct sim_call *call, struct sim_reply *reply);

#endif
