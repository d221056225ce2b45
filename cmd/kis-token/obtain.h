/*
 * Obtains a token from the cache if it contains a valid one, otherwise from the
 * server. Processes that share a cache request tokens one at a time, and never
 * two within a minute.
 */
#ifndef KIS_TOKEN_OBTAIN_H
#define KIS_TOKEN_OBTAIN_H

#include "cmd/kis-token/token_cache.h"
#include "lib/config.h"
#include "lib/err.h"
#include "lib/log.h"

struct job {
	struct kis_config
		*config; /* borrowed; its appsecret is loaded if needed */
	const struct kis_log *logger;
	int force; /* 1: request a token even if the cached token is valid */
	int setup; /* 1: --setup is verifying credentials, so do not accept a
		      token that another process requested, and do not report
		      that the server returned the same token */
	/* maximum seconds to wait until a token may be requested again (KIS
	 * issues at most one per minute) */
	long wait_s;
};

/* Fills st with a valid token. The caller calls state_release() even after a
 * failure. Requests a token only if the cache does not contain a valid one or
 * job->force is set, because KIS sends the account owner a message for each new
 * token. Locks the cache before a request and reads the cache again, because
 * another process may have stored a token. Warns if the cache cannot be used.
 * Returns 0, or -1 and sets err (69, 71, 75, 76, 77 or 78). */
int obtain_token(struct job *job, struct token_entry *st, struct kis_err *err);

/* Fills st from the cache, without network access; the caller calls
 * state_release(). If no token is cached, st->token is NULL. A cached token may
 * have expired. Warns if the cache cannot be used. */
void obtain_cached(const struct job *job, struct token_entry *st);

/* Revokes the cached token at the server and removes it from the cache. If no
 * token is cached, prints a warning and returns 0. Returns 0, or -1 and sets
 * err like obtain_token(). */
int obtain_revoke(struct job *job, struct kis_err *err);

#endif
