#ifndef SIM_TOKEN_H
#define SIM_TOKEN_H
/*
 * Stores the issued tokens and applies two rules of KIS. KIS issues at most one
 * token a minute. For the duration set by --token-keep (six hours by default),
 * KIS issues the same token again, even if it rejects requests with that token.
 * The functions are thread-safe. Times are milliseconds of the server's clock.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { SIM_TOKEN_SIZE = 352, SIM_MAX_TOKENS = 256 };

struct sim_token {
	char text[SIM_TOKEN_SIZE];
	int64_t issued_ms;
	int64_t expires_ms; /* time of expiry, rounded down to a second */
	bool dead;    /* requests with the token are rejected, but the token is
			 issued again */
	bool revoked; /* requests with the token are rejected, and a token
			 request returns a different token */
};

struct sim_tokens {
	pthread_mutex_t lock;
	struct sim_token all[SIM_MAX_TOKENS]; /* newest tokens; ring buffer */
	unsigned n;         /* number of tokens created so far */
	int64_t granted_ms; /* time of the last issue */
	/* Lifetime of a token, time for which the same token is issued again,
	 * and minimum time between two issues. */
	int64_t life_ms, keep_ms, minute_ms;
	bool opaque; /* true: tokens do not have the form of a JWT */
};

/* Selects how a token is issued. Faults set "fresh" and "expired", and
 * --with-token sets "free". If all fields are false, the token is issued
 * normally. */
struct sim_issue {
	bool fresh; /* issue a new token even if the last one is still valid */
	bool expired; /* issue a token that expired an hour ago */
	bool free;    /* ignore the limit of one token a minute */
};

enum sim_token_state { SIM_ALIVE, SIM_UNKNOWN, SIM_EXPIRED };

void sim_token_init(
	struct sim_tokens *t, int64_t life_s, int64_t keep_s, int64_t minute_s);

/* Issues the newest token again or, if that token has expired, was revoked or
 * is older than --token-keep, creates a new token. Copies the token to out.
 * Returns 0, or -1 if the last issue was less than a minute (--minute) ago. */
int sim_token_issue(struct sim_tokens *t, const struct sim_issue *how,
	int64_t now_ms, struct sim_token *out);

/* Returns SIM_ALIVE if requests with the token are accepted, SIM_EXPIRED if the
 * token has expired, or SIM_UNKNOWN if the token was not issued, is dead or is
 * revoked. */
enum sim_token_state sim_token_look(
	struct sim_tokens *t, const char *text, int64_t now_ms);

/* Makes the server reject requests with this token from now on. If revoke is
 * true, the token is also never issued again. Returns 0, or -1 if the token is
 * unknown. */
int sim_token_kill(struct sim_tokens *t, const char *text, bool revoke);

#endif
