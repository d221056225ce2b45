/*
 * Reads and writes the token cache. Each pair of server and appkey has one
 * small JSON file in the cache directory, with mode 0600, which is replaced by
 * rename(). The file contains the token, its expiry time, and the times at
 * which the server issued and returned tokens. A missing or invalid file counts
 * as an empty cache.
 */
#ifndef KIS_TOKEN_STATE_H
#define KIS_TOKEN_STATE_H

#include "lib/err.h"
#include "lib/log.h"

#include <time.h>

struct token_entry {
	char *token;    /* owned; NULL if no token is cached */
	time_t expires; /* expiry time, as the server reported it or estimated
			   from expires_in */
	time_t first_seen; /* time when the server first returned this token */
	time_t returned;   /* time when the server last returned this token */
	time_t issued; /* time when the server last issued a token, or rejected
			  a request because a token was issued less than a
			  minute before; 0 if never */
};

enum {
	TOKEN_MARGIN_S = 600, /* a token is not used in its last 10 minutes */
	TOKEN_MINUTE_S = 61, /* minimum seconds between the issue of two tokens:
				60, plus 1 for rounding */
};

/* Returns 1 if s has the form of a token: 1 to KIS_TOKEN_MAX characters, all
 * printable ASCII except space. */
int state_token_is_sound(const char *s);

/* Reads the cache file at path into st; the caller calls state_release().
 * digest identifies the server and the appkey (lib/cache.h). If the file is
 * missing, invalid or has a different digest, st is empty. Warns about a file
 * that cannot be opened, is not a regular file, or has the wrong owner or mode.
 * With -v, reports corrupt contents. */
void state_load(struct token_entry *st, const char *path, const char *digest,
	const struct kis_log *logger);

/* Writes st to path atomically, with mode 0600. Returns 0, or -1 and sets err
 * (71, 73 or 74). */
int state_store(const struct token_entry *st, const char *path,
	const char *digest, struct kis_err *err);

/* Returns 1 if the token of st may be used at the time `now`. The token must be
 * valid for more than 10 minutes, or the server must have returned it less than
 * a minute ago, so that the server would not issue another token yet. */
int state_is_usable(const struct token_entry *st, time_t now);

/* Returns how many seconds after the time `now` the server will issue another
 * token, or 0 if it would issue one immediately. Ignores an issue time in the
 * future, which means that the clock was set back. */
long state_seconds_to_wait(const struct token_entry *st, time_t now);

/* Wipes and frees the token, and makes st empty. */
void state_release(struct token_entry *st);

#endif
