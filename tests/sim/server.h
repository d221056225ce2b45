#ifndef SIM_SERVER_H
#define SIM_SERVER_H
/*
 * Sockets and threads: three listeners on free ports of 127.0.0.1 (the server,
 * and "another host" with and without TLS, for redirects). Connections are
 * accepted here and handed to libmicrohttpd, a thread for each, so that one
 * that stalls holds up nobody else.
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
	int held[SIM_MAX_HELD]; /* connections left waiting */
	int nheld;
	int filler; /* fills the backlog of stall-connect, or -1 */
};

/* Fills the ports in sim. -1 with a message on stderr. */
int sim_server_start(
	struct sim_server *s, struct sim *sim, const struct sim_cert *cert);

/* Accepts until stop_fd is readable or for_s seconds are over (0: never). */
void sim_server_run(struct sim_server *s, int stop_fd, long for_s);

/* Ends every connection, also stalled ones; sim->quit_fd is readable by now. */
void sim_server_stop(struct sim_server *s);

#endif
