#ifndef SIM_LOG_H
#define SIM_LOG_H
/*
 * requests.ndjson: a line for each request, written before its answer goes
 * out, so that a test may count. No header and no body of a request is ever
 * written: they hold secrets.
 */
#include <pthread.h>

struct sim_call;
struct sim_reply;

struct sim_log {
	pthread_mutex_t lock;
	int fd;
	unsigned long seq;
};

/* Starts an empty log; -1 with errno. */
int sim_log_open(struct sim_log *log, const char *path);
void sim_log_close(struct sim_log *log);

void sim_log_request(struct sim_log *log, const struct sim_call *call,
	const struct sim_reply *reply);

/* A connection that never reaches HTTP because of the fault. */
void sim_log_connection(struct sim_log *log, const struct sim_call *call);

#endif
