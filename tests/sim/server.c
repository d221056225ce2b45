#include "tests/sim/server.h"

#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/sim/clock.h"
#include "tests/sim/request.h"

enum { BACKLOG = 512 };

static int open_port(int backlog, int *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
		listen(fd, backlog) < 0 ||
		getsockname(fd, (struct sockaddr *)&at, &n) < 0) {
		close(fd);
		return -1;
	}
	*port = ntohs(at.sin_port);
	return fd;
}

/* Connects to the port of a listener whose backlog has room for only one
 * connection. The backlog is then full, and the kernel does not respond to the
 * next SYN. Returns the connected socket, which the caller closes, or -1. */
static int fill_backlog(int port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int start_listener(struct sim_listener *l, int backlog, int *port,
	const struct sim_cert *cert)
{
	l->fd = open_port(backlog, port);
	if (l->fd >= 0)
		l->daemon = sim_request_daemon(l, cert);
	if (l->fd >= 0 && l->daemon)
		return 0;
	warn("cannot listen on 127.0.0.1");
	return -1;
}

int sim_server_start(
	struct sim_server *s, struct sim *sim, const struct sim_cert *cert)
{
	bool full = sim_fault_has(&sim->opt.faults, "stall-connect");
	int *ports[SIM_LISTENERS] = {
		&sim->port, &sim->other_port, &sim->plain_port};

	memset(s, 0, sizeof(*s));
	s->sim = sim;
	s->filler = -1;
	for (int i = 0; i < SIM_LISTENERS; i++)
		s->all[i] = (struct sim_listener){
			.sim = sim, .fd = -1, .other = i > 0, .tls = i < 2};
	for (int i = 0; i < SIM_LISTENERS; i++)
		if (start_listener(&s->all[i], i == 0 && full ? 0 : BACKLOG,
			    ports[i], cert) < 0)
			return -1;
	if (full && (s->filler = fill_backlog(sim->port)) < 0) {
		warn("cannot fill the backlog");
		return -1;
	}
	return 0;
}

/* Resets the connection when the client's first bytes arrive, or after 200 ms.
 * An earlier reset could make the client's connect() fail instead of its TLS
 * handshake. */
static void reset(int fd)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};
	struct pollfd readable = {fd, POLLIN, 0};

	poll(&readable, 1, 200);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static void hold(struct sim_server *s, int fd)
{
	if (s->nheld == SIM_MAX_HELD) {
		close(s->held[0]);
		memmove(s->held, s->held + 1,
			(SIM_MAX_HELD - 1) * sizeof(s->held[0]));
		s->nheld--;
	}
	s->held[s->nheld++] = fd;
}

/* Applies a connection fault: resets the connection, or leaves it open without
 * a response. */
static void strike(struct sim_server *s, int fd, const struct sim_fault *f)
{
	struct sim_call call = {.sim = s->sim,
		.method = "-",
		.path = "",
		.fault = f->name,
		.conn = ++s->sim->connections};

	sim_log_connection(&s->sim->log, &call);
	if (strcmp(f->name, "reset") == 0)
		reset(fd);
	else
		hold(s, fd);
}

static void accept_one(struct sim_server *s, struct sim_listener *l)
{
	struct sockaddr_in from;
	socklen_t n = sizeof(from);
	int fd = accept4(l->fd, (struct sockaddr *)&from, &n,
		SOCK_CLOEXEC | SOCK_NONBLOCK);
	const struct sim_fault *f = NULL;

	if (fd < 0)
		return;
	if (!l->other)
		f = sim_fault_take(
			&s->sim->opt.faults, SIM_ON_CONNECTION, SIM_SETUP);
	if (f)
		strike(s, fd, f);
	else
		MHD_add_connection(l->daemon, fd, (struct sockaddr *)&from, n);
}

void sim_server_run(struct sim_server *s, int stop_fd, long for_s)
{
	int64_t end_ms = sim_clock_steady_ms() + for_s * 1000, left = -1;
	struct pollfd fds[SIM_LISTENERS + 1];

	for (int i = 0; i < SIM_LISTENERS; i++)
		fds[i] = (struct pollfd){s->all[i].fd, POLLIN, 0};
	fds[SIM_LISTENERS] = (struct pollfd){stop_fd, POLLIN, 0};
	if (s->filler >= 0)
		fds[0].fd = -1;
	for (;;) {
		if (for_s && (left = end_ms - sim_clock_steady_ms()) <= 0)
			return;
		poll(fds, SIM_LISTENERS + 1, left > 60000 ? 60000 : (int)left);
		if (fds[SIM_LISTENERS].revents)
			return;
		for (int i = 0; i < SIM_LISTENERS; i++)
			if (fds[i].revents)
				accept_one(s, &s->all[i]);
	}
}

void sim_server_stop(struct sim_server *s)
{
	for (int i = 0; i < SIM_LISTENERS; i++) {
		if (s->all[i].fd >= 0)
			close(s->all[i].fd);
		if (s->all[i].daemon)
			MHD_stop_daemon(s->all[i].daemon);
	}
	for (int i = 0; i < s->nheld; i++)
		close(s->held[i]);
	if (s->filler >= 0)
		close(s->filler);
}
