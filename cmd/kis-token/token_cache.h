/*
 * What kis-token remembers of one (server, appkey): the token, until when it
 * is good, and when one was last asked for. One small JSON file in the cache
 * folder, 0600, replaced by rename. Whatever is wrong with it is a miss.
 */
#ifndef KIS_TOKEN_STATE_H
#define KIS_TOKEN_STATE_H

#include "lib/err.h"
#include "lib/log.h"

#include <time.h>

struct token_entry {
	char *token;       /* owned; NULL if there is none */
	time_t expires;    /* as the server told */
	time_t first_seen; /* when this very token was first handed out */
	time_t returned;   /* when it was last handed out to us */
	time_t issued;     /* when the server last issued any, or said that
			     it had within the minute; 0: never */
};

enum {
	TOKEN_MARGIN_S = 600, /* not used in its last ten minutes */
	TOKEN_MINUTE_S = 61,  /* between two issues; one for rounding */
};

/* 1 if s can be a token: printable ASCII without blanks, not too long. */
int state_token_is_sound(const char *s);

/* Reads the file at path; what is missing or wrong leaves st empty. What a
 * user should know is said as a warning, the rest with -v. */
void state_load(struct token_entry *st, const char *path, const char *digest,
	const struct kis_log *say);

/* Writes it whole or not at all. Fails with 73 or 74. */
int state_store(const struct token_entry *st, const char *path,
	const char *digest, struct kis_err *err);

/* 1 if the token may be printed at now: more than ten minutes left, or handed
 * to us within the last minute, when a new one could not be had anyway. */
int state_is_usable(const struct token_entry *st, time_t now);

/* Seconds until the server will issue again, 0 if it will now. A time of
 * asking that lies in the future (the clock was set back) does not count. */
long state_seconds_to_wait(const struct token_entry *st, time_t now);

void state_release(struct token_entry *st);

#endif
