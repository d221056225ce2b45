#ifndef SIM_REQUEST_H
#define SIM_REQUEST_H
/*
 * libmicrohttpd's view of a request: its callbacks collect a request into a
 * call, have it answered, log it and send the reply.
 */
#include "tests/sim/server.h"

/* Starts the listener's daemon; NULL when it cannot. */
struct MHD_Daemon *sim_request_daemon(
	struct sim_listener *listener, const struct sim_cert *cert);

#endif
