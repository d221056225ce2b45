#ifndef SIM_WIRE_H
#define SIM_WIRE_H
/*
 * Sends a reply: headers in KIS's spelling, and the body whole, slowly, in
 * part or without end.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

enum MHD_Result sim_wire_send(struct sim_call *call, struct sim_reply *reply);

#endif
