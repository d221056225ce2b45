#include "tests/sim/answer.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include "tests/sim/check.h"
#include "tests/sim/clock.h"
#include "tests/sim/daily.h"
#include "tests/sim/rows.h"

enum { KST_MS = 9 * 3600 * 1000 };

static const char success[] = "MCA00000";

static const struct sim_fault *take(struct sim_call *call, unsigned stages)
{
	return sim_fault_take(&call->sim->opt.faults, call->target, stages);
}

/* Renders the response and applies the fault f, which may be NULL. A JSON fault
 * acts before rendering, a byte fault after rendering. */
static void finish(struct sim_call *call, struct sim_reply *reply,
	const struct sim_fault *f)
{
	if (f && f->stage == SIM_JSON && reply->root)
		sim_fault_act(f, call, reply);
	sim_reply_render(reply);
	if (f && f->stage == SIM_BYTES)
		sim_fault_act(f, call, reply);
}

static int refuse_issue(
	struct sim_reply *reply, const char *code, const char *text)
{
	sim_reply_token_error(reply, 403, code, text);
	return -1;
}

static bool member_is(const json_t *request, const char *key, const char *value)
{
	const char *text = json_string_value(json_object_get(request, key));

	return text && strcmp(text, value) == 0;
}

static int check_keys(
	const struct sim *sim, const json_t *request, struct sim_reply *reply)
{
	if (!json_object_get(request, "appkey"))
		return refuse_issue(reply, "EGW00102", "AppKey는 필수입니다.");
	if (!member_is(request, "appkey", sim->appkey))
		return refuse_issue(
			reply, "EGW00103", "유효하지 않은 AppKey입니다.");
	if (!json_object_get(request, "appsecret"))
		return refuse_issue(
			reply, "EGW00104", "AppSecret은 필수입니다.");
	if (!member_is(request, "appsecret", sim->appsecret))
		return refuse_issue(
			reply, "EGW00105", "유효하지 않은 AppSecret입니다.");
	return 0;
}

static int check_grant(const json_t *request, struct sim_reply *reply)
{
	if (!json_object_get(request, "grant_type"))
		return refuse_issue(reply, "EGW00115",
			"권한부여 타입(grant_type)은 필수입니다.");
	if (!member_is(request, "grant_type", "client_credentials"))
		return refuse_issue(reply, "EGW00116",
			"지원하지 않는 권한부여 타입(grant_type)입니다.");
	return 0;
}

/* Returns the request's JSON as a new object; the caller frees it. If the
 * request is invalid, returns NULL and sets the error in the reply. */
static json_t *read_request(
	const struct sim_call *call, struct sim_reply *reply)
{
	const char *type = sim_call_header(call, "content-type");
	json_t *request = NULL;

	if (type == NULL || strncasecmp(type, "application/json", 16) != 0) {
		refuse_issue(
			reply, "EGW00132", "Content-Type이 유효하지 않습니다.");
		return NULL;
	}
	if (call->upload)
		request = json_loadb(call->upload, call->upload_size,
			JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(request)) {
		refuse_issue(reply, "EGW00101", "유효하지 않은 요청입니다.");
		json_decref(request);
		return NULL;
	}
	return request;
}

/* The fields have the same order as in a recorded response. */
static void reply_token(struct sim_reply *reply, const struct sim *sim,
	const struct sim_token *token)
{
	char until[SIM_TIME_TEXT];

	sim_clock_kst(
		token->expires_ms - (sim_assumes(&sim->opt, SIM_EXPIRY_ZONE)
						    ? (int64_t)KST_MS
						    : 0),
		until);
	sim_reply_json(reply, 200, "",
		json_pack("{s:s, s:s, s:s, s:I}", "access_token", token->text,
			"access_token_token_expired", until, "token_type",
			"Bearer", "expires_in",
			(json_int_t)sim->opt.token_life_s));
}

static const struct sim_fault *issue(
	struct sim_call *call, struct sim_reply *reply)
{
	const struct sim_fault *f;
	struct sim_token token;
	int64_t now_ms = sim_clock_ms(&call->sim->opt);

	f = take(call, SIM_ASKED | SIM_JSON | SIM_BYTES);
	if (f && f->stage == SIM_ASKED)
		sim_fault_act(f, call, reply);
	if (sim_token_issue(&call->sim->tokens, &call->issue, now_ms, &token) ==
		0)
		reply_token(reply, call->sim, &token);
	else
		refuse_issue(reply, "EGW00133",
			"접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)");
	return f;
}

static void answer_token(struct sim_call *call, struct sim_reply *reply)
{
	const struct sim_fault *f = take(call, SIM_FIRST);
	json_t *request;

	if (f) {
		sim_fault_act(f, call, reply);
		return;
	}
	request = read_request(call, reply);
	if (request && check_keys(call->sim, request, reply) == 0 &&
		check_grant(request, reply) == 0)
		f = issue(call, reply);
	finish(call, reply, reply->status == 200 ? f : NULL);
	json_decref(request);
}

static void answer_revoke(struct sim_call *call, struct sim_reply *reply)
{
	json_t *request = read_request(call, reply);
	const char *token;

	if (request && check_keys(call->sim, request, reply) == 0) {
		token = json_string_value(json_object_get(request, "token"));
		if (token &&
			sim_token_kill(&call->sim->tokens, token, true) == 0)
			sim_reply_json(reply, 200, "",
				json_pack("{s:i, s:s}", "code", 200, "message",
					"접근토큰 폐기에 성공하였습니다"));
		else
			refuse_issue(reply, "EGW00121",
				"유효하지 않은 token 입니다.");
	}
	json_decref(request);
}

/* Returns true if the file of --body is the response to this request. A file
 * that contains "output2" replaces the daily rows; any other file replaces the
 * ranking. */
static bool serves_body(const struct sim_call *call)
{
	const struct sim *sim = call->sim;

	return sim->body &&
	       (memmem(sim->body, sim->body_size, "\"output2\"", 9) != NULL) ==
		       (call->target == SIM_ON_DAILY);
}

/* An empty ranking has four possible forms; --assume empty chooses one. */
static json_t *ranking(const struct sim *sim, const struct sim_query *q)
{
	json_t *rows = sim_rows(sim, q);
	json_t *answer;
	int form =
		json_array_size(rows) ? 0 : sim_assumes(&sim->opt, SIM_EMPTY);

	if (form == 2 || form == 3) {
		json_decref(rows);
		rows = form == 2 ? json_null() : json_pack("[{}]");
	}
	answer = json_pack("{s:o, s:s, s:s, s:s}", "output", rows, "rt_cd", "0",
		"msg_cd", success, "msg1", "정상처리 되었습니다.");
	if (form == 1)
		json_object_del(answer, "output");
	return answer;
}

static void reply_rows(struct sim_call *call, struct sim_reply *reply)
{
	const struct sim *sim = call->sim;
	char *copy;

	reply->code = success;
	if (!serves_body(call)) {
		sim_reply_json(reply, 200, success,
			call->target == SIM_ON_DAILY
				? sim_daily(sim, &call->query)
				: ranking(sim, &call->query));
		return;
	}
	copy = malloc(sim->body_size + 1);
	if (copy == NULL)
		err(EX_OSERR, NULL);
	memcpy(copy, sim->body, sim->body_size);
	sim_reply_bytes(reply, copy, sim->body_size);
}

static void answer_rows(struct sim_call *call, struct sim_reply *reply)
{
	const struct sim_fault *f = take(call, SIM_FIRST);

	reply->tr_id = sim_call_tr_id(call);
	if (f) {
		sim_fault_act(f, call, reply);
		return;
	}
	if (sim_check_headers(call, reply) < 0)
		return;
	if (sim_rate_pass(&call->sim->rate, (int)call->sim->opt.rate,
		    sim_clock_steady_ms()) < 0) {
		sim_reply_error(reply, 500, "1", "EGW00201",
			"초당 거래건수를 초과하였습니다.");
		json_object_set_new(
			reply->root, "message", json_string("EGW00201"));
		return;
	}
	if (sim_check_query(call, reply) < 0)
		return;
	f = take(call, SIM_ASKED | SIM_JSON | SIM_BYTES);
	if (f && f->stage == SIM_ASKED)
		sim_fault_act(f, call, reply);
	reply_rows(call, reply);
	finish(call, reply, f);
}

static const struct {
	const char *method, *path;
	unsigned target;
	void (*answer)(struct sim_call *call, struct sim_reply *reply);
} routes[] = {
	{"POST", "/oauth2/tokenP", SIM_ON_TOKEN, answer_token},
	{"POST", "/oauth2/revokeP", 0, answer_revoke},
	{"GET", "/uapi/domestic-stock/v1/ranking/short-sale", SIM_ON_RANKING,
		answer_rows},
	{"GET", "/uapi/domestic-stock/v1/quotations/daily-short-sale",
		SIM_ON_DAILY, answer_rows},
};

const char *sim_call_tr_id(const struct sim_call *call)
{
	return call->target == SIM_ON_DAILY ? "FHPST04830000" : "FHPST04820000";
}

/* The other host (server.h) accepts every request, so that a client that
 * follows a redirect succeeds, and the log shows whether the client sent a
 * secret. */
static void answer_elsewhere(struct sim_reply *reply)
{
	sim_reply_json(reply, 200, "",
		json_pack("{s:[], s:s, s:s, s:s, s:s, s:s}", "output", "rt_cd",
			"0", "msg_cd", success, "msg1", "", "access_token",
			"eyJ0.elsewhere", "access_token_token_expired",
			"2099-12-31 23:59:59"));
}

void sim_answer(struct sim_call *call, struct sim_reply *reply)
{
	unsigned status = 404;

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (call->other || strcmp(call->path, routes[i].path) != 0)
			continue;
		status = 405;
		if (strcmp(call->method, routes[i].method) != 0)
			continue;
		status = 0;
		call->target = routes[i].target;
		routes[i].answer(call, reply);
	}
	if (call->other)
		answer_elsewhere(reply);
	else if (status)
		sim_reply_html(reply, status);
	sim_reply_render(reply);
}
