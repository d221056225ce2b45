#ifndef SIM_RATE_H
#define SIM_RATE_H
/*
 * Two rules for rejecting requests: the rate limit, and a gt_uid that an
 * earlier request used. Thread-safe.
 */
#include <pthread.h>
#include <stdint.h>

enum { SIM_MAX_RATE = 10000, SIM_MAX_UIDS = 4096, SIM_UID_SIZE = 33 };

struct sim_rate {
	pthread_mutex_t lock;
	int64_t at_ms[SIM_MAX_RATE]; /* of accepted requests; ring buffer */
	uint64_t n;
};

struct sim_uids {
	pthread_mutex_t lock;
	char seen[SIM_MAX_UIDS][SIM_UID_SIZE];
	uint64_t n;
};

void sim_rate_init(struct sim_rate *r);
void sim_uids_init(struct sim_uids *u);

/* Counts the request and returns 0, or returns -1 if limit requests were
 * accepted within the last second. */
int sim_rate_pass(struct sim_rate *r, int limit, int64_t now_ms);

/* Stores the id and returns 0, or returns -1 if the id was used before. */
int sim_uids_add(struct sim_uids *u, const char *id);

#endif
