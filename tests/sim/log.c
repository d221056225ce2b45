#include "tests/sim/log.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/sim/call.h"
#include "tests/sim/clock.h"
#include "tests/sim/reply.h"

int sim_log_open(struct sim_log *log, const char *path)
{
	pthread_mutex_init(&log->lock, NULL);
	log->seq = 0;
	log->fd = open(path,
		O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	return log->fd < 0 ? -1 : 0;
}

void sim_log_close(struct sim_log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

static void put(json_t *line, const char *key, const char *value)
{
	json_t *text = value ? json_string(value) : NULL;

	if (value)
		json_object_set_new(
			line, key, text ? text : json_string("(not UTF-8)"));
}

static bool is_secret(const struct sim *sim, const char *value)
{
	return strstr(value, sim->appkey) || strstr(value, sim->appsecret) ||
	       strstr(value, "eyJ");
}

struct query_state {
	json_t *object;
	const struct sim *sim;
};

static enum MHD_Result add_argument(void *state, enum MHD_ValueKind kind,
	const char *key, const char *value)
{
	const struct query_state *q = state;

	(void)kind;
	if (value && is_secret(q->sim, value))
		value = "(secret)";
	put(q->object, key, value ? value : "");
	return MHD_YES;
}

static json_t *query_of(const struct sim_call *call)
{
	struct query_state q = {json_object(), call->sim};

	MHD_get_connection_values(
		call->mhd, MHD_GET_ARGUMENT_KIND, add_argument, &q);
	return q.object;
}

static void put_headers(json_t *line, const struct sim_call *call)
{
	static const char *const shown[] = {
		"custtype",
		"tr_id",
		"tr_cont",
		"gt_uid",
		"content-type",
		"accept-encoding",
		"user-agent",
	};

	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++)
		put(line, shown[i], sim_call_header(call, shown[i]));
}

/* Records whether a request to the other host (server.h) contains an appsecret,
 * a token or a body. A body may contain secrets, and a client must never send
 * secrets to the other host. */
static void put_other(json_t *line, const struct sim_call *call)
{
	put(line, "host", "other");
	json_object_set_new(line, "saw_secret",
		json_boolean(sim_call_header(call, "appsecret") ||
			     sim_call_header(call, "authorization") ||
			     call->upload_size));
}

static void write_line(struct sim_log *log, json_t *line)
{
	char *text;
	size_t n;

	pthread_mutex_lock(&log->lock);
	json_object_set_new(line, "seq", json_integer((json_int_t)++log->seq));
	json_object_set_new(
		line, "steady_ms", json_integer(sim_clock_steady_ms()));
	text = json_dumps(line, JSON_COMPACT);
	n = text ? strlen(text) : 0;
	if (text) {
		/* write the line and its newline with one write(), so that no
		 * reader sees half a line */
		text[n] = '\n';
		if (write(log->fd, text, n + 1) < 0)
			log->seq--;
	}
	pthread_mutex_unlock(&log->lock);
	free(text);
	json_decref(line);
}

static json_t *start_line(const struct sim_call *call)
{
	json_t *line = json_object();
	char time[SIM_TIME_TEXT];

	sim_clock_iso(sim_clock_ms(&call->sim->opt), time);
	put(line, "time", time);
	put(line, "method", call->method);
	put(line, "path", call->path);
	return line;
}

void sim_log_request(struct sim_log *log, const struct sim_call *call,
	const struct sim_reply *reply)
{
	json_t *line = start_line(call);

	json_object_set_new(line, "query", query_of(call));
	json_object_set_new(line, "status", json_integer(reply->status));
	put(line, "code", reply->code ? reply->code : "");
	json_object_set_new(line, "conn", json_integer((json_int_t)call->conn));
	put(line, "fault", call->fault);
	put_headers(line, call);
	if (call->other)
		put_other(line, call);
	write_line(log, line);
}

void sim_log_connection(struct sim_log *log, const struct sim_call *call)
{
	json_t *line = start_line(call);

	json_object_set_new(line, "conn", json_integer((json_int_t)call->conn));
	put(line, "fault", call->fault);
	write_line(log, line);
}
