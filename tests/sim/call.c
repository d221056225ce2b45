#include "tests/sim/call.h"

#include <poll.h>

int sim_call_pause(const struct sim_call *call, int ms)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		call->mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct pollfd fds[2] = {
		{.fd = call->sim->quit_fd, .events = POLLIN},
		{.fd = info ? info->connect_fd : -1, .events = POLLRDHUP},
	};

	return poll(fds, 2, ms) == 0 ? 0 : -1;
}

const char *sim_call_header(const struct sim_call *call, const char *name)
{
	return MHD_lookup_connection_value(call->mhd, MHD_HEADER_KIND, name);
}
