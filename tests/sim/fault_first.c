#include "tests/sim/fault_act.h"

#include <stdio.h>
#include <string.h>

#include "tests/sim/call.h"
#include "tests/sim/reply.h"

SIM_ACT(error)
{
	if (call->target == SIM_ON_TOKEN)
		sim_reply_token_error(reply, f->status, f->code, f->text);
	else
		sim_reply_error(reply, f->status,
			strcmp(f->code, "OPSQ2001") == 0 ? "2" : "1", f->code,
			f->text);
}

SIM_ACT(rate)
{
	sim_act_error(call, reply, f);
	json_object_set_new(reply->root, "message", json_string(f->code));
}

SIM_ACT(rate_nomsgcd)
{
	sim_act_rate(call, reply, f);
	json_object_del(reply->root, "msg_cd");
}

SIM_ACT(good_with_code)
{
	(void)call;
	sim_reply_error(reply, f->status, "0", f->code, f->text);
	json_object_set_new(reply->root,
		call->target == SIM_ON_DAILY ? "output2" : "output",
		json_array());
}

SIM_ACT(other_shape)
{
	(void)call;
	sim_reply_error(reply, f->status, "1", f->code, f->text);
}

SIM_ACT(echo)
{
	char text[1024];
	const char *bearer = sim_call_header(call, "authorization");

	snprintf(text, sizeof(text), "appkey %s, appsecret %s, %s",
		call->sim->appkey, call->sim->appsecret, bearer ? bearer : "");
	if (call->target == SIM_ON_TOKEN)
		sim_reply_token_error(reply, f->status, f->code, text);
	else
		sim_reply_error(reply, f->status, "1", f->code, text);
}

/* Reports an error whose text contains the credentials in forms that kis must
 * redact: percent-encoded, escaped for JSON, without the first character, the
 * second half alone, and with upper and lower case swapped. */
SIM_ACT(echo_encoded)
{
	const char *secret = call->sim->appsecret;
	size_t half = strlen(secret) / 2;
	char text[4096];
	int n = 0;

	for (const char *p = call->sim->appkey; *p; p++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%%%02X",
			(unsigned char)*p);
	n += snprintf(text + n, sizeof(text) - (size_t)n, " ");
	for (const char *p = secret; *p && p < secret + 40; p++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "\\u%04x",
			(unsigned char)*p);
	n += snprintf(text + n, sizeof(text) - (size_t)n, " %s %s ",
		call->sim->appkey + 1, secret + half);
	for (const char *p = call->sim->appkey; *p; p++)
		text[n++] = (char)(*p >= 'a' && *p <= 'z'   ? *p - 32
				   : *p >= 'A' && *p <= 'Z' ? *p + 32
							    : *p);
	text[n] = '\0';
	if (call->target == SIM_ON_TOKEN)
		sim_reply_token_error(reply, f->status, f->code, text);
	else
		sim_reply_error(reply, f->status, "1", f->code, text);
}

SIM_ACT(dead_token)
{
	const char *bearer = sim_call_header(call, "authorization");

	if (bearer && strncmp(bearer, "Bearer ", 7) == 0)
		sim_token_kill(&call->sim->tokens, bearer + 7, false);
	sim_act_error(call, reply, f);
}

SIM_ACT(html)
{
	(void)call;
	sim_reply_html(reply, f->status);
}

SIM_ACT(nobody)
{
	(void)call;
	reply->status = f->status;
	reply->type = NULL;
	reply->tr_id = NULL;
}

SIM_ACT(retry_later)
{
	sim_act_html(call, reply, f);
	reply->retry_after = f->text;
}

SIM_ACT(hang)
{
	(void)call;
	(void)f;
	reply->wire = SIM_WIRE_HANG;
}

SIM_ACT(redirect)
{
	sim_act_nobody(call, reply, f);
	snprintf(reply->location, sizeof(reply->location),
		"https://localhost:%d/elsewhere", call->sim->other_port);
}

SIM_ACT(redirect_http)
{
	sim_act_nobody(call, reply, f);
	snprintf(reply->location, sizeof(reply->location),
		"http://127.0.0.1:%d/elsewhere", call->sim->plain_port);
}

SIM_ACT(rows31)
{
	(void)reply;
	(void)f;
	call->query.cap = 31;
}

SIM_ACT(rows100)
{
	(void)reply;
	(void)f;
	call->query.cap = 100;
}

SIM_ACT(moving)
{
	(void)reply;
	(void)f;
	call->query.shake = ++call->sim->moves;
}

SIM_ACT(hole)
{
	(void)reply;
	(void)f;
	call->query.hole = call->query.low > 0;
}

SIM_ACT(new_token)
{
	(void)reply;
	(void)f;
	call->issue.fresh = true;
}

SIM_ACT(expired_token)
{
	(void)reply;
	(void)f;
	call->issue.expired = true;
}
