#ifndef SIM_TOKEN_H
#define SIM_TOKEN_H
/*
 * The issued tokens and the rules of KIS: one issue a minute, and the same
 * token again within its first hours, even if requests with it are rejected.
 * Thread-safe. Times are milliseconds of the server's clock.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { SIM_TOKEN_SIZE = 352, SIM_MAX_TOKENS = 256 };

struct sim_token {
	char text[SIM_TOKEN_SIZE];
	int64_t issued_ms;
	int64_t expires_ms; /* a whole second */
	bool dead;          /* rejected, but issued again */
	bool revoked;       /* rejected and not issued again */
};

struct sim_tokens {
	pthread_mutex_t lock;
	struct sim_token all[SIM_MAX_TOKENS]; /* ring of the newest */
	unsigned n;                           /* number of all tokens */
	int64_t granted_ms;                   /* time of the last issue */
	int64_t life_ms, keep_ms, minute_ms;
	bool opaque; /* tokens do not look like a JWT */
};

/* How a fault changes the issue of a token. */
struct sim_issue {
	bool fresh;   /* always a new token */
	bool expired; /* the token expired an hour ago */
	bool free;    /* ignores the limit of one a minute */
};

enum sim_token_state { SIM_ALIVE, SIM_UNKNOWN, SIM_EXPIRED };

void sim_token_init(
	struct sim_tokens *t, int64_t life_s, int64_t keep_s, int64_t minute_s);

/* Issues a token and copies it to out. Returns 0, or -1 if the last issue was
 * less than a minute (--minute) ago. */
int sim_token_issue(struct sim_tokens *t, const struct sim_issue *how,
	int64_t now_ms, struct sim_token *out);

enum sim_token_state sim_token_look(
	struct sim_tokens *t, const char *text, int64_t now_ms);

/* Rejects requests with this token from now on. With revoke, the token is not
 * issued again either. Returns 0, or -1 if the token is unknown. */
int sim_token_kill(struct sim_tokens *t, const char *text, bool revoke);

#endif
