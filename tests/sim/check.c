#include "tests/sim/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/sim/clock.h"

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
		refuse(reply, "EGW00121", "유효하지 않은 token 입니다.");
		if (sim_assumes(&call->sim->opt, SIM_BAD_TOKEN))
			reply->status = 401;
		return -1;
	}
}

static bool is_chars(
	const char *text, const char *chars, size_t min, size_t max)
{
	size_t n = text ? strlen(text) : 0;

	return text && n >= min && n <= max &&
	       (chars == NULL || strspn(text, chars) == n);
}

/* The additional headers that KIS requires of corporate customers (custtype
 * B). */
static const struct {
	const char *name;
	const char *chars; /* allowed characters; NULL: any */
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
	if (!header_is(call, "tr_id", sim_call_tr_id(call)))
		return refuse(reply, "EGW00310", "존재하지 않는 tr_id 입니다.");
	if (header_is(call, "custtype", "B"))
		return check_corporate(call, reply);
	/* accept a request without custtype, because sources disagree on
	 * whether KIS requires it; with --assume custtype=required, reject such
	 * a request */
	if (sim_call_header(call, "custtype") == NULL &&
		!sim_assumes(&call->sim->opt, SIM_CUSTTYPE))
		return 0;
	if (!header_is(call, "custtype", "P"))
		return refuse(reply, "EGW00208",
			"고객유형(custtype)이 유효하지 않습니다.");
	return 0;
}

static bool is_zero(const char *text)
{
	return *text && text[strspn(text, "0")] == '\0';
}

/* Accepts an empty value or up to 20 digits, and does not filter any row. KIS's
 * Postman collection sends "0" for no filter; with --assume zero=refused, that
 * value is rejected. Returns 0, or -1 to reject the value. */
static int read_filter(struct sim_call *call, const char *text)
{
	if (is_zero(text) && sim_assumes(&call->sim->opt, SIM_ZERO))
		return -1;
	return is_chars(text, "0123456789", 0, 20) ? 0 : -1;
}

static int read_market(struct sim_call *call, const char *text)
{
	for (int i = 0; i < SIM_NMARKETS; i++)
		if (strcmp(text, sim_markets[i].code) == 0)
			call->query.market = sim_markets[i].bit;
	return call->query.market ? 0 : -1;
}

static int read_screen(struct sim_call *call, const char *text)
{
	(void)call;
	return strcmp(text, "20482") == 0 ? 0 : -1;
}

static int read_division(struct sim_call *call, const char *text)
{
	if (sim_assumes(&call->sim->opt, SIM_DIVISION))
		return is_chars(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1, 2) ? 0
									  : -1;
	return strcmp(text, "J") == 0 ? 0 : -1;
}

/* Parses the kind of period: M (months), or D or an empty value (days). Sets
 * q->months to 1 for M, else to 0. read_count(), which is called next, replaces
 * the 1 with the number of months. */
static int read_period(struct sim_call *call, const char *text)
{
	struct sim_query *q = &call->query;

	q->months = strcmp(text, "M") == 0;
	return q->months || *text == '\0' || strcmp(text, "D") == 0 ? 0 : -1;
}

static bool is_listed_count(const struct sim_query *q, long count)
{
	static const int days[] = {0, 1, 2, 3, 4, 9, 14};

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		if (!q->months && count == days[i])
			return true;
	return q->months && count >= 1 && count <= 3;
}

/* Parses the length of the period. For days, the value is the number of
 * business days minus one and may have leading zeros: 000000000000 means one
 * day. For months, the value is the number of months, 1 to 12. */
static int read_count(struct sim_call *call, const char *text)
{
	struct sim_query *q = &call->query;
	long count = atol(text);

	if (!is_chars(text, "0123456789", 1, 12) || (q->months && count < 1) ||
		(q->months && count > 12))
		return -1;
	if (count >= SIM_MAX_DAYS)
		count = SIM_MAX_DAYS - 1;
	if (sim_assumes(&call->sim->opt, SIM_COUNTS) &&
		!is_listed_count(q, count))
		return -1;
	q->count = (int)count + 1;
	q->months = q->months ? (int)count : 0;
	return 0;
}

static int read_mask(struct sim_call *call, const char *text)
{
	if (read_filter(call, text) < 0)
		return -1;
	for (int i = 0; text[i] && strlen(text) == 10; i++)
		call->query.mask |= text[i] == '1' ? 1u << i : 0;
	return 0;
}

static int read_low(struct sim_call *call, const char *text)
{
	call->query.low = atoll(text);
	return is_chars(text, "0123456789", 0, 15) ? 0 : -1;
}

static int read_high(struct sim_call *call, const char *text)
{
	struct sim_query *q = &call->query;

	q->high = *text ? atoll(text) : INT64_MAX;
	return is_chars(text, "0123456789", 0, 15) && q->low <= q->high ? 0
									: -1;
}

static int read_code(struct sim_call *call, const char *text)
{
	const struct sim_market *m = &call->sim->market;

	call->query.share = -1;
	for (uint64_t i = 0; i < m->n; i++)
		if (strcmp(m->shares[i].code, text) == 0)
			call->query.share = (int64_t)i;
	return *text ? 0 : -1;
}

/* An empty start date selects the first day for which daily rows exist
 * (--since). */
static int read_from(struct sim_call *call, const char *text)
{
	call->query.from = call->sim->since;
	call->query.blank = *text == '\0';
	return *text ? sim_day_parse(text, &call->query.from) : 0;
}

static int read_to(struct sim_call *call, const char *text)
{
	call->query.to = sim_day_now(&call->sim->opt);
	call->query.blank &= *text == '\0';
	return *text ? sim_day_parse(text, &call->query.to) : 0;
}

/* A query key and the function that parses its value into call->query. The
 * function returns 0, or -1 if KIS would reject the value. */
struct key {
	const char *key;
	int (*read)(struct sim_call *call, const char *text);
};

static const struct key ranking_keys[] = {
	{"FID_COND_MRKT_DIV_CODE", read_division},
	{"FID_COND_SCR_DIV_CODE", read_screen},
	{"FID_INPUT_ISCD", read_market},
	{"FID_PERIOD_DIV_CODE", read_period},
	{"FID_INPUT_CNT_1", read_count},
	{"FID_APLY_RANG_VOL", read_filter},
	{"FID_TRGT_CLS_CODE", read_filter},
	{"FID_TRGT_EXLS_CLS_CODE", read_mask},
	{"FID_APLY_RANG_PRC_1", read_low},
	{"FID_APLY_RANG_PRC_2", read_high},
	{NULL, NULL},
};

static const struct key daily_keys[] = {
	{"FID_COND_MRKT_DIV_CODE", read_division},
	{"FID_INPUT_ISCD", read_code},
	{"FID_INPUT_DATE_1", read_from},
	{"FID_INPUT_DATE_2", read_to},
	{NULL, NULL},
};

/* KIS reports a missing query key or an invalid value with HTTP status 200. */
static int refuse_key(const struct sim_call *call, struct sim_reply *reply,
	const char *key, bool missing)
{
	char text[128];

	if (sim_assumes(&call->sim->opt, SIM_TEXTS))
		snprintf(text, sizeof(text), "WRONG FIELD %s", key);
	else if (missing)
		snprintf(text, sizeof(text), "ERROR INPUT FIELD NOT FOUND [%s]",
			key);
	else
		snprintf(text, sizeof(text), "ERROR INVALID %s", key);
	sim_reply_error(reply, 200, "2", "OPSQ2001", text);
	return -1;
}

int sim_check_query(struct sim_call *call, struct sim_reply *reply)
{
	const struct key *k =
		call->target == SIM_ON_DAILY ? daily_keys : ranking_keys;
	const char *value;

	memset(&call->query, 0, sizeof(call->query));
	call->query.cap = (int)call->sim->opt.cap;
	for (; k->key; k++) {
		/* reject a missing key, and a key without "=", for which value
		 * is NULL */
		if (MHD_lookup_connection_value_n(call->mhd,
			    MHD_GET_ARGUMENT_KIND, k->key, strlen(k->key),
			    &value, NULL) == MHD_NO ||
			value == NULL)
			return refuse_key(call, reply, k->key, true);
		if (k->read(call, value) < 0)
			return refuse_key(call, reply, k->key, false);
	}
	return 0;
}
