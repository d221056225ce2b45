/*
 * The token cache: for each pair of server and appkey, one small JSON file in
 * the cache directory, with mode 0600, replaced by rename(). The file contains
 * the token, its expiry time, and the time at which the server last issued a
 * token. A missing or invalid file counts as an empty cache.
 */
#ifndef KIS_TOKEN_STATE_H
#define KIS_TOKEN_STATE_H

#include "lib/err.h"
#include "lib/log.h"

#include <time.h>

struct token_entry {
	char *token;    /* owned; NULL if no token is cached */
	time_t expires; /* expiry time: as the server reported it, or estimated
			   from expires_in */
	time_t first_seen; /* when the server first returned this token */
	time_t returned;   /* when the server last returned this token */
	time_t issued;     /* when the server last issued a token, or rejected a
			      request because the last issue was less than a minute
			      before; 0: never */
};

enum {
	TOKEN_MARGIN_S = 600, /* a token is not used in its last 10 minutes */
	TOKEN_MINUTE_S = 61, /* seconds between the issue of two tokens: 60, and
				1 for rounding */
};

/* Returns 1 if s has the form of a token: 1 to KIS_TOKEN_MAX characters, all
 * printable ASCII except space. */
int state_token_is_sound(const char *s);

/* Reads the cache file at path into st; the caller calls state_release().
 * digest identifies the server and appkey (lib/cache.h). If the file is
 * missing, invalid or has another digest, st is empty. Warns about a file that
 * cannot be opened, is not a regular file, or has the wrong owner or mode.
 * Reports corrupt contents with -v. */
void state_load(struct token_entry *st, const char *path, const char *digest,
	const struct kis_log *logger);

/* Writes st to path atomically, with mode 0600. Returns 0, or -1 and sets err
 * (71, 73 or 74). */
int state_store(const struct token_entry *st, const char *path,
	const char *digest, struct kis_err *err);

/* Returns 1 if the token of st may be used at the time now: it is valid for
 * more than 10 minutes, or the server returned it less than a minute ago and
 * would not issue another token yet. */
int state_is_usable(const struct token_entry *st, time_t now);

/* Returns the seconds from now until the server issues another token, or 0 if
 * the server would issue one at once. Ignores an issue time in the future,
 * which means that the clock was set back. */
long state_seconds_to_wait(const struct token_entry *st, time_t now);

/* Wipes and frees the token. st is then empty. */
void state_release(struct token_entry *st);

#endif
