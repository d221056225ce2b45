/*
 * How a token comes to be: from the cache if it holds a good one, else from
 * the server, one process at a time, never twice within a minute.
 */
#ifndef KIS_TOKEN_OBTAIN_H
#define KIS_TOKEN_OBTAIN_H

#include "cmd/kis-token/token_cache.h"
#include "lib/config.h"
#include "lib/err.h"
#include "lib/log.h"

struct job {
	struct kis_config
		*config; /* borrows; its secret is fetched if needed */
	const struct kis_log *say;
	int force;   /* ask the server even if the cached token seems good */
	int setup;   /* besides, to try a key: another process's new token is
			no proof, and the same one is no news */
	long wait_s; /* how long to wait for the minute since the last issue */
};

/* Fills st (release it) with a token to print. Every issue sends the
 * account's owner a message, so the cache is looked at again once the lock is
 * held. A cache that cannot be used costs a warning only. Fails with 69, 71,
 * 75, 76, 77 or 78. */
int obtain_token(struct job *job, struct token_entry *st, struct kis_err *err);

/* What the cache holds, without network; st may be empty. */
void obtain_cached(const struct job *job, struct token_entry *st);

/* Revokes the cached token at the server and forgets it. */
int obtain_revoke(struct job *job, struct kis_err *err);

#endif
