/*
 * kis-sim: a simulated KIS server on 127.0.0.1, for tests and demonstrations.
 * It issues tokens, returns the short-sale ranking and daily rows, rejects the
 * requests that KIS rejects, and simulates the failures that --fault selects.
 * It shares no code with the programs under test.
 */
#include <err.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/sim/call.h"
#include "tests/sim/server.h"
#include "tests/sim/setup.h"

static const struct {
	const char *fault;
	enum sim_cert_kind kind;
} certs[] = {
	{"cert-expired", SIM_CERT_EXPIRED},
	{"cert-name", SIM_CERT_OTHER_NAME},
	{"cert-selfsigned", SIM_CERT_SELF_SIGNED},
};

static enum sim_cert_kind choose_cert(const struct sim_faults *faults)
{
	for (size_t i = 0; i < sizeof(certs) / sizeof(certs[0]); i++)
		if (sim_fault_has(faults, certs[i].fault))
			return certs[i].kind;
	return SIM_CERT_GOOD;
}

/* Ignores SIGPIPE. Blocks SIGTERM, SIGINT and, unless nohup(1) ignores it,
 * SIGHUP, and returns a descriptor from which they can be read, or -1. Must be
 * called before any thread starts, because threads inherit the signal mask. */
static int open_signals(void)
{
	struct sigaction hangup;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigaction(SIGHUP, NULL, &hangup) == 0 &&
		hangup.sa_handler != SIG_IGN)
		sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int serve(struct sim *sim, int stop_fd)
{
	struct sim_cert cert = {NULL, NULL, NULL};
	struct sim_server server = {0};
	int status = EX_OSERR;

	if (sim_cert_make(
		    &cert, choose_cert(&sim->opt.faults), sim->opt.shift_s) < 0)
		return status;
	if (sim_setup_ca(sim, &cert) == 0 &&
		sim_server_start(&server, sim, &cert) == 0 &&
		sim_setup_env(sim) == 0) {
		sim_server_run(&server, stop_fd, sim->opt.for_s);
		status = EX_OK;
	}
	eventfd_write(sim->quit_fd, 1);
	if (server.sim)
		sim_server_stop(&server);
	sim_cert_release(&cert);
	return status;
}

int main(int argc, char **argv)
{
	/* static, because struct sim is too large for the stack */
	static struct sim sim = {.log.fd = -1};
	enum sim_parse parsed = sim_options_parse(&sim.opt, argc, argv);
	int status = EX_CANTCREAT, stop_fd;

	if (parsed != SIM_PARSE_RUN)
		return parsed == SIM_PARSE_DONE ? EX_OK : EX_USAGE;
	umask(077);
	stop_fd = open_signals();
	sim.quit_fd = eventfd(0, EFD_CLOEXEC);
	if (stop_fd < 0 || sim.quit_fd < 0)
		err(EX_OSERR, NULL);
	if (sim_setup(&sim) == 0)
		status = serve(&sim, stop_fd);
	sim_setup_release(&sim);
	close(stop_fd);
	close(sim.quit_fd);
	return status;
}
