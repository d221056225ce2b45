#include "tests/sim/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/sim/clock.h"

enum { CAP = 30 };

static int refuse(struct sim_reply *reply, const char *code, const char *text)
{
	sim_reply_error(reply, 500, "1", code, text);
	return -1;
}

static int check_token(struct sim_call *call, struct sim_reply *reply)
{
	const char *bearer = sim_call_header(call, "authorization");

	if (bearer == NULL)
		return refuse(reply, "EGW00122", "token을 찾을 수 없습니다.");
	if (strncasecmp(bearer, "Bearer ", 7) != 0)
		return refuse(reply, "EGW00205",
			"credentials_type이 유효하지 않습니다.(Bearer)");
	switch (sim_token_look(&call->sim->tokens, bearer + 7,
		sim_clock_ms(&call->sim->opt))) {
	case SIM_ALIVE:
		return 0;
	case SIM_EXPIRED:
		return refuse(reply, "EGW00123", "기간이 만료된 token 입니다.");
	default:
		return refuse(reply, "EGW00121", "유효하지 않은 token 입니다.");
	}
}

static bool is_chars(
	const char *text, const char *chars, size_t min, size_t max)
{
	size_t n = text ? strlen(text) : 0;

	return text && n >= min && n <= max &&
	       (chars == NULL || strspn(text, chars) == n);
}

/* What a corporation sends beside what everybody sends. */
static const struct {
	const char *name;
	const char *chars; /* NULL: any */
	size_t max;
	const char *code, *text;
} corporate[] = {
	{"personalseckey", NULL, 180, "EGW00304",
		"고객식별키(personalseckey)가 유효하지 않습니다."},
	{"seq_no", "0123456789", 3, "EGW00209",
		"일련번호(seq_no)가 유효하지 않습니다."},
	{"mac_address", "0123456789abcdefABCDEF", 12, "EGW00101",
		"유효하지 않은 요청입니다.(mac_address)"},
	{"phone_number", "0123456789", 12, "EGW00212",
		"휴대전화번호(phone_number)가 유효하지 않습니다."},
	{"ip_addr", "0123456789.:abcdef", 39, "EGW00207",
		"IP 주소가 없거나 유효하지 않습니다."},
	{"gt_uid", NULL, 32, "EGW00101", "유효하지 않은 요청입니다.(gt_uid)"},
};

static int check_corporate(struct sim_call *call, struct sim_reply *reply)
{
	size_t n = sizeof(corporate) / sizeof(corporate[0]);

	for (size_t i = 0; i < n; i++)
		if (!is_chars(sim_call_header(call, corporate[i].name),
			    corporate[i].chars, 1, corporate[i].max))
			return refuse(
				reply, corporate[i].code, corporate[i].text);
	if (sim_uids_add(&call->sim->uids, sim_call_header(call, "gt_uid")) < 0)
		return refuse(reply, "EGW00101",
			"유효하지 않은 요청입니다.(gt_uid 중복)");
	return 0;
}

static bool header_is(
	const struct sim_call *call, const char *name, const char *value)
{
	const char *text = sim_call_header(call, name);

	return text && strcmp(text, value) == 0;
}

int sim_check_headers(struct sim_call *call, struct sim_reply *reply)
{
	const char *type = sim_call_header(call, "content-type");

	if (type == NULL || strncasecmp(type, "application/json", 16) != 0)
		return refuse(
			reply, "EGW00132", "Content-Type이 유효하지 않습니다.");
	if (check_token(call, reply) < 0)
		return -1;
	if (!header_is(call, "appkey", call->sim->appkey))
		return refuse(reply, "EGW00103", "유효하지 않은 AppKey입니다.");
	if (!header_is(call, "appsecret", call->sim->appsecret))
		return refuse(
			reply, "EGW00304", "고객식별키가 유효하지 않습니다.");
	if (!header_is(call, "tr_id", "FHPST04820000"))
		return refuse(
			reply, "EGW00203", "OPS라우팅 중 오류가 발생했습니다.");
	if (header_is(call, "custtype", "B"))
		return check_corporate(call, reply);
	if (!header_is(call, "custtype", "P"))
		return refuse(reply, "EGW00208",
			"고객유형(custtype)이 유효하지 않습니다.");
	return 0;
}

static int read_market(struct sim_query *q, const char *text)
{
	for (int i = 0; i < SIM_NMARKETS; i++)
		if (strcmp(text, sim_markets[i].code) == 0)
			q->market = sim_markets[i].bit;
	return q->market ? 0 : -1;
}

static int read_screen(struct sim_query *q, const char *text)
{
	(void)q;
	return strcmp(text, "20482") == 0 ? 0 : -1;
}

static int read_division(struct sim_query *q, const char *text)
{
	(void)q;
	return strcmp(text, "J") == 0 ? 0 : -1;
}

static int read_blank(struct sim_query *q, const char *text)
{
	(void)q;
	return *text ? -1 : 0;
}

/* Blank is like D; the count comes next and sees months set. */
static int read_period(struct sim_query *q, const char *text)
{
	q->months = strcmp(text, "M") == 0;
	return q->months || *text == '\0' || strcmp(text, "D") == 0 ? 0 : -1;
}

static int read_count(struct sim_query *q, const char *text)
{
	static const char *const days[] = {
		"0", "1", "2", "3", "4", "9", "14", NULL};
	static const char *const months[] = {"1", "2", "3", NULL};
	const char *const *known = q->months ? months : days;

	for (; *known; known++)
		if (strcmp(text, *known) == 0)
			break;
	if (*known == NULL)
		return -1;
	q->count = atoi(text) + 1;
	q->months = q->months ? atoi(text) : 0;
	return 0;
}

static int read_mask(struct sim_query *q, const char *text)
{
	if (*text && !is_chars(text, "01", 10, 10))
		return -1;
	for (int i = 0; text[i]; i++)
		q->mask |= text[i] == '1' ? 1u << i : 0;
	return 0;
}

static int read_low(struct sim_query *q, const char *text)
{
	q->low = atoll(text);
	return is_chars(text, "0123456789", 0, 15) ? 0 : -1;
}

static int read_high(struct sim_query *q, const char *text)
{
	q->high = *text ? atoll(text) : INT64_MAX;
	return is_chars(text, "0123456789", 0, 15) && q->low <= q->high ? 0
									: -1;
}

static const struct {
	const char *key;
	int (*read)(struct sim_query *q, const char *text);
} keys[] = {
	{"FID_COND_MRKT_DIV_CODE", read_division},
	{"FID_COND_SCR_DIV_CODE", read_screen},
	{"FID_INPUT_ISCD", read_market},
	{"FID_PERIOD_DIV_CODE", read_period},
	{"FID_INPUT_CNT_1", read_count},
	{"FID_APLY_RANG_VOL", read_blank},
	{"FID_TRGT_CLS_CODE", read_blank},
	{"FID_TRGT_EXLS_CLS_CODE", read_mask},
	{"FID_APLY_RANG_PRC_1", read_low},
	{"FID_APLY_RANG_PRC_2", read_high},
};

/* KIS answers this with 200, padded with blanks. */
static int refuse_key(struct sim_reply *reply, const char *key, const char *why)
{
	char text[128];

	snprintf(text, sizeof(text), "ERROR INVALID INPUT FIELD %s (%s)%20s",
		key, why, "");
	sim_reply_error(reply, 200, "2", "OPSQ2001", text);
	return -1;
}

int sim_check_query(struct sim_call *call, struct sim_reply *reply)
{
	const char *value;

	memset(&call->query, 0, sizeof(call->query));
	call->query.cap = CAP;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		/* a key without "=" has no value at all */
		if (MHD_lookup_connection_value_n(call->mhd,
			    MHD_GET_ARGUMENT_KIND, keys[i].key,
			    strlen(keys[i].key), &value, NULL) == MHD_NO ||
			value == NULL)
			return refuse_key(reply, keys[i].key, "NOT FOUND");
		if (keys[i].read(&call->query, value) < 0)
			return refuse_key(reply, keys[i].key, "VALUE");
	}
	return 0;
}
