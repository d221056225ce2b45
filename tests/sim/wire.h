#ifndef SIM_WIRE_H
#define SIM_WIRE_H
/*
 * Sends a reply with the headers of KIS. reply->wire selects whether the body
 * is sent at once, slowly, in part or endlessly.
 */
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/* Queues the response. Sets reply->body to NULL if the response takes ownership
 * of the body. Returns MHD_YES, or MHD_NO on failure; libmicrohttpd then closes
 * the connection without a response. With SIM_WIRE_HANG, waits until the client
 * disconnects or the server ends, then returns MHD_NO. */
enum MHD_Result sim_wire_send(struct sim_call *call, struct sim_reply *reply);

#endif
