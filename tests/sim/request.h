#ifndef SIM_REQUEST_H
#define SIM_REQUEST_H
/*
 * Handles HTTP requests in libmicrohttpd callbacks. The callbacks collect a
 * request into a struct sim_call, fill the reply, log the request with the
 * reply, and send the reply.
 */
#include "tests/sim/server.h"

/* Starts an HTTP daemon that serves the connections passed to
 * MHD_add_connection(). The daemon uses TLS with cert if listener->tls is set;
 * cert must not be NULL in either case. Returns the daemon, which the caller
 * stops with MHD_stop_daemon(), or NULL on failure. The daemon borrows listener
 * and cert until it is stopped. */
struct MHD_Daemon *sim_request_daemon(
	struct sim_listener *listener, const struct sim_cert *cert);

#endif
