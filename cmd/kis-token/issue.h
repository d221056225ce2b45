/*
 * The two calls to the server: POST /oauth2/tokenP and POST /oauth2/revokeP.
 */
#ifndef KIS_TOKEN_ISSUE_H
#define KIS_TOKEN_ISSUE_H

#include "lib/config.h"
#include "lib/err.h"
#include "lib/log.h"

#include <time.h>

struct issued {
	char *token; /* owned */
	time_t expires;
};

/* Asks for a token; retries what may pass. The configuration's secret must be
 * there. *minute is set when the server says that a token was issued less
 * than a minute ago. Fails with 69, 71, 75, 76, 77 or 78. */
int issue_token(const struct kis_config *c, const struct kis_log *say,
	struct issued *out, int *minute, struct kis_err *err);

/* Has the server forget a token; one it does not know any more is success.
 * Fails as issue_token(). */
int issue_revoke(const struct kis_config *c, const struct kis_log *say,
	const char *token, struct kis_err *err);

#endif
