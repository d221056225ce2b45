#include "tests/sim/request.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sim/answer.h"
#include "tests/sim/mangle.h"
#include "tests/sim/wire.h"

static struct sim_call *start_call(const struct sim_listener *listener,
	struct MHD_Connection *mhd, const char *method, const char *path)
{
	struct sim_call *call = calloc(1, sizeof(*call));
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	if (call == NULL)
		return NULL;
	call->sim = listener->sim;
	call->mhd = mhd;
	call->method = method;
	call->path = path;
	call->other = listener->other;
	call->tls = listener->tls;
	if (info && info->socket_context)
		call->conn = *(unsigned long *)info->socket_context;
	return call;
}

static int collect(struct sim_call *call, const char *data, size_t n)
{
	char *grown;

	if (call->upload_size + n > SIM_MAX_UPLOAD)
		return -1;
	grown = realloc(call->upload, call->upload_size + n);
	if (grown == NULL)
		return -1;
	memcpy(grown + call->upload_size, data, n);
	call->upload = grown;
	call->upload_size += n;
	return 0;
}

static enum MHD_Result reply_to(struct sim_call *call)
{
	struct sim_reply reply;
	enum MHD_Result result;

	sim_reply_init(&reply);
	sim_answer(call, &reply);
	sim_mangle(call, &reply);
	sim_log_request(&call->sim->log, call, &reply);
	result = sim_wire_send(call, &reply);
	sim_reply_release(&reply);
	return result;
}

/* libmicrohttpd calls this function after the headers, for each piece of the
 * body, and at the end of the request. */
static enum MHD_Result on_request(void *state, struct MHD_Connection *mhd,
	const char *path, const char *method, const char *version,
	const char *data, size_t *size, void **slot)
{
	struct sim_call *call = *slot;
	size_t n = *size;

	(void)version;
	if (call == NULL) {
		*slot = start_call(state, mhd, method, path);
		return *slot ? MHD_YES : MHD_NO;
	}
	if (n == 0)
		return reply_to(call);
	*size = 0;
	return collect(call, data, n) == 0 ? MHD_YES : MHD_NO;
}

static void on_completed(void *state, struct MHD_Connection *mhd, void **slot,
	enum MHD_RequestTerminationCode how)
{
	struct sim_call *call = *slot;

	(void)state;
	(void)mhd;
	(void)how;
	if (call)
		free(call->upload);
	free(call);
	*slot = NULL;
}

/* Assigns a number to each new connection, and frees the number when the
 * connection ends. */
static void on_connection(void *state, struct MHD_Connection *mhd, void **slot,
	enum MHD_ConnectionNotificationCode what)
{
	struct sim_listener *listener = state;
	unsigned long *number;

	(void)mhd;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		number = malloc(sizeof(*number));
		if (number)
			*number = ++listener->sim->connections;
		*slot = number;
	} else {
		free(*slot);
		*slot = NULL;
	}
}

struct MHD_Daemon *sim_request_daemon(
	struct sim_listener *listener, const struct sim_cert *cert)
{
	bool tls11 = sim_fault_has(&listener->sim->opt.faults, "tls11");
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD |
			 MHD_USE_THREAD_PER_CONNECTION | MHD_USE_AUTO |
			 MHD_USE_NO_LISTEN_SOCKET |
			 MHD_USE_SUPPRESS_DATE_NO_CLOCK |
			 (listener->tls ? MHD_USE_TLS : 0);
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_KEY, 0, cert->key},
		{MHD_OPTION_HTTPS_MEM_CERT, 0, cert->cert},
		{MHD_OPTION_HTTPS_PRIORITIES, 0,
			(void *)(tls11 ? "NORMAL:-VERS-ALL:+VERS-TLS1.1:+SHA1:+"
					 "SIGN-ALL"
				 : sim_assumes(&listener->sim->opt, SIM_TLS)
					 ? "NORMAL:-VERS-ALL:+VERS-TLS1.3"
					 : "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1")},
		{MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};

	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, listener,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, listener,
		MHD_OPTION_CONNECTION_LIMIT, 1000u, MHD_OPTION_ARRAY,
		listener->tls ? tls : none, MHD_OPTION_END);
}
