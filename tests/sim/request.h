#ifndef SIM_REQUEST_H
#define SIM_REQUEST_H
/*
 * The libmicrohttpd callbacks. They collect a request into a call, fill the
 * reply, log both and send the reply.
 */
#include "tests/sim/server.h"

/* Starts the listener's daemon. Returns NULL on failure. */
struct MHD_Daemon *sim_request_daemon(
	struct sim_listener *listener, const struct sim_cert *cert);

#endif
