#include "tests/sim/rate.h"

#include <stdio.h>
#include <string.h>

void sim_rate_init(struct sim_rate *r)
{
	memset(r, 0, sizeof(*r));
	pthread_mutex_init(&r->lock, NULL);
}

void sim_uids_init(struct sim_uids *u)
{
	memset(u, 0, sizeof(*u));
	pthread_mutex_init(&u->lock, NULL);
}

int sim_rate_pass(struct sim_rate *r, int limit, int64_t now_ms)
{
	uint64_t back = (uint64_t)limit;
	int status = 0;

	pthread_mutex_lock(&r->lock);
	if (r->n >= back &&
		now_ms - r->at_ms[(r->n - back) % SIM_MAX_RATE] < 1000)
		status = -1;
	else
		r->at_ms[r->n++ % SIM_MAX_RATE] = now_ms;
	pthread_mutex_unlock(&r->lock);
	return status;
}

int sim_uids_add(struct sim_uids *u, const char *id)
{
	uint64_t n;
	int status = 0;

	pthread_mutex_lock(&u->lock);
	n = u->n < SIM_MAX_UIDS ? u->n : SIM_MAX_UIDS;
	for (uint64_t i = 0; i < n && status == 0; i++)
		if (strcmp(u->seen[i], id) == 0)
			status = -1;
	if (status == 0)
		snprintf(
			u->seen[u->n++ % SIM_MAX_UIDS], SIM_UID_SIZE, "%s", id);
	pthread_mutex_unlock(&u->lock);
	return status;
}
