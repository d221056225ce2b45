#include "cmd/kis-fetch/query.h"
#include "lib/buf.h"
#include "lib/mem.h"
#include "lib/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The source of the value of a query parameter. */
enum source {
	FIXED,
	MARKET,
	PERIOD_UNIT,
	PERIOD_COUNT,
	PRICE_MIN,
	PRICE_MAX,
	STOCK,
	DATE_FROM,
	DATE_TO,
};

struct query_key {
	const char *key;
	enum source source;
	const char *fixed;
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const struct query_key ranking_keys[] = {
	{"FID_COND_MRKT_DIV_CODE", FIXED, "J"},
	{"FID_COND_SCR_DIV_CODE", FIXED, "20482"},
	{"FID_INPUT_ISCD", MARKET, NULL},
	{"FID_PERIOD_DIV_CODE", PERIOD_UNIT, NULL},
	{"FID_INPUT_CNT_1", PERIOD_COUNT, NULL},
	{"FID_APLY_RANG_VOL", FIXED, ""},
	{"FID_TRGT_CLS_CODE", FIXED, ""},
	{"FID_TRGT_EXLS_CLS_CODE", FIXED, ""},
	{"FID_APLY_RANG_PRC_1", PRICE_MIN, NULL},
	{"FID_APLY_RANG_PRC_2", PRICE_MAX, NULL},
};

static const struct query_key daily_keys[] = {
	{"FID_COND_MRKT_DIV_CODE", FIXED, "J"},
	{"FID_INPUT_ISCD", STOCK, NULL},
	{"FID_INPUT_DATE_1", DATE_FROM, NULL},
	{"FID_INPUT_DATE_2", DATE_TO, NULL},
};

const struct query_kind query_ranking = {
	"/uapi/domestic-stock/v1/ranking/short-sale", "FHPST04820000", "output",
	"mksc_shrn_iscd", "code", ranking_keys, COUNT(ranking_keys)};

const struct query_kind query_daily = {
	"/uapi/domestic-stock/v1/quotations/daily-short-sale", "FHPST04830000",
	"output2", "stck_bsop_date", "date", daily_keys, COUNT(daily_keys)};

int query_extra_add(
	struct query_extra *e, const char *pair, struct kis_err *err)
{
	const char *equals = strchr(pair, '=');
	char *key;

	if (!equals || equals == pair)
		return kis_fail(err, KIS_EX_USAGE,
			"invalid value '%s' for --query: expected KEY=VALUE",
			pair);
	if (kis_text_utf8_valid(pair, strlen(pair)) != strlen(pair))
		return kis_fail(
			err, KIS_EX_USAGE, "--query is not valid UTF-8");
	if (e->count == QUERY_MAX_EXTRA)
		return kis_fail(err, KIS_EX_USAGE,
			"too many --query options: at most %d are allowed",
			QUERY_MAX_EXTRA);
	key = kis_mem_dup(pair);
	key[equals - pair] = '\0';
	e->key[e->count] = key;
	e->value[e->count++] = key + (equals - pair) + 1;
	return 0;
}

/* Returns the value of key, borrowed from e, or NULL. If key was given more
 * than once, returns the last value. */
static const char *extra_value(const struct query_extra *e, const char *key)
{
	const char *value = NULL;

	for (size_t i = 0; i < e->count; i++)
		if (strcmp(e->key[i], key) == 0)
			value = e->value[i];
	return value;
}

int query_extra_has(const struct query_extra *e, const char *key)
{
	return extra_value(e, key) != NULL;
}

void query_extra_release(struct query_extra *e)
{
	for (size_t i = 0; i < e->count; i++)
		free((char *)e->key[i]);
	e->count = 0;
}

static void add_encoded(struct kis_buf *url, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *s; s++)
		if (strchr(plain, *s))
			kis_buf_add(url, s, 1);
		else
			kis_buf_printf(url, "%%%02X", (unsigned char)*s);
}

/* Appends KEY=VALUE to url, with both parts percent-encoded. Writes "&" before
 * the pair unless url is empty or ends with "?". */
static void add_pair(struct kis_buf *url, const char *key, const char *value)
{
	size_t n = strlen(url->data);

	if (n && url->data[n - 1] != '?')
		kis_buf_add_str(url, "&");
	add_encoded(url, key);
	kis_buf_add_str(url, "=");
	add_encoded(url, value);
}

static const char *price(long won, char out[32])
{
	out[0] = '\0';
	if (won >= 0)
		snprintf(out, 32, "%ld", won);
	return out;
}

static const char *own_value(const struct query *q, size_t i, char room[32])
{
	const struct query_key *key = &q->kind->keys[i];

	switch (key->source) {
	case MARKET:
		return q->market->code;
	case PERIOD_UNIT:
		return q->period->unit;
	case PERIOD_COUNT:
		return q->period->count;
	case PRICE_MIN:
		return price(q->min_won, room);
	case PRICE_MAX:
		return price(q->max_won, room);
	case STOCK:
		return q->stock;
	case DATE_FROM:
		return q->from;
	case DATE_TO:
		return q->to;
	default:
		return key->fixed;
	}
}

static const char *value_of(const struct query *q, size_t i, char room[32])
{
	const char *given = extra_value(q->extra, q->kind->keys[i].key);

	return given ? given : own_value(q, i, room);
}

static int is_own(const struct query_kind *kind, const char *key)
{
	for (size_t i = 0; i < kind->key_count; i++)
		if (strcmp(kind->keys[i].key, key) == 0)
			return 1;
	return 0;
}

char *query_url(const struct query *q, const char *base_url)
{
	struct kis_buf url = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	char room[32];

	kis_buf_printf(&url, "%s%s?", base_url, q->kind->path);
	for (size_t i = 0; i < q->kind->key_count; i++)
		add_pair(&url, q->kind->keys[i].key, value_of(q, i, room));
	for (size_t i = 0; i < q->extra->count; i++)
		if (!is_own(q->kind, q->extra->key[i]))
			add_pair(&url, q->extra->key[i], q->extra->value[i]);
	return url.data;
}

static int restricts(const char *value, const char *usual)
{
	if (!*usual)
		return value[strspn(value, "0 ")] != '\0';
	return strcmp(value, usual) != 0;
}

char *query_filter(const struct query *q)
{
	struct kis_buf text = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	char room[32];

	kis_buf_add_str(&text, "");
	for (size_t i = 0; i < q->kind->key_count; i++) {
		const struct query_key *key = &q->kind->keys[i];
		const char *value = value_of(q, i, room);
		const char *usual = key->fixed ? key->fixed : "";

		if (key->source != MARKET && key->source != PERIOD_UNIT &&
			key->source != PERIOD_COUNT && value &&
			restricts(value, usual))
			add_pair(&text, key->key, value);
	}
	for (size_t i = 0; i < q->extra->count; i++)
		if (!is_own(q->kind, q->extra->key[i]) &&
			restricts(q->extra->value[i], ""))
			add_pair(&text, q->extra->key[i], q->extra->value[i]);
	return text.data;
}

static const char *effective(
	const struct query *q, enum source source, char room[32])
{
	for (size_t i = 0; i < q->kind->key_count; i++)
		if (q->kind->keys[i].source == source)
			return value_of(q, i, room);
	return "";
}

char *query_market_code(const struct query *q)
{
	char room[32];

	return kis_mem_dup(effective(q, MARKET, room));
}

char *query_period_name(const struct query *q)
{
	char room[32];
	const char *unit = effective(q, PERIOD_UNIT, room);
	const char *count = effective(q, PERIOD_COUNT, room);

	for (size_t i = 0; i < kis_period_count; i++)
		if (strcmp(kis_periods[i].unit, unit) == 0 &&
			strcmp(kis_periods[i].count, count) == 0)
			return kis_mem_dup(kis_periods[i].name);
	return kis_mem_printf("%s%s", unit, count);
}

char *query_title(const struct query *q)
{
	const struct kis_market *market;
	char *code, *period, *title;

	code = query_market_code(q);
	period = query_period_name(q);
	market = kis_market_find(code, strlen(code));
	title = kis_mem_printf("%s %s", market ? market->name : code, period);

	free(code);
	free(period);
	return title;
}
