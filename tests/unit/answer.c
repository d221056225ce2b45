/* lib/answer: the code and the text of an answer, and what to make of it. */
#include "lib/answer.h"
#include "tests/unit/tap.h"

#include <string.h>

struct verdict {
	char code[32];
	int again;
	struct kis_err err;
};

static struct verdict judge(long status, const char *body)
{
	struct kis_http_answer http = {.status = status};
	struct kis_answer a;
	struct verdict v = {.again = -1};

	kis_buf_init(&http.body, KIS_HTTP_MAX_BODY);
	kis_buf_add_str(&http.body, body);
	kis_answer_read(&a, &http);
	memcpy(v.code, a.code, sizeof(v.code));
	kis_answer_refuse(&a, &v.again, &v.err);
	kis_answer_release(&a);
	kis_http_answer_release(&http);
	return v;
}

static void gives(
	long status, const char *body, int exit, int again, const char *said)
{
	struct verdict v = judge(status, body);

	ok(v.err.code == exit && v.again == again && strstr(v.err.msg, said),
		"HTTP %ld %.60s: %d%s, %s", status, body, v.err.code,
		v.again ? " and again" : "", v.err.msg);
}

static void finds(const char *body, const char *code)
{
	struct verdict v = judge(500, body);

	ok(strcmp(v.code, code) == 0, "%s: code '%s'", body, v.code);
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

/* kis-api.md's tables, line by line. */
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

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		for (long status = 200; status <= 500; status += 150) {
			char body[80];

			snprintf(body, sizeof(body),
				"{\"rt_cd\":\"1\",\"msg_cd\":\"%s\","
				"\"msg1\":\" why \"}",
				lines[i].code);
			gives(status, body, lines[i].exit, lines[i].again,
				"why");
		}
}

static void test_status(void)
{
	gives(502, "<html>", 75, 1, "HTTP 502");
	gives(500, "", 75, 1, "an empty body");
	gives(500, "{\"msg1\":\"words\"}", 75, 1, "words");
	gives(500, "{\"msg_cd\":\"NEW01\"}", 69, 0, "NEW01");
	gives(408, "", 75, 1, "HTTP 408");
	gives(429, "no", 75, 1, "HTTP 429");
	gives(429, "{\"msg_cd\":\"NEW01\",\"msg1\":\"x\"}", 75, 1, "NEW01 x");
	gives(408, "{\"error_code\":\"NEW01\"}", 75, 1, "NEW01");
	gives(429, "{\"msg_cd\":\"EGW00121\"}", 77, 0, "kis-token --force");
	gives(404, "{\"message\":\"Not Found\"}", 69, 0, "Not Found");
	gives(302, "", 76, 0, "redirects are not followed");
	gives(200, "", 76, 0, "an empty body");
	gives(200, "hello", 76, 0, "not JSON");
	gives(200, "[]", 76, 0, "not a JSON object");
	gives(200, "\"x", 75, 1, "cut off");
	gives(200, "{\"output\":[{\"a\":\"b", 75, 1, "cut off");
	gives(200, "{\"output\":[]", 75, 1, "cut off");
	gives(404, "{\"message\":\"Not", 69, 0, "HTTP 404");
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
