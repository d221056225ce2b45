/*
 * Sends the two token requests of the KIS Open API: POST /oauth2/tokenP issues
 * a token, and POST /oauth2/revokeP revokes one.
 */
#ifndef KIS_TOKEN_ISSUE_H
#define KIS_TOKEN_ISSUE_H

#include "lib/config.h"
#include "lib/err.h"
#include "lib/log.h"

#include <time.h>

struct issued {
	char *token;    /* owned; the issued token */
	time_t expires; /* expiry time, as the server reported it or estimated
			   from expires_in */
};

/* Requests a token and retries transient errors. The caller calls
 * kis_config_load_secret() first, because c must contain the appsecret. On
 * success, fills out and returns 0; the caller frees out->token with
 * kis_mem_free_secret(). On failure, returns -1 and sets err (69, 71, 75, 76,
 * 77 or 78). Sets *minute to 1 if the server rejected the request because it
 * issued a token less than a minute ago (EGW00133), otherwise to 0. */
int issue_token(const struct kis_config *c, const struct kis_log *logger,
	struct issued *out, int *minute, struct kis_err *err);

/* Revokes token and retries transient errors. Also succeeds if the server does
 * not know the token or the token has expired. c must contain the appsecret.
 * Returns 0, or -1 and sets err like issue_token(). */
int issue_revoke(const struct kis_config *c, const struct kis_log *logger,
	const char *token, struct kis_err *err);

#endif
