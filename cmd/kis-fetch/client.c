#include "cmd/kis-fetch/client.h"
#include "cmd/kis-fetch/rows.h"
#include "lib/response.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/retry.h"
#include "lib/server.h"
#include "lib/clock.h"
#include "lib/locale.h"
#include "lib/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEARER "Bearer "

enum {
	UID_TEXT = 33,
	LONG_MS = 1000,
};

int client_open(struct client *c, const struct kis_config *config,
	const char *token, long calls_per_second, const struct kis_log *logger,
	struct kis_err *err)
{
	c->config = config;
	c->logger = logger;
	c->began_ms = kis_clock_monotonic_ms();
	c->bearer = kis_mem_printf(BEARER "%s", token);
	rate_open(&c->rate, calls_per_second, config->base_url, config->appkey,
		logger);
	c->http = kis_http_new(config->ca_file, logger, err);
	return c->http ? 0 : -1;
}

void client_close(struct client *c)
{
	kis_http_free(c->http);
	rate_close(&c->rate);
	kis_mem_free_secret(c->bearer);
	c->http = NULL;
	c->bearer = NULL;
}

int client_is_slow(const struct client *c)
{
	return kis_clock_monotonic_ms() - c->began_ms > LONG_MS;
}

void ranking_release(struct ranking *l)
{
	json_decref(l->rows);
	l->rows = NULL;
	kis_buf_release_secret(&l->raw);
}

/* Writes the value of the header gt_uid to out: 32 random hexadecimal digits,
 * or zeros if the system has no random numbers. */
static void make_uid(char out[UID_TEXT])
{
	unsigned char random[16];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		memset(random, 0, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(out + 2 * i, 3, "%02x", random[i]);
}

/* Adds the headers of a request. All customers send custtype. Only corporations
 * (custtype B) also send personalseckey, seq_no, mac_address, phone_number,
 * ip_addr and gt_uid. */
static void add_headers(struct kis_http_request *r, const struct kis_config *c,
	const char *tr_id, const char *bearer, const char *uid)
{
	kis_http_add(r, "content-type", "application/json; charset=utf-8", 0);
	kis_http_add(r, "authorization", bearer, 1);
	kis_http_add(r, "appkey", c->appkey, 1);
	kis_http_add(r, "appsecret", c->appsecret ? c->appsecret : "", 1);
	kis_http_add(r, "tr_id", tr_id, 0);
	kis_http_add(r, "tr_cont", "", 0);
	kis_http_add(r, "custtype", c->custtype, 0);
	if (strcmp(c->custtype, "B") != 0)
		return;
	kis_http_add(r, "personalseckey", c->personalseckey, 1);
	kis_http_add(r, "seq_no", "001", 0);
	kis_http_add(r, "mac_address", c->mac_address, 1);
	kis_http_add(r, "phone_number", c->phone_number, 1);
	kis_http_add(r, "ip_addr", c->ip_addr, 1);
	kis_http_add(r, "gt_uid", uid, 0);
}

void client_print_request(struct kis_buf *out, const struct kis_config *config,
	const struct query *q)
{
	struct kis_http_request r = {.method = "GET"};
	char *url = query_url(q, config->base_url);

	add_headers(
		&r, config, q->kind->tr_id, "", _("(new for each request)"));
	kis_buf_printf(out, "%s %s\n", r.method, url);
	for (size_t i = 0; i < r.header_count; i++) {
		const struct kis_http_header *h = &r.headers[i];

		kis_buf_printf(out, "%s:", h->name);
		if (!h->is_secret)
			kis_buf_printf(
				out, "%s%s\n", *h->value ? " " : "", h->value);
		else if (*h->value)
			kis_buf_printf(out, _(" (%zu characters)\n"),
				strlen(h->value));
		else /* Print "(not read)" for a missing secret: a dry run
			neither reads the token nor runs appsecret_command. */
			kis_buf_add_str(out, _(" (not read)\n"));
	}
	kis_buf_add_str(out, "\n");
	free(url);
}

/* Decides whether the response is a success. If it is a success, parses its
 * rows into out. A known error code is an error, whatever else the response
 * contains. Otherwise the field rt_cd is the API's result code; the string "0"
 * means success. The response is unexpected (76) if rt_cd is not a string, or
 * if rt_cd is missing and the response has the field with the rows. Returns 0,
 * or -1 and sets err. Sets *again to 1 if a retry may help, otherwise to 0. */
static int judge(const struct kis_response *a, const struct kis_buf *body,
	const struct query_kind *kind, struct ranking *out, int *again,
	struct kis_err *err)
{
	const json_t *output = json_object_get(a->json, kind->rows);
	const json_t *rt_cd = json_object_get(a->json, "rt_cd");

	*again = 0;
	if (kis_response_is_known(a))
		return kis_response_fail(a, again, err);
	if (rt_cd ? !json_is_string(rt_cd) : output != NULL)
		return kis_fail(err, KIS_EX_PROTOCOL,
			"unexpected response from the server (%s)",
			rt_cd ? _("rt_cd is not a string") : _("no rt_cd"));
	if (!rt_cd || strcmp(json_string_value(rt_cd), "0") != 0)
		return kis_response_fail(a, again, err);
	out->kind = "top";
	out->rows = rows_parse(a->json, body, kind, err);
	if (!out->rows)
		return -1;
	/* KIS sends errors with status 500, so the status alone does not make
	 * rows an error; but an empty list with such a status is one. */
	if (json_array_size(out->rows) > 0 || a->status < 400)
		return 0;
	json_decref(out->rows);
	out->rows = NULL;
	return kis_response_fail(a, again, err);
}

/* Returns 1 if the n bytes at p contain a credential or the token. */
static int has_secret(const struct client *c, const char *p, size_t bytes)
{
	const char *const secrets[] = {c->config->appkey, c->config->appsecret,
		c->config->personalseckey, c->bearer + strlen(BEARER)};

	for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++)
		if (kis_text_has_secret(p, bytes, secrets[i]))
			return 1;
	return 0;
}

/* Returns 1 if a string or field name in the value contains a credential or the
 * token. */
static int value_has_secret(const struct client *c, const json_t *value)
{
	const json_t *part;
	const char *key;
	size_t i;

	/* the cast is safe: json_object_foreach() does not modify the object */
	json_object_foreach((json_t *)(uintptr_t)value, key, part)
	{
		if (has_secret(c, key, strlen(key)) ||
			value_has_secret(c, part))
			return 1;
	}
	json_array_foreach(value, i, part)
	{
		if (value_has_secret(c, part))
			return 1;
	}
	return json_is_string(value) && has_secret(c, json_string_value(value),
						json_string_length(value));
}

/* Returns 1 if the response repeats a credential or the token, with JSON
 * escapes or without. Such a response is not written, because other users may
 * read the output. */
static int repeats_secret(const struct client *c, const struct kis_buf *body,
	const struct kis_response *a)
{
	return has_secret(c, body->data, body->len) ||
	       value_has_secret(c, a->json);
}

/* Waits until the rate limit allows a request, and sends the request once.
 * Parses the rows into out, and moves the response body to out->raw. The caller
 * sets *again to 0; call() sets it to 1 if a retry may help. Returns 0, or -1
 * and sets err. */
static int call(struct client *c, const struct kis_http_request *r,
	const struct query_kind *kind, struct ranking *out,
	struct kis_retry *retry, int *again, struct kis_err *err)
{
	struct kis_http_response raw;
	struct kis_response a;
	int rc, has_secrets;

	if (rate_wait(&c->rate, c->deadline_ms, err) < 0)
		return -1;
	c->calls++;
	retry->asked_s = -1;
	if (kis_http_send(c->http, r, &raw, err) < 0) {
		*again = err->code == KIS_EX_TEMP;
		return -1;
	}
	out->fetched = time(NULL);
	out->date = raw.date;
	kis_response_read(&a, &raw);
	retry->asked_s = a.retry_after_s;
	/* Search before judge(), which converts nested values to JSON text. */
	has_secrets = repeats_secret(c, &raw.body, &a);
	rc = judge(&a, &raw.body, kind, out, again, err);
	if (rc == 0 && has_secrets)
		rc = kis_fail(err, KIS_EX_PROTOCOL,
			"unexpected response: it contains a credential or the "
			"token; nothing was written");
	if (rc < 0 && kis_response_rejects_key(&a)) {
		kis_err_append(err, "; ");
		kis_err_append(err, c->config->remedy);
	}
	if (rc < 0 && (kis_response_has_code(&a, "EGW00201") ||
			      kis_response_has_code(&a, "EGW00215")))
		rate_slow_down(&c->rate);
	kis_response_release(&a);
	kis_buf_release_secret(&out->raw);
	out->raw = raw.body;
	return rc;
}

static int read_body(const char *path, int64_t deadline_ms,
	struct kis_buf *body, time_t *written, struct kis_err *err)
{
	if (kis_file_read_input(path, deadline_ms,
		    _("a response written by --raw"), KIS_EX_PROTOCOL, body,
		    written, err) < 0)
		return -1;
	return body->len ? 0
			 : kis_fail(err, KIS_EX_NOINPUT, "'%s' is empty", path);
}

int client_read_raw(const char *path, const struct query *q,
	int64_t deadline_ms, const struct kis_log *logger, struct ranking *out,
	struct kis_err *err)
{
	struct kis_http_response raw = {.has_length = 1, .retry_after_s = -1};
	struct kis_response a = {.json = NULL};
	int again, rc;

	kis_buf_init(&raw.body, KIS_HTTP_MAX_BODY);
	rc = read_body(path, deadline_ms, &raw.body, &out->fetched, err);
	out->date = out->fetched;
	if (rc == 0) {
		kis_response_read(&a, &raw);
		rc = judge(&a, &raw.body, q->kind, out, &again, err);
		if (rc < 0)
			kis_fail_context(err, "'%s'", path);
	}
	if (rc == 0 && logger->level > 0)
		rows_check_sums(out->rows, q->stock, logger);
	kis_response_release(&a);
	kis_http_response_release(&raw);
	return rc;
}

int client_ask(struct client *c, const struct query *q, int keep_raw,
	struct ranking *out, struct kis_err *err)
{
	struct kis_retry retry = {
		.left = c->retries, .deadline_ms = c->deadline_ms};
	char *url = query_url(q, c->config->base_url);
	char note[KIS_SERVER_NOTE];
	int again, rc;

	do {
		struct kis_http_request r = {.method = "GET",
			.url = url,
			.deadline_ms = c->deadline_ms};
		char uid[UID_TEXT];

		again = 0;
		make_uid(uid);
		add_headers(&r, c->config, q->kind->tr_id, c->bearer, uid);
		rc = call(c, &r, q->kind, out, &retry, &again, err);
	} while (rc < 0 && again &&
		 kis_retry_again(&retry, err, c->logger) == 0);
	if (rc == 0 && c->logger->level > 0)
		rows_check_sums(out->rows, q->stock, c->logger);
	if (rc < 0)
		kis_err_append(err, kis_server_note(c->config->base_url, note));
	if (rc < 0 || !keep_raw)
		kis_buf_release_secret(&out->raw);
	free(url);
	return rc;
}
