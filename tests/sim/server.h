#ifndef SIM_SERVER_H
#define SIM_SERVER_H
/*
 * Manages the sockets and threads of the server. Three listeners use free ports
 * of 127.0.0.1: one for the simulated KIS server, and two, with and without
 * TLS, for "the other host", to which redirects lead. Each accepted connection
 * gets its own libmicrohttpd thread, so that a stalled connection does not
 * delay other connections.
 */
#include "tests/sim/call.h"
#include "tests/sim/cert.h"

enum { SIM_LISTENERS = 3, SIM_MAX_HELD = 256 };

struct sim_listener {
	struct sim *sim;
	struct MHD_Daemon *daemon;
	int fd;
	bool other, tls;
};

struct sim_server {
	struct sim *sim;
	struct sim_listener all[SIM_LISTENERS];
	int held[SIM_MAX_HELD]; /* connections that a fault leaves without a
				   response */
	int nheld;
	int filler; /* socket that fills the backlog for the fault
		       stall-connect, or -1 */
};

/* Starts the listeners and sets the ports in sim. Borrows sim and cert until
 * sim_server_stop(), which the caller must call even after a failure. Returns
 * 0, or -1 with a message on standard error. */
int sim_server_start(
	struct sim_server *s, struct sim *sim, const struct sim_cert *cert);

/* Accepts connections until stop_fd is readable or, unless for_s is 0, for_s
 * seconds have passed. */
void sim_server_run(struct sim_server *s, int stop_fd, long for_s);

/* Closes every connection, including stalled ones. sim->quit_fd must be
 * readable before the call. */
void sim_server_stop(struct sim_server *s);

#endif
