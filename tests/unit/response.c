/* Tests lib/response: the error code and error text that it finds in a
 * response, and the exit status for the response. */
#include "lib/response.h"
#include "lib/text.h"
#include "tests/unit/tap.h"

#include <string.h>

struct verdict {
	char code[32];
	int again;
	struct kis_err err;
};

static struct verdict judge(long status, const char *body)
{
	struct kis_http_response http = {.status = status, .has_length = 1};
	struct kis_response a;
	struct verdict v = {.again = -1};

	kis_buf_init(&http.body, KIS_HTTP_MAX_BODY);
	kis_buf_add_str(&http.body, body);
	kis_response_read(&a, &http);
	memcpy(v.code, a.code, sizeof(v.code));
	kis_response_fail(&a, &v.again, &v.err);
	kis_response_release(&a);
	kis_http_response_release(&http);
	return v;
}

static void gives(
	long status, const char *body, int exit, int again, const char *printed)
{
	struct verdict v = judge(status, body);
	struct kis_buf shown = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	kis_text_escape(&shown, body, strlen(body));
	ok(v.err.code == exit && v.again == again && strstr(v.err.msg, printed),
		"response: HTTP %ld %.60s exits with %d%s, %s", status,
		shown.data ? shown.data : "", v.err.code,
		v.again ? " after retries" : "", v.err.msg);
	kis_buf_release(&shown);
}

static void finds(const char *body, const char *code)
{
	struct verdict v = judge(500, body);

	ok(strcmp(v.code, code) == 0, "kis_response_read: %s has code '%s'",
		body, v.code);
}

static void test_code(void)
{
	finds("{\"msg_cd\":\"EGW00201\"}", "EGW00201");
	finds("{\"msg_cd\":\"  EGW00201 \"}", "EGW00201");
	finds("{\"error_code\":\"EGW00133\"}", "EGW00133");
	finds("{\"message\":\"EGW00201\"}", "EGW00201");
	finds("{\"message\":\" EGW00201\\n\"}", "EGW00201");
	finds("{\"msg_cd\":\" \",\"error_code\":\"\",\"message\":\"EGW00215\"}",
		"EGW00215");
	finds("{\"msg_cd\":\"A1\",\"message\":\"EGW00201\"}", "A1");
	finds("{\"message\":\"Not Found\"}", "");
	finds("{\"message\":\"BAD\"}", "");
	finds("{\"message\":\"123 UNKNOWN\"}", "");
	finds("{\"msg_cd\":1}", "");
	finds("{}", "");
	finds("[]", "");
}

/* Tests the error codes of KIS that its documentation or its client programs
 * list. */
static void test_table(void)
{
	static const struct {
		const char *code;
		int exit, again;
	} lines[] = {
		{"EGW00133", 75, 0},
		{"EGW00103", 77, 0},
		{"EGW00105", 77, 0},
		{"EGW00001", 75, 1},
		{"EGW00002", 75, 1},
		{"EGW00301", 75, 1},
		{"EGW00302", 75, 1},
		{"EGW00202", 75, 1},
		{"EGW00203", 75, 1},
		{"EGW00300", 75, 1},
		{"EGW00316", 75, 1},
		{"EGW00500", 75, 1},
		{"OPSQ0003", 75, 1},
		{"OPSQ0008", 75, 1},
		{"OPSQ1002", 75, 1},
		{"EGW00317", 75, 0},
		{"EGW00310", 69, 0},
		{"EGW02005", 69, 0},
		{"EGW00102", 69, 0},
		{"EGW00104", 69, 0},
		{"EGW00115", 69, 0},
		{"EGW00116", 69, 0},
		{"EGW00132", 69, 0},
		{"EGW00206", 69, 0},
		{"EGW00201", 75, 1},
		{"EGW00215", 75, 1},
		{"EGW00121", 77, 0},
		{"EGW00123", 77, 0},
		{"EGW00304", 77, 0},
		{"EGW02004", 69, 0},
		{"EGW02006", 69, 0},
		{"OPSQ2001", 69, 0},
	};

	static const long statuses[] = {200, 403, 500, 502, 503, 504};
	char body[80];

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		for (size_t s = 0; s < sizeof(statuses) / sizeof(*statuses);
			s++) {
			int passes = statuses[s] > 500;
			/* lib/response.c does not list these error codes, so it
			 * treats them as unknown codes */
			int unknown = !strcmp(lines[i].code, "EGW00102") ||
				      !strcmp(lines[i].code, "EGW00104") ||
				      !strcmp(lines[i].code, "EGW00115") ||
				      !strcmp(lines[i].code, "EGW00116") ||
				      !strcmp(lines[i].code, "EGW00132") ||
				      !strcmp(lines[i].code, "EGW00206");

			snprintf(body, sizeof(body),
				"{\"rt_cd\":\"1\",\"msg_cd\":\"%s\","
				"\"msg1\":\" why \"}",
				lines[i].code);
			if (passes && unknown)
				gives(statuses[s], body, 75, 1, "why");
			else
				gives(statuses[s], body, lines[i].exit,
					lines[i].again, "why");
		}
}

static void test_status(void)
{
	gives(502, "<html>", 75, 1, "HTTP 502");
	gives(500, "", 75, 1, "empty response body");
	gives(500, "{\"msg1\":\"words\"}", 75, 1, "words");
	gives(500, "{\"msg_cd\":\"NEW01\"}", 69, 0, "NEW01");
	gives(408, "", 75, 1, "HTTP 408");
	gives(429, "no", 75, 1, "HTTP 429");
	gives(429, "{\"msg_cd\":\"NEW01\",\"msg1\":\"x\"}", 75, 1, "NEW01 x");
	gives(408, "{\"error_code\":\"NEW01\"}", 75, 1, "NEW01");
	gives(429, "{\"msg_cd\":\"EGW00121\"}", 77, 0, "kis-token --force");
	gives(404, "{\"message\":\"Not Found\"}", 69, 0, "Not Found");
	gives(302, "", 76, 0, "sent a redirect");
	gives(502, "{\"msg_cd\":\"NEW01\",\"msg1\":\"x\"}", 75, 1, "NEW01 x");
	gives(503, "{\"msg_cd\":\"NEW01\"}", 75, 1, "NEW01");
	gives(504, "{\"error_code\":\"NEW01\"}", 75, 1, "NEW01");
	gives(501, "{\"error_code\":\"NEW01\"}", 69, 0, "NEW01");
	gives(501, "", 75, 1, "HTTP 501");
	gives(300, "", 76, 0, "unexpected response");
	gives(304, "", 76, 0, "unexpected response");
	gives(308, "", 76, 0, "sent a redirect");
	gives(200, "<html>", 75, 0, "down for maintenance");
	gives(200, "\xEF\xBB\xBF\r\n <!DOCTYPE html>", 75, 0, "web page");
	gives(403, "<html>\xC1\xA1\xB0\xCB</html>", 75, 0, "web page");
	gives(200, "\xFF\xFE<", 75, 0, "web page");
	gives(404, "<html>", 69, 0, "web page");
	gives(500, "<html>", 75, 1, "web page");
	gives(200, "x<html>", 76, 0, "not JSON");
	gives(403, "\f<html>", 75, 0, "web page");
	gives(200, "\xC2\xA0\xE3\x80\x80<p>", 75, 0, "web page");
	gives(200, "", 76, 0, "empty response body");
	gives(200, "hello", 76, 0, "not JSON");
	gives(200, "[]", 76, 0, "not a JSON object");
	gives(200, "\"x", 75, 1, "truncated response body");
	gives(200, "{\"output\":[{\"a\":\"b", 75, 1, "truncated response body");
	gives(200, "{\"output\":[]", 75, 1, "truncated response body");
	gives(200, "{\"a\":\"\xEC", 75, 1, "truncated response body");
	gives(200, "{\"a\":\"\xEC\x82", 75, 1, "truncated response body");
	gives(200, "{\"a\":\"\xEC\"}", 76, 0, "not JSON");
	gives(404, "{\"message\":\"Not", 75, 1, "truncated response body");
	gives(403, "{\"error_code\":\"EGW0000", 75, 1,
		"truncated response body");
	gives(200, "{\"a\":\"A\\", 75, 1, "truncated response body");
	gives(200, "{\"a\":\"A\\u00", 75, 1, "truncated response body");
	gives(200, "{\"a\":tru", 75, 1, "truncated response body");
	gives(200, "{\"a\":-", 75, 1, "truncated response body");
	gives(200, "{\"a\":123456789012345678901,\"b", 75, 1,
		"truncated response body");
	gives(200, "{\"a\":\"b\\\"", 75, 1, "truncated response body");
	gives(200, "{\"a\":\"b\\\\\"}x", 76, 0, "not JSON");
	gives(200, "{} {}", 76, 0, "not JSON");
	gives(200, "{\"a\":1,\"a\":2}", 76, 0, "duplicate");
}

int main(void)
{
	test_code();
	test_table();
	test_status();
	return done();
}
