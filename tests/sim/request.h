#ifndef SIM_REQUEST_H
#define SIM_REQUEST_H
/*
 * The libmicrohttpd callbacks. They collect a request into a call, fill the
 * reply, log both and send the reply.
 */
#include "tests/sim/server.h"

/* Starts an HTTP daemon for the listener, with cert if listener->tls is set.
 * The daemon serves the connections that the caller passes to
 * MHD_add_connection(). Returns the daemon, which the caller stops with
 * MHD_stop_daemon(), or NULL on failure. Borrows both arguments until then;
 * cert must not be NULL. */
struct MHD_Daemon *sim_request_daemon(
	struct sim_listener *listener, const struct sim_cert *cert);

#endif
