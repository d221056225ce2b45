#include "cmd/kis-token/issue.h"
#include "cmd/kis-token/token_cache.h"
#include "lib/response.h"
#include "lib/http.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/retry.h"
#include "lib/server.h"
#include "lib/clock.h"
#include "lib/locale.h"
#include "lib/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	MAX_TIME_MS = 60000, /* total time for one request and its retries */
	RETRIES = 4,
	CLOCK_OFF_S = 180, /* a difference of more than this between the system
			      clock and the server's clock is reported */
};

/* With -v, reports a system clock that differs from the server's clock. Token
 * expiry is compared with the system clock, so with a wrong clock a valid token
 * can look expired, or an expired token valid. */
static void compare_clocks(
	const struct kis_http_response *http, const struct kis_log *logger)
{
	long off = (long)(time(NULL) - http->date);

	if (http->date == -1 || labs(off) <= CLOCK_OFF_S)
		return;
	kis_log_info(logger,
		off > 0 ? N_("system clock is %ld seconds ahead of the server; "
			     "correct it, because token expiry depends on it")
			: N_("system clock is %ld seconds behind the server; "
			     "correct it, because token expiry depends on it"),
		labs(off));
}

/* One request and its retries. good() reads the response in "answer". If the
 * request succeeded, good() stores the result in out and returns 0. If the
 * server reported an error, good() returns 1. If the response is invalid,
 * good() returns -1 and sets err, and the request is not retried. */
struct call {
	const struct kis_config *config;
	const struct kis_log *logger;
	const char *path;
	const char *token; /* the token to revoke, or NULL */
	char *body;        /* owned; JSON with the credentials */
	int (*good)(const struct call *call, struct kis_err *err);
	struct issued *out;
	struct kis_response answer;
	int again;
};

/* Redacts the credentials and the token in err, because the server's error
 * message may repeat them. Always returns -1. */
static int fail_redacted(const struct call *call, struct kis_err *err)
{
	kis_err_redact(err->msg, call->config->appkey);
	kis_err_redact(err->msg, call->config->appsecret);
	kis_err_redact(err->msg, call->token);
	return -1;
}

/* Sends the request once. Returns 0, or -1 and sets err and call->again, which
 * is 1 if a retry may help. */
static int try_once(struct call *call, struct kis_http *http,
	const struct kis_http_request *r, struct kis_err *err)
{
	struct kis_http_response raw;
	int rc;

	if (kis_http_send(http, r, &raw, err) < 0) {
		call->again = err->code == KIS_EX_TEMP;
		return -1;
	}
	compare_clocks(&raw, call->logger);
	kis_response_read(&call->answer, &raw);
	kis_http_response_release(&raw);
	rc = call->good(call, err);
	call->again = 0;
	if (rc > 0) /* rc is 1 if the server reported an error. */
		rc = kis_response_fail(&call->answer, &call->again, err);
	return rc < 0 ? fail_redacted(call, err) : 0;
}

/* Sends the request. Retries transient errors for at most MAX_TIME_MS. Returns
 * 0, or -1 and sets err. */
static int perform(struct call *call, struct kis_err *err)
{
	struct kis_retry retry = {.left = RETRIES,
		.deadline_ms = kis_clock_monotonic_ms() + MAX_TIME_MS};
	struct kis_http_request r = {.method = "POST",
		.body = call->body,
		.body_len = strlen(call->body),
		.deadline_ms = retry.deadline_ms};
	struct kis_http *http =
		kis_http_new(call->config->ca_file, call->logger, err);
	char *url = kis_mem_printf("%s%s", call->config->base_url, call->path);
	int rc = -1;

	r.url = url;
	kis_http_add(&r, "content-type", "application/json; charset=utf-8", 0);
	while (http) {
		kis_response_release(&call->answer);
		call->answer = (struct kis_response){.retry_after_s = -1};
		rc = try_once(call, http, &r, err);
		retry.asked_s = call->answer.retry_after_s;
		if (rc == 0 || !call->again ||
			kis_retry_again(&retry, err, call->logger) < 0)
			break;
	}
	free(url);
	kis_http_free(http);
	return rc;
}

/* Returns the minimum number of seconds for which a token remains valid, for a
 * response that has expires_in but no expiry time. The server returns the same
 * token for six hours, so the token may already be six hours old. If expires_in
 * is at most 12 hours, returns half of it. Returns 0 if expires_in is missing
 * or out of range. */
static long lifetime_s(const json_t *answer)
{
	enum { SAME_TOKEN_S = 6 * 3600, LONGEST_S = 366 * 86400 };
	const json_t *value = json_object_get(answer, "expires_in");
	const char *text = json_string_value(value);
	long s =
		text ? strtol(text, NULL, 10) : (long)json_integer_value(value);

	if (s <= 0 || s > LONGEST_S)
		return 0;
	return s > 2 * SAME_TOKEN_S ? s - SAME_TOKEN_S : s / 2;
}

/* Reads the response to a token request into call->out. Returns 0 if the token
 * was issued, or 1 if the server reported an error, even if the response also
 * contains a token. Returns -1 and sets err (76) if the token or its expiry
 * time is invalid, or if the token contains a credential, which would then be
 * printed and stored. */
static int take_token(const struct call *call, struct kis_err *err)
{
	const struct kis_response *a = &call->answer;
	struct issued *out = call->out;
	const struct kis_config *c = call->config;
	const char *token, *expires;

	if (!a->json || !json_object_get(a->json, "access_token") ||
		a->status >= 300 || kis_response_is_known(a))
		return 1;
	token = kis_json_text(a->json, "access_token");
	if (!token || !state_token_is_sound(token))
		return kis_fail(err, KIS_EX_PROTOCOL,
			"invalid access_token in the response: empty, too "
			"long, or contains invalid characters");
	if (kis_text_has_secret(token, strlen(token), c->appkey) ||
		kis_text_has_secret(token, strlen(token), c->appsecret) ||
		kis_text_has_secret(token, strlen(token), c->personalseckey))
		return kis_fail(err, KIS_EX_PROTOCOL,
			"invalid access_token in the response: contains a "
			"credential");
	expires = kis_json_text(a->json, "access_token_token_expired");
	if (!expires && lifetime_s(a->json) > 0)
		out->expires = time(NULL) + lifetime_s(a->json);
	else if (!expires)
		return kis_fail(err, KIS_EX_PROTOCOL,
			"no valid expiry time in the response: neither "
			"access_token_token_expired nor a valid expires_in");
	else if (kis_clock_parse_kst(expires, &out->expires) < 0)
		return kis_fail(err, KIS_EX_PROTOCOL,
			"invalid access_token_token_expired in the response: "
			"expected YYYY-MM-DD HH:MM:SS");
	out->token = kis_mem_dup(token);
	return 0;
}

static int run(struct call *call, struct kis_err *err)
{
	char note[KIS_SERVER_NOTE];
	int rc;

	if (!call->body)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	rc = perform(call, err);
	kis_mem_free_secret(call->body);
	if (rc < 0 && call->config->remedy &&
		kis_response_rejects_key(&call->answer)) {
		kis_err_append(err, "; ");
		kis_err_append(err, call->config->remedy);
	}
	if (rc < 0)
		kis_err_append(
			err, kis_server_note(call->config->base_url, note));
	if (rc < 0 && err->code == KIS_EX_AUTH)
		kis_fail_context(err, "%s", call->config->source);
	return rc;
}

int issue_token(const struct kis_config *c, const struct kis_log *logger,
	struct issued *out, int *minute, struct kis_err *err)
{
	struct call call = {.config = c,
		.logger = logger,
		.path = "/oauth2/tokenP",
		.good = take_token,
		.out = out};
	int rc;

	*out = (struct issued){0};
	call.body = kis_json_dump(
		json_pack("{s:s, s:s, s:s}", "grant_type", "client_credentials",
			"appkey", c->appkey, "appsecret", c->appsecret),
		JSON_COMPACT);
	rc = run(&call, err);
	*minute = rc < 0 && kis_response_has_code(&call.answer, "EGW00133");
	kis_response_release(&call.answer);
	return rc;
}

/* Reads the response to a request to revoke a token. Returns 0 if the token is
 * revoked, otherwise 1. A token that is unknown to the server or has expired
 * counts as revoked. The field "code" is a string in the KIS documentation, but
 * a number in recorded responses. */
static int take_revoked(const struct call *call, struct kis_err *err)
{
	const struct kis_response *a = &call->answer;
	const json_t *code = a->json ? json_object_get(a->json, "code") : NULL;
	const char *text = json_string_value(code);

	(void)err;
	if (kis_response_has_code(a, "EGW00121") ||
		kis_response_has_code(a, "EGW00123"))
		return 0;
	if (a->status >= 300 || kis_response_is_known(a))
		return 1;
	return json_integer_value(code) != 200 &&
	       !(text && strcmp(text, "200") == 0);
}

int issue_revoke(const struct kis_config *c, const struct kis_log *logger,
	const char *token, struct kis_err *err)
{
	struct call call = {.config = c,
		.logger = logger,
		.path = "/oauth2/revokeP",
		.token = token,
		.good = take_revoked};
	int rc;

	call.body = kis_json_dump(
		json_pack("{s:s, s:s, s:s}", "appkey", c->appkey, "appsecret",
			c->appsecret, "token", token),
		JSON_COMPACT);
	rc = run(&call, err);
	kis_response_release(&call.answer);
	return rc;
}
