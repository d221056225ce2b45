#ifndef SIM_TOKEN_H
#define SIM_TOKEN_H
/*
 * The tokens that were issued, and the rules of their issue: one a minute,
 * the same one again within its first hours, even if it was killed since.
 * Safe to use from several threads. Times are milliseconds of the server's
 * clock.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { SIM_TOKEN_SIZE = 352, SIM_MAX_TOKENS = 256 };

struct sim_token {
	char text[SIM_TOKEN_SIZE];
	int64_t issued_ms;
	int64_t expires_ms; /* a whole second */
	bool dead;          /* refused, though handed out again */
	bool revoked;       /* refused and forgotten */
};

struct sim_tokens {
	pthread_mutex_t lock;
	struct sim_token all[SIM_MAX_TOKENS]; /* a ring: the oldest go */
	unsigned n;                           /* ever issued */
	int64_t granted_ms; /* the last request that was granted */
	int64_t life_ms, keep_ms, minute_ms;
	bool opaque; /* tokens are no JWT */
};

/* What a fault asks of an issue. */
struct sim_issue {
	bool fresh;   /* a new one in spite of the hours */
	bool expired; /* its life ended an hour ago */
	bool free;    /* does not count for the minute */
};

enum sim_token_state { SIM_ALIVE, SIM_UNKNOWN, SIM_EXPIRED };

void sim_token_init(
	struct sim_tokens *t, int64_t life_s, int64_t keep_s, int64_t minute_s);

/* Copies the token to hand out; -1 when the minute is not over. */
int sim_token_issue(struct sim_tokens *t, const struct sim_issue *how,
	int64_t now_ms, struct sim_token *out);

enum sim_token_state sim_token_look(
	struct sim_tokens *t, const char *text, int64_t now_ms);

/* Makes a token useless; a revoked one is not handed out again either. */
int sim_token_kill(struct sim_tokens *t, const char *text, bool revoke);

#endif
