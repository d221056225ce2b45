#include "lib/response.h"
#include "lib/json.h"
#include "lib/text.h"
#include "lib/locale.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define TEMPORARY N_("temporary server error")
#define PAPER                                                                  \
	N_("this request is not available in paper trading; use the "          \
	   "credentials and the server address for real accounts")

/* The error codes that KIS documents or that clients have received, with the
 * exit status of each. Any other error code means that the request was rejected
 * (69), unless the HTTP status means a transient error. */
static const struct rule {
	const char *code;
	int exit;
	int again; /* 1 if a retry after a pause may succeed */
	const char *advice;
} rules[] = {
	/* error codes of token requests */
	{"EGW00133", KIS_EX_TEMP, 0,
		N_("only one token is issued per minute; retry in a minute")},
	{"EGW00103", KIS_EX_AUTH, 0, N_("unknown appkey")},
	{"EGW00105", KIS_EX_AUTH, 0, N_("incorrect appsecret")},
	/* error codes of all requests */
	{"EGW00001", KIS_EX_TEMP, 1, TEMPORARY},
	{"EGW00002", KIS_EX_TEMP, 1, TEMPORARY},
	{"EGW00202", KIS_EX_TEMP, 1, TEMPORARY},
	{"EGW00203", KIS_EX_TEMP, 1, TEMPORARY},
	{"EGW00300", KIS_EX_TEMP, 1, TEMPORARY},
	{"EGW00301", KIS_EX_TEMP, 1, TEMPORARY},
	{"EGW00302", KIS_EX_TEMP, 1, TEMPORARY},
	{"EGW00316", KIS_EX_TEMP, 1, TEMPORARY},
	{"EGW00500", KIS_EX_TEMP, 1, TEMPORARY},
	{"OPSQ0003", KIS_EX_TEMP, 1, TEMPORARY},
	{"OPSQ0008", KIS_EX_TEMP, 1, TEMPORARY},
	{"OPSQ1002", KIS_EX_TEMP, 1, TEMPORARY},
	{"EGW00317", KIS_EX_TEMP, 0,
		N_("the service is closed at this hour; retry later")},
	/* error codes of requests that contain a token */
	{"EGW00201", KIS_EX_TEMP, 1, N_("rate limit exceeded")},
	{"EGW00215", KIS_EX_TEMP, 1, N_("rate limit exceeded")},
	{"EGW00121", KIS_EX_AUTH, 0,
		N_("invalid token; run: kis-token --force")},
	{"EGW00123", KIS_EX_AUTH, 0,
		N_("token expired; run: kis-token --force")},
	{"EGW00304", KIS_EX_AUTH, 0,
		N_("incorrect appsecret, or the appsecret of another appkey")},
	{"EGW00310", KIS_EX_REFUSED, 0, N_("unknown request (tr_id)")},
	{"EGW02004", KIS_EX_REFUSED, 0, PAPER},
	{"EGW02005", KIS_EX_REFUSED, 0, PAPER},
	{"EGW02006", KIS_EX_REFUSED, 0, PAPER},
	{"OPSQ2001", KIS_EX_REFUSED, 0,
		N_("missing or invalid query parameter")},
};

static const struct rule *find_rule(const char *code)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (strcmp(rules[i].code, code) == 0)
			return &rules[i];
	return NULL;
}

int kis_response_has_code(const struct kis_response *a, const char *code)
{
	return strcmp(a->code, code) == 0;
}

int kis_response_is_known(const struct kis_response *a)
{
	return find_rule(a->code) != NULL;
}

/* Returns 1 if s looks like an error code: 4 to 16 characters, only ASCII
 * capitals and digits, with at least one digit. This check is required because
 * the field "message" may also contain a sentence, or "Not Found" from a
 * gateway. */
static int looks_like_code(const char *s)
{
	size_t n = strlen(s), digits = 0;

	for (size_t i = 0; i < n; i++) {
		if (!isupper((unsigned char)s[i]) &&
			!isdigit((unsigned char)s[i]))
			return 0;
		digits += isdigit((unsigned char)s[i]) != 0;
	}
	return n >= 4 && n <= 16 && digits > 0;
}

static void copy_trimmed(char *to, size_t max, const char *s)
{
	size_t n = strlen(s);

	kis_text_trim(&s, &n);
	if (n >= max)
		n = max - 1;
	/* Do not truncate within a UTF-8 character. */
	n = kis_text_utf8_valid(s, n);
	memcpy(to, s, n);
	to[n] = '\0';
}

/* Finds the first of the fields named in the array "keys" whose text is not
 * empty, and copies its text to the buffer "to", without surrounding whitespace
 * and truncated to max - 1 bytes. Returns 1, or 0 and writes "" if all these
 * fields are empty or missing. */
static int first_text(
	const json_t *json, const char *const *keys, char *to, size_t max)
{
	*to = '\0';
	for (; *keys && !*to; keys++) {
		const char *s = kis_json_text(json, *keys);

		if (s)
			copy_trimmed(to, max, s);
	}
	return *to != '\0';
}

static void find_code(struct kis_response *a)
{
	static const char *const sure[] = {"msg_cd", "error_code", NULL};
	static const char *const maybe[] = {"message", NULL};
	static const char *const texts[] = {
		"msg1", "error_description", "message", NULL};

	if (!first_text(a->json, sure, a->code, sizeof(a->code)) &&
		first_text(a->json, maybe, a->code, sizeof(a->code)) &&
		!looks_like_code(a->code))
		*a->code = '\0';
	first_text(a->json, texts, a->text, sizeof(a->text));
}

/* Returns 1 if the body is a web page instead of JSON, in any encoding: its
 * first character after a byte order mark and whitespace (U+00A0 and U+3000
 * included) is '<'. */
static int is_web_page(const struct kis_buf *body)
{
	size_t i = 0;

	while (i < body->len &&
		/* also skips the NULs of UTF-16 */
		((unsigned char)body->data[i] <= ' ' ||
			strchr("\xEF\xBB\xBF\xFE\xFF\xC2\xA0\xE3\x80",
				body->data[i])))
		i++;
	return i < body->len && body->data[i] == '<';
}

/* Sets a->parse_error, a->is_page and a->is_cut for a body that is not a JSON
 * object. A body is truncated if it ends within a value, or if it is empty and
 * the response has status 200 and does not declare a length. */
static void find_flaw(struct kis_response *a,
	const struct kis_http_response *http, const struct kis_err *why)
{
	const char *text = why->code ? why->msg : _("not a JSON object");
	const struct kis_buf *body = &http->body;

	a->is_page = is_web_page(body);
	a->is_cut = a->is_page  ? 0
		    : body->len ? kis_json_is_cut(body->data, body->len)
				: !http->has_length && http->status == 200;
	if (a->is_page)
		text = _("web page instead of JSON");
	else if (a->is_cut)
		text = _("truncated response body");
	else if (!body->len)
		text = _("empty response body");
	snprintf(a->parse_error, sizeof(a->parse_error), "%.120s", text);
}

void kis_response_read(
	struct kis_response *a, const struct kis_http_response *http)
{
	struct kis_err why = {0};

	*a = (struct kis_response){
		.status = http->status, .retry_after_s = http->retry_after_s};
	a->json = kis_json_parse_foreign(
		http->body.data, http->body.len, KIS_EX_PROTOCOL, &why);
	if (json_is_object(a->json)) {
		find_code(a);
		return;
	}
	json_decref(a->json);
	a->json = NULL;
	find_flaw(a, http, &why);
}

/* Returns 1 for an HTTP status that gateways and overloaded servers send. Such
 * a status means a transient error, whatever the body is. Returns 0 for status
 * 500, because KIS uses it for all kinds of errors. */
static int is_passing_status(long status)
{
	return status == 408 || status == 429 || status == 502 ||
	       status == 503 || status == 504;
}

/* For a response without an error code, returns 1 if a retry may succeed. */
static int may_pass(const struct kis_response *a)
{
	return is_passing_status(a->status) || a->status >= 500 || a->is_cut;
}

static int refuse_by_code(
	const struct kis_response *a, int *again, struct kis_err *err)
{
	static const struct rule passing = {"", KIS_EX_TEMP, 1,
					 N_("retry later")},
				 final = {"", KIS_EX_REFUSED, 0, NULL};
	const struct rule *rule = find_rule(a->code);

	if (!rule)
		rule = is_passing_status(a->status) ? &passing : &final;
	*again = rule->again;
	return kis_fail(err, rule->exit,
		"request rejected by the server: %s %s%s%s%s", a->code, a->text,
		rule->advice ? " (" : "", rule->advice ? _(rule->advice) : "",
		rule->advice ? ")" : "");
}

static int is_redirect(long status)
{
	return status == 301 || status == 302 || status == 303 ||
	       status == 307 || status == 308;
}

/* Returns 1 if the response is a web page that announces an outage. KIS sends
 * such pages with status 200 or 403. */
static int is_outage(const struct kis_response *a)
{
	return a->is_page && (a->status < 300 || a->status == 403);
}

/* Sets err (69, 75 or 76) for a response without an error code, by its HTTP
 * status. Sets *again to 1 if a retry may succeed; leaves *again unchanged for
 * a response read from a file. Always returns -1. */
static int refuse_by_status(
	const struct kis_response *a, int *again, struct kis_err *err)
{
	const char *text = *a->text ? a->text : _("no error code");
	const char *what = a->json ? text : a->parse_error;

	if (a->status == 0)
		return kis_fail(err,
			is_outage(a) || a->is_cut ? KIS_EX_TEMP
						  : KIS_EX_PROTOCOL,
			"not a response written by --raw: %s", what);
	*again = may_pass(a);
	if (is_outage(a))
		return kis_fail(err, KIS_EX_TEMP,
			"server sent a web page instead of JSON (HTTP %ld); "
			"KIS may be down for maintenance; retry later",
			a->status);
	if (*again)
		return kis_fail(err, KIS_EX_TEMP,
			"server returned HTTP %ld (%s); retry later", a->status,
			what);
	if (a->status >= 400)
		return kis_fail(err, KIS_EX_REFUSED,
			"request rejected with HTTP %ld (%s)", a->status, what);
	if (is_redirect(a->status))
		return kis_fail(err, KIS_EX_PROTOCOL,
			"server sent a redirect (HTTP %ld); it is not "
			"followed, to protect your credentials",
			a->status);
	return kis_fail(err, KIS_EX_PROTOCOL,
		"unexpected response from the server (HTTP %ld, %s)", a->status,
		what);
}

int kis_response_fail(
	const struct kis_response *a, int *again, struct kis_err *err)
{
	*again = 0;
	if (a->json && *a->code)
		return refuse_by_code(a, again, err);
	return refuse_by_status(a, again, err);
}

int kis_response_rejects_key(const struct kis_response *a)
{
	return kis_response_has_code(a, "EGW00103") ||
	       kis_response_has_code(a, "EGW00105");
}

void kis_response_release(struct kis_response *a)
{
	json_decref(a->json);
	a->json = NULL;
}
