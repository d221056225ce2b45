#include "tests/sim/token.h"

#include <string.h>

#include "tests/sim/random.h"

void sim_token_init(
	struct sim_tokens *t, int64_t life_s, int64_t keep_s, int64_t minute_s)
{
	memset(t, 0, sizeof(*t));
	pthread_mutex_init(&t->lock, NULL);
	t->life_ms = life_s * 1000;
	t->keep_ms = keep_s * 1000;
	t->minute_ms = minute_s * 1000;
	t->granted_ms = INT64_MIN / 2;
}

static struct sim_token *newest(struct sim_tokens *t)
{
	return t->n ? &t->all[(t->n - 1) % SIM_MAX_TOKENS] : NULL;
}

static struct sim_token *find(struct sim_tokens *t, const char *text)
{
	unsigned n = t->n < SIM_MAX_TOKENS ? t->n : SIM_MAX_TOKENS;

	for (unsigned i = 0; i < n; i++)
		if (strcmp(t->all[i].text, text) == 0)
			return &t->all[i];
	return NULL;
}

/* Writes a random token that looks like a JWT, with three parts: header, claims
 * and signature. */
static void make_text(char out[SIM_TOKEN_SIZE])
{
	enum { HEAD = 36, CLAIMS = 218, SIGNATURE = 86 };

	sim_secret(out, HEAD);
	memcpy(out, "eyJ0", 4);
	out[HEAD] = '.';
	sim_secret(out + HEAD + 1, CLAIMS);
	memcpy(out + HEAD + 1, "eyJ", 3);
	out[HEAD + 1 + CLAIMS] = '.';
	sim_secret(out + HEAD + CLAIMS + 2, SIGNATURE);
}

static struct sim_token *make_token(struct sim_tokens *t, int64_t now_ms)
{
	struct sim_token *token = &t->all[t->n++ % SIM_MAX_TOKENS];

	memset(token, 0, sizeof(*token));
	make_text(token->text);
	if (t->opaque)
		sim_secret(token->text, 40);
	token->issued_ms = now_ms;
	token->expires_ms = now_ms - now_ms % 1000 + t->life_ms;
	return token;
}

static struct sim_token *grant(
	struct sim_tokens *t, const struct sim_issue *how, int64_t now_ms)
{
	struct sim_token *token = newest(t);

	if (!how->free)
		t->granted_ms = now_ms;
	if (how->fresh || token == NULL || token->revoked ||
		now_ms - token->issued_ms >= t->keep_ms ||
		now_ms >= token->expires_ms)
		token = make_token(t, now_ms);
	if (how->expired)
		token->expires_ms = now_ms - now_ms % 1000 - 3600000;
	return token;
}

int sim_token_issue(struct sim_tokens *t, const struct sim_issue *how,
	int64_t now_ms, struct sim_token *out)
{
	int status = -1;

	pthread_mutex_lock(&t->lock);
	if (how->free || now_ms - t->granted_ms >= t->minute_ms) {
		*out = *grant(t, how, now_ms);
		status = 0;
	}
	pthread_mutex_unlock(&t->lock);
	return status;
}

enum sim_token_state sim_token_look(
	struct sim_tokens *t, const char *text, int64_t now_ms)
{
	enum sim_token_state state = SIM_UNKNOWN;
	const struct sim_token *token;

	pthread_mutex_lock(&t->lock);
	token = find(t, text);
	if (token && !token->dead && !token->revoked)
		state = now_ms < token->expires_ms ? SIM_ALIVE : SIM_EXPIRED;
	pthread_mutex_unlock(&t->lock);
	return state;
}

int sim_token_kill(struct sim_tokens *t, const char *text, bool revoke)
{
	struct sim_token *token;

	pthread_mutex_lock(&t->lock);
	token = find(t, text);
	if (token && revoke)
		token->revoked = true;
	if (token)
		token->dead = true;
	pthread_mutex_unlock(&t->lock);
	return token ? 0 : -1;
}
