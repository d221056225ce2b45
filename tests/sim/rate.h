#ifndef SIM_RATE_H
#define SIM_RATE_H
/*
 * Applies two rules for rejecting requests: the rate limit, and the rule that
 * no two requests may have the same value of the header gt_uid. The functions
 * are thread-safe.
 */
#include <pthread.h>
#include <stdint.h>

enum { SIM_MAX_RATE = 10000, SIM_MAX_UIDS = 4096, SIM_UID_SIZE = 33 };

struct sim_rate {
	pthread_mutex_t lock;
	/* times of the accepted requests; a ring buffer */
	int64_t at_ms[SIM_MAX_RATE];
	uint64_t n; /* number of requests accepted so far */
};

struct sim_uids {
	pthread_mutex_t lock;
	char seen[SIM_MAX_UIDS][SIM_UID_SIZE];
	uint64_t n;
};

void sim_rate_init(struct sim_rate *r);
void sim_uids_init(struct sim_uids *u);

/* Counts the request and returns 0, or returns -1 if the number of requests
 * accepted within the last second has reached "limit", which is at most
 * SIM_MAX_RATE. */
int sim_rate_pass(struct sim_rate *r, int limit, int64_t now_ms);

/* Stores the id and returns 0, or returns -1 if the id is one of the last
 * SIM_MAX_UIDS stored ids. The id has at most SIM_UID_SIZE - 1 bytes. */
int sim_uids_add(struct sim_uids *u, const char *id);

#endif
