/*
 * Parses any bytes as the response to a token request. An accepted token must
 * be valid, have an expiry, equal the token that jansson reads, and be stored
 * and loaded by the cache unchanged. If no token is accepted, either the
 * response has no token or an error code, or the exit status must be 76. The
 * same bytes as the response to a revocation succeed only without an error
 * code, or with one that means that the token is not valid any more.
 */
#include "cmd/kis-token/issue.c" /* to test its static functions */
#include "tests/fuzz/demand.h"

static void check_cache(const struct issued *new)
{
	static const struct kis_log quiet = {.program = "fuzz", .level = -1};
	struct token_entry st = {.token = new->token, .expires = new->expires},
			   back;
	char folder[] = "/dev/shm/kis-fuzz.XXXXXX", path[64];
	struct kis_err err = {0};

	DEMAND(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/t", folder);
	DEMAND(state_store(&st, path, "digest", &err) == 0);
	state_load(&back, path, "digest", &quiet);
	DEMAND(back.token && strcmp(back.token, st.token) == 0);
	DEMAND(back.expires == st.expires);
	state_release(&back);
	unlink(path);
	rmdir(folder);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static char appkey[] = "PSabcdefghijklmnopqrstuvwxyz01234567",
		    appsecret[] = "c2VjcmV0c2VjcmV0c2VjcmV0";
	const struct kis_config config = {
		.appkey = appkey, .appsecret = appsecret};
	struct kis_http_response http = {.status = 200, .retry_after_s = -1};
	struct issued new = {0};
	struct call call = {.config = &config, .out = &new};
	struct kis_err err = {0};
	int rc;

	kis_buf_init(&http.body, KIS_HTTP_MAX_BODY);
	kis_buf_add(&http.body, (const char *)data, n);
	kis_response_read(&call.answer, &http);
	rc = take_token(&call, &err);
	DEMAND(rc >= 0 || (err.code == KIS_EX_PROTOCOL && *err.msg));
	DEMAND((rc == 0) == (new.token != NULL));
	if (rc == 0) {
		DEMAND(state_token_is_sound(new.token));
		DEMAND(!strstr(new.token, appsecret));
		DEMAND(strcmp(new.token, kis_json_text(call.answer.json,
						 "access_token")) == 0);
		check_cache(&new);
	}
	if (take_revoked(&call, &err) == 0)
		DEMAND(!kis_response_is_known(&call.answer) ||
			kis_response_has_code(&call.answer, "EGW00121") ||
			kis_response_has_code(&call.answer, "EGW00123"));
	kis_mem_free_secret(new.token);
	kis_response_release(&call.answer);
	kis_http_response_release(&http);
	return 0;
}
