#ifndef SIM_RATE_H
#define SIM_RATE_H
/*
 * Memories that refuse: calls in the last second, and gt_uids that were used
 * before. Safe to use from several threads.
 */
#include <pthread.h>
#include <stdint.h>

enum { SIM_MAX_RATE = 10000, SIM_MAX_UIDS = 4096, SIM_UID_SIZE = 33 };

struct sim_rate {
	pthread_mutex_t lock;
	int64_t at_ms[SIM_MAX_RATE]; /* ring of calls let through */
	uint64_t n;
};

struct sim_uids {
	pthread_mutex_t lock;
	char seen[SIM_MAX_UIDS][SIM_UID_SIZE];
	uint64_t n;
};

void sim_rate_init(struct sim_rate *r);
void sim_uids_init(struct sim_uids *u);

/* -1 when limit calls were let through within the last second. */
int sim_rate_pass(struct sim_rate *r, int limit, int64_t now_ms);

/* -1 when the id was seen before. */
int sim_uids_add(struct sim_uids *u, const char *id);

#endif
