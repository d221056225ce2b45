/*
 * Tests the parts of lib/http that need no server: the message for each kind of
 * failure, line breaks in header values, and an unresponsive name server.
 */
#include "lib/http.h"
#include "lib/http_error.h"
#include "lib/clock.h"
#include "tests/unit/tap.h"

#include <netdb.h>
#include <string.h>
#include <unistd.h>

enum { LOOKUP_S = 20, GIVEN_UP_MS = 1000 };

/* Replaces the C library's getaddrinfo() to simulate an unresponsive name
 * server. */
int getaddrinfo(const char *node, const char *service,
	const struct addrinfo *hints, struct addrinfo **found)
{
	(void)node;
	(void)service;
	(void)hints;
	(void)found;
	sleep(LOOKUP_S);
	return EAI_AGAIN;
}

static void test_why(void)
{
	static const struct {
		CURLcode code;
		const char *detail;
		int os_failed, exit;
		const char *printed;
	} cases[] = {
		{CURLE_OUT_OF_MEMORY, "", 0, KIS_EX_PROTOCOL, "too long"},
		{CURLE_SSL_CACERT_BADFILE, "x", 0, KIS_EX_CONFIG, "KIS_CACERT"},
		{CURLE_SSL_CONNECT_ERROR, "wrong version number", 0,
			KIS_EX_PROTOCOL, "TLS"},
		{CURLE_SSL_CONNECT_ERROR, "SSL_connect: SSL_ERROR_SYSCALL", 0,
			KIS_EX_TEMP, "lost"},
		{CURLE_SSL_CONNECT_ERROR, "unexpected eof while reading", 0,
			KIS_EX_TEMP, "lost"},
		{CURLE_SSL_CONNECT_ERROR, "Connection reset by peer", 1,
			KIS_EX_TEMP, "lost"},
		{CURLE_SSL_CONNECT_ERROR, "error:0A00010B:wrong version", 1,
			KIS_EX_PROTOCOL, "TLS"},
		{CURLE_UNSUPPORTED_PROTOCOL, "Received HTTP/0.9", 0,
			KIS_EX_PROTOCOL, "did not send an HTTP response"},
		{CURLE_COULDNT_CONNECT, "refused", 0, KIS_EX_TEMP, "refused"},
		{CURLE_PARTIAL_FILE, "", 0, KIS_EX_TEMP, "truncated response"},
		{CURLE_RECV_ERROR, "gone", 0, KIS_EX_TEMP, "gone"},
		{CURLE_COULDNT_RESOLVE_PROXY,
			"Unsupported proxy syntax in 'http://me:secret@[x'", 0,
			KIS_EX_CONFIG, "HTTPS_PROXY"},
		{CURLE_COULDNT_CONNECT,
			"Unsupported proxy scheme for 'x://me:secret@y'", 0,
			KIS_EX_CONFIG, "HTTPS_PROXY"},
		{CURLE_COULDNT_RESOLVE_PROXY, "Could not resolve proxy: y", 0,
			KIS_EX_TEMP, "resolve proxy: y"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct kis_err err = {0};

		kis_http_explain(cases[i].code, cases[i].detail,
			cases[i].os_failed, &err);
		ok(err.code == cases[i].exit &&
				strstr(err.msg, cases[i].printed),
			"kis_http_explain: libcurl error %d exits with %d, %s",
			(int)cases[i].code, err.code, err.msg);
		ok(!strstr(err.msg, "secret"),
			"kis_http_explain: libcurl error %d shows no password",
			(int)cases[i].code);
	}
}

static void test_line_break(struct kis_http *http)
{
	static const char *const values[] = {"a\nb: c", "a\r\nb: c", "\r"};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct kis_http_request r = {.method = "GET",
			.url = "https://127.0.0.1:1/",
			.deadline_ms = kis_clock_monotonic_ms() + 5000};
		struct kis_http_response answer;
		struct kis_err err = {0};

		kis_http_add(&r, "name", values[i], 0);
		ok(kis_http_send(http, &r, &answer, &err) < 0 &&
				err.code == KIS_EX_DATA,
			"kis_http_send: rejects a header value with a line "
			"break");
	}
}

static void test_lookup(struct kis_http *http)
{
	struct kis_http_request r = {.method = "GET",
		.url = "https://slow.invalid/",
		.deadline_ms = kis_clock_monotonic_ms() + GIVEN_UP_MS};
	struct kis_http_response answer;
	struct kis_err err = {0};

	ok(kis_http_send(http, &r, &answer, &err) < 0 &&
			err.code == KIS_EX_TEMP,
		"kis_http_send: unresponsive name server fails with status 75: "
		"%s",
		err.msg);
}

int main(void)
{
	struct kis_log logger = {.program = "unit", .level = -1};
	struct kis_err err = {0};
	struct kis_http *http = kis_http_new(NULL, &logger, &err);
	int64_t began_ms = kis_clock_monotonic_ms();

	test_why();
	if (!ok(http != NULL, "kis_http_new: returns a client"))
		return done();
	test_line_break(http);
	test_lookup(http);
	kis_http_free(http);
#if LIBCURL_VERSION_NUM >= 0x075700
	ok(kis_clock_monotonic_ms() - began_ms < LOOKUP_S * 1000 / 2,
		"kis_http_free: does not wait for the name server");
#else
	printf("ok %d - kis_http_free: does not wait for the name server # "
	       "SKIP libcurl %s always waits\n",
		++tap_run, LIBCURL_VERSION);
	(void)began_ms;
#endif
	return done();
}
