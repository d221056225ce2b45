#ifndef SIM_LOG_H
#define SIM_LOG_H
/*
 * Writes requests.ndjson: one line for each request, written before its
 * response is sent, so that a test can count requests. Bodies, and headers
 * that contain secrets, are never written. A line that cannot be written is
 * dropped without a message.
 */
#include <pthread.h>

struct sim_call;
struct sim_reply;

struct sim_log {
	pthread_mutex_t lock;
	int fd;
	unsigned long seq; /* number of lines written */
};

/* Creates or empties the log file. Returns 0, or -1 and sets errno. */
int sim_log_open(struct sim_log *log, const char *path);
void sim_log_close(struct sim_log *log);

/* Writes one line about a request and the response to it. */
void sim_log_request(struct sim_log *log, const struct sim_call *call,
	const struct sim_reply *reply);

/* Writes one line about a connection that a fault ends before HTTP begins. */
void sim_log_connection(struct sim_log *log, const struct sim_call *call);

#endif
