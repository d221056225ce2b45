#include "cmd/kis-token/obtain.h"
#include "cmd/kis-token/issue.h"
#include "lib/cache.h"
#include "lib/mem.h"
#include "lib/clock.h"
#include "lib/locale.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	/* For six hours after it issued a token, the server returns the same
	 * token. */
	SAME_TOKEN_S = 6 * 3600,
};

#define NOT_KEPT                                                               \
	N_("cannot cache the token, so the next run will request a new one")

/* The token cache during one run. path is the name of the cache file; it is
 * owned, and NULL if no cache can be used. */
struct cache {
	char *path;
	char digest[KIS_CACHE_DIGEST];
	int lock;   /* descriptor of the lock, or -1 if unlocked */
	int looked; /* 1 after the cache was first read; that read printed all
		       warnings about the cache file */
};

/* Prepares the token cache; the caller calls cache_close(). If no cache can be
 * used, prints a warning. The argument "without" is the first part of that
 * warning; it describes the consequence for the user. */
static void cache_open(
	struct cache *c, const struct job *job, const char *without)
{
	const struct kis_config *config = job->config;
	struct kis_err err = {0};

	c->lock = -1;
	c->looked = 0;
	c->path = kis_cache_path(config->base_url, config->appkey, ".token",
		c->digest, job->logger, &err);
	if (!c->path)
		kis_log_warn(job->logger, "%s: %s", _(without), err.msg);
}

static void cache_unlock(struct cache *c)
{
	if (c->lock >= 0)
		close(c->lock);
	c->lock = -1;
}

static void cache_close(struct cache *c)
{
	cache_unlock(c);
	free(c->path);
}

/* Locks the cache. Returns 0 if the cache is locked or if no cache can be used.
 * If locks do not work, prints a warning and returns 0. Returns -1 and sets err
 * (75) if another process still holds the lock after wait_ms. */
static int cache_lock(struct cache *c, const struct job *job, long wait_ms,
	struct kis_err *err)
{
	if (!c->path)
		return 0;
	c->lock = kis_cache_lock(c->path, wait_ms, err);
	if (c->lock >= 0)
		return 0;
	if (err->code == KIS_EX_TEMP)
		return -1;
	kis_log_warn(job->logger, "continuing without a lock: %s", err->msg);
	return 0;
}

static void cache_load(
	struct cache *c, const struct job *job, struct token_entry *st)
{
	struct kis_log logger = *job->logger;

	if (c->looked)
		logger.level = -1;
	c->looked = 1;
	if (c->path)
		state_load(st, c->path, c->digest, &logger);
	else
		*st = (struct token_entry){0};
}

static void cache_store(const struct cache *c, const struct job *job,
	const struct token_entry *st)
{
	struct kis_err err = {0};

	if (c->path && state_store(st, c->path, c->digest, &err) < 0)
		kis_log_warn(job->logger, "%s: %s", _(NOT_KEPT), err.msg);
}

/* Stores st, from which the revoked token was removed. If storing fails, for
 * example because the disk is full, deletes the cache file, so that the revoked
 * token is not used again. */
static void cache_drop_token(const struct cache *c, const struct job *job,
	const struct token_entry *st)
{
	struct kis_err err = {0};

	if (!c->path || state_store(st, c->path, c->digest, &err) == 0)
		return;
	if (unlink(c->path) != 0)
		kis_log_warn(job->logger,
			"cannot remove the revoked token from '%s': %s; "
			"delete that file",
			c->path, err.msg);
}

static void say_same(const struct job *job, const struct token_entry *st)
{
	char when[KIS_CLOCK_TEXT];

	kis_clock_text_kst(st->first_seen + SAME_TOKEN_S, when);
	kis_log_warn(job->logger,
		"the server returned the same token: it issues a new one only "
		"after six hours, at %s KST; to try earlier, run: kis-token "
		"--revoke",
		when);
}

static void say_new(
	const struct job *job, const struct token_entry *st, time_t now)
{
	char when[KIS_CLOCK_TEXT];

	kis_clock_text_kst(st->expires, when);
	kis_log_info(job->logger, "token issued, valid until %s KST", when);
	if (st->expires <= now)
		kis_log_warn(job->logger,
			"the new token expired at %s KST, according to the "
			"server; check the system clock",
			when);
}

/* Moves the issued token into st. If st already has the same token, prints a
 * warning, except with --setup. */
static void accept_token(
	const struct job *job, struct token_entry *st, struct issued *new)
{
	time_t now = time(NULL);
	int same = st->token && strcmp(st->token, new->token) == 0;

	if (!same)
		st->first_seen = now;
	kis_mem_free_secret(st->token);
	st->token = new->token;
	st->expires = new->expires;
	st->returned = now;
	st->issued = now;
	say_new(job, st, now);
	if (same && !job->setup)
		say_same(job, st);
}

/* Loads a token from the cache, or requests one. The caller has locked the
 * cache. The argument "before" is the token that was in the cache before
 * locking, or NULL. Returns 1 if st has a token. Returns 0 if the caller must
 * wait before it calls this function again, and sets *pause_s to the seconds to
 * wait. Returns -1 and sets err on failure. */
static int load_or_issue(struct job *job, struct cache *cache,
	const char *before, struct token_entry *st, long *pause_s,
	struct kis_err *err)
{
	struct issued new;
	int minute, changed;

	cache_load(cache, job, st);
	changed = st->token && (!before || strcmp(st->token, before) != 0);
	if (state_is_usable(st, time(NULL)) &&
		(!job->force || (changed && !job->setup)))
		return 1;
	*pause_s = state_seconds_to_wait(st, time(NULL));
	if (*pause_s > 0)
		return 0;
	if (kis_config_load_secret(job->config, err) < 0)
		return -1;
	if (issue_token(job->config, job->logger, &new, &minute, err) == 0) {
		accept_token(job, st, &new);
		cache_store(cache, job, st);
		return 1;
	}
	if (!minute)
		return -1;
	/* Another process that shares this cache may have stored its token by
	 * now. Load the cache again: where locks do not work, this process
	 * could otherwise overwrite that token with an older entry. */
	state_release(st);
	cache_load(cache, job, st);
	if (state_is_usable(st, time(NULL)) && !job->force)
		return 1;
	/* Store the time of the rejection, so that the next process that shares
	 * this cache waits before it sends a request. Do not store it without
	 * the lock, because another process may be storing a token. */
	st->issued = time(NULL);
	if (cache->lock >= 0)
		cache_store(cache, job, st);
	*pause_s = TOKEN_MINUTE_S;
	return 0;
}

/* Returns how many milliseconds of --wait are left. began_ms is the time at
 * which waiting began, on the clock of kis_clock_monotonic_ms(). */
static long left_ms(const struct job *job, int64_t began_ms)
{
	int64_t left = began_ms + job->wait_s * 1000 - kis_clock_monotonic_ms();

	return left > 0 ? (long)left : 0;
}

static int wait_minute(const struct job *job, long pause_s, int64_t began_ms,
	struct kis_err *err)
{
	long passed_s = (long)((kis_clock_monotonic_ms() - began_ms) / 1000);

	if (pause_s * 1000 > left_ms(job, began_ms))
		return kis_fail(err, KIS_EX_TEMP,
			"the server issues only one token per minute; retry in "
			"%ld s, or use --wait %ld",
			pause_s, pause_s + passed_s + 1);
	kis_log_notice(job->logger,
		"last token was issued less than a minute ago; waiting %ld s",
		pause_s);
	for (; pause_s > 0; pause_s--) {
		kis_log_progress(job->logger,
			"waiting %ld s: the server issues one token per minute",
			pause_s);
		kis_clock_sleep_ms(1000);
	}
	kis_log_progress_end();
	return 0;
}

static int obtain(struct job *job, struct cache *cache, const char *before,
	struct token_entry *st, struct kis_err *err)
{
	int64_t began_ms = kis_clock_monotonic_ms();
	long pause_s;

	for (;;) {
		int rc;

		state_release(st);
		if (cache_lock(cache, job, left_ms(job, began_ms), err) < 0)
			return -1;
		rc = load_or_issue(job, cache, before, st, &pause_s, err);
		/* Release the lock, so that other processes can use the cache
		 * while this process waits. */
		cache_unlock(cache);
		if (rc != 0)
			return rc < 0 ? -1 : 0;
		if (wait_minute(job, pause_s, began_ms, err) < 0)
			return -1;
	}
}

int obtain_token(struct job *job, struct token_entry *st, struct kis_err *err)
{
	struct cache cache;
	char *before;
	int rc = 0;

	*st = (struct token_entry){0};
	cache_open(&cache, job, NOT_KEPT);
	cache_load(&cache, job, st);
	before = kis_mem_dup(st->token);
	if (job->force || !state_is_usable(st, time(NULL)))
		rc = obtain(job, &cache, before, st, err);
	else
		kis_log_info(job->logger, "using cached token from '%s'",
			cache.path);
	kis_mem_free_secret(before);
	cache_close(&cache);
	return rc;
}

void obtain_cached(const struct job *job, struct token_entry *st)
{
	struct cache cache;

	cache_open(&cache, job, N_("no token cache"));
	cache_load(&cache, job, st);
	cache_close(&cache);
}

int obtain_revoke(struct job *job, struct kis_err *err)
{
	struct token_entry st = {0};
	struct cache cache;
	int rc;

	cache_open(&cache, job, N_("no token cache"));
	rc = cache_lock(&cache, job, job->wait_s * 1000, err);
	if (rc == 0)
		cache_load(&cache, job, &st);
	if (rc == 0 && !st.token) {
		kis_log_warn(job->logger, "no cached token to revoke");
	} else if (rc == 0) {
		rc = kis_config_load_secret(job->config, err);
		if (rc == 0)
			rc = issue_revoke(
				job->config, job->logger, st.token, err);
	}
	if (rc == 0 && st.token) {
		kis_mem_free_secret(st.token);
		st.token = NULL;
		cache_drop_token(&cache, job, &st);
	}
	state_release(&st);
	cache_close(&cache);
	return rc;
}
