#include "lib/http.h"
#include "lib/http_error.h"
#include "lib/mem.h"
#include "lib/clock.h"
#include "lib/locale.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	CONNECT_TIMEOUT_MS = 10000,
	/* A transfer fails if no byte arrives for a certain time. That time is
	 * two thirds of the time left until the deadline when the request
	 * starts, but at least STALL_TIMEOUT_S and at most LONGEST_STALL_S
	 * seconds. */
	STALL_TIMEOUT_S = 15,
	LONGEST_STALL_S = 120,
	USUAL_BODY = 64 << 10,
	/* maximum size in bytes of all header lines together; 1 KiB is usual */
	MAX_HEAD = 256 << 10,
};

struct kis_http {
	CURL *curl;
	const struct kis_log *logger;
	char why[CURL_ERROR_SIZE];
};

struct transfer {
	struct kis_http_response *answer;
	size_t head_bytes;
	int head_is_whole;     /* 1 after the empty line that ends the header */
	const char *too_large; /* message naming the exceeded limit, or NULL */
};

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	if (kis_buf_add(&t->answer->body, p, size * n) == 0)
		return size * n;
	t->too_large = N_("response body exceeds 8 MiB");
	return 0; /* 0 makes libcurl fail the transfer */
}

/* If the line is the header called name, copies the header's value without
 * surrounding whitespace to out and returns 1. Returns 0 if the line is another
 * header or out is too small for the value. */
static int header_value(
	const char *line, size_t n, const char *name, char *out, size_t max)
{
	size_t len = strlen(name);

	if (n <= len || strncasecmp(line, name, len) != 0 || line[len] != ':')
		return 0;
	line += len + 1;
	n -= len + 1;
	while (n && (*line == ' ' || *line == '\t'))
		line++, n--;
	while (n && strchr(" \t\r\n", line[n - 1]))
		n--;
	if (n >= max)
		return 0;
	memcpy(out, line, n);
	out[n] = '\0';
	return 1;
}

static size_t take_header(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	char value[64];

	t->head_bytes += size * n;
	if (t->head_bytes > MAX_HEAD) {
		t->too_large = N_("response header exceeds 256 KiB");
		return 0;
	}
	/* A status line begins a new header. The server may send an interim
	 * response (status 100) with its own header before the final response.
	 */
	if (size * n >= 5 && memcmp(p, "HTTP/", 5) == 0)
		t->head_is_whole = 0;
	else if (size * n == 0 || *p == '\r' || *p == '\n')
		t->head_is_whole = 1;
	if (header_value(p, size * n, "Content-Length", value, sizeof(value)) ||
		header_value(
			p, size * n, "Transfer-Encoding", value, sizeof(value)))
		t->answer->has_length = 1;
	if (header_value(p, size * n, "Date", value, sizeof(value)))
		t->answer->date = curl_getdate(value, NULL);
	return size * n;
}

/* Makes OpenSSL wipe the last record that it decrypted, which may contain a
 * token. By default, OpenSSL frees the record without wiping it. */
static CURLcode ask_to_wipe(CURL *curl, void *ctx, void *unused)
{
	(void)curl;
	(void)unused;
	SSL_CTX_set_options(ctx, SSL_OP_CLEANSE_PLAINTEXT);
	return CURLE_OK;
}

/* Returns 1 if libcurl uses the same OpenSSL as this program. Otherwise the TLS
 * context of libcurl may have a different type, so this program must not change
 * it. */
static int is_our_openssl(void)
{
	static const char name[] = "OpenSSL/";
	const char *curls = curl_version_info(CURLVERSION_NOW)->ssl_version;

	return curls && strncmp(curls, name, sizeof(name) - 1) == 0 &&
	       strcmp(curls + sizeof(name) - 1,
		       OpenSSL_version(OPENSSL_VERSION_STRING)) == 0;
}

/* Sets the options that all requests share. Returns 0, or -1 if libcurl rejects
 * an option. */
static int set_policy(struct kis_http *h, const char *ca_file)
{
	CURL *c = h->curl;
	CURLcode bad = CURLE_OK;

#define SET(option, value)                                                     \
	if (bad == CURLE_OK)                                                   \
	bad = curl_easy_setopt(c, option, value)
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(CURLOPT_PROTOCOLS_STR, "https");
#else
	SET(CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTPS);
#endif
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	/* CURLOPT_NOSIGNAL is not set. With this option, libcurl would not
	 * ignore SIGPIPE when it writes to a connection that the server has
	 * closed, and a name lookup without threads would have no timeout. */
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Without this option, curl_easy_cleanup() waits for a name lookup that
	 * hangs. */
	SET(CURLOPT_QUICK_EXIT, 1L);
#endif
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	/* Keep at most one connection open: a new connection replaces the
	 * previous one. */
	SET(CURLOPT_MAXCONNECTS, 1L);
	SET(CURLOPT_USERAGENT, "kis-filters/" KIS_VERSION);
	SET(CURLOPT_ERRORBUFFER, h->why);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	if (is_our_openssl())
		SET(CURLOPT_SSL_CTX_FUNCTION, ask_to_wipe);
	/* Add ca_file to the trusted CAs. libcurl still uses its CA directory
	 * (CAPATH) too. */
	if (ca_file) {
		SET(CURLOPT_CAINFO, ca_file);
		SET(CURLOPT_PROXY_CAINFO, ca_file);
	}
#undef SET
	return bad == CURLE_OK ? 0 : -1;
}

struct kis_http *kis_http_new(
	const char *ca_file, const struct kis_log *logger, struct kis_err *err)
{
	struct kis_http *h = kis_mem_new(1, sizeof(*h));

	h->logger = logger;
	/* Do not let SSLKEYLOGFILE record the TLS session keys. */
	unsetenv("SSLKEYLOGFILE");
	/* Make libcurl wipe all memory that it frees, because headers and
	 * bodies contain secrets. If memory runs out, the functions passed here
	 * exit (71). */
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, kis_mem_alloc,
		    kis_mem_free_wiped, kis_mem_realloc_wiped, kis_mem_dup,
		    kis_mem_new) == CURLE_OK)
		h->curl = curl_easy_init();
	if (h->curl && set_policy(h, ca_file) == 0)
		return h;
	kis_http_free(h);
	kis_fail(err, KIS_EX_SYSTEM, "cannot initialize libcurl");
	return NULL;
}

void kis_http_free(struct kis_http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->curl);
	curl_global_cleanup();
	free(h);
}

void kis_http_add(struct kis_http_request *r, const char *name,
	const char *value, int is_secret)
{
	if (r->header_count < KIS_HTTP_MAX_HEADERS)
		r->headers[r->header_count++] =
			(struct kis_http_header){name, value, is_secret};
}

void kis_http_response_release(struct kis_http_response *a)
{
	kis_buf_release_secret(&a->body);
}

static void free_headers(struct curl_slist *list)
{
	for (struct curl_slist *at = list; at; at = at->next)
		kis_mem_wipe(at->data, strlen(at->data));
	curl_slist_free_all(list);
}

static struct curl_slist *append(struct curl_slist *list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(list, line);

	if (longer)
		return longer;
	free_headers(list);
	return NULL;
}

/* Returns a new list of header lines; the caller frees it with free_headers().
 * Returns NULL and sets err: 65 if a value contains a line break, 71 if memory
 * runs out. */
static struct curl_slist *make_headers(
	const struct kis_http_request *r, struct kis_err *err)
{
	struct curl_slist *list = append(NULL, "Expect:");

	for (size_t i = 0; list && i < r->header_count; i++) {
		const struct kis_http_header *h = &r->headers[i];
		char *line;

		if (h->value[strcspn(h->value, "\r\n")]) {
			kis_fail(err, KIS_EX_DATA,
				"value of header '%s' contains a line break",
				h->name);
			free_headers(list);
			return NULL;
		}
		/* libcurl requires the form "Name;" for a header without a
		 * value. */
		line = kis_mem_printf(
			"%s%s%s", h->name, *h->value ? ": " : ";", h->value);
		list = append(list, line);
		kis_mem_free_secret(line);
	}
	if (!list)
		kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	return list;
}

static void set_request(struct kis_http *h, const struct kis_http_request *r,
	struct curl_slist *headers, struct transfer *t, int64_t left_ms)
{
	CURL *c = h->curl;
	long stall_s;

	h->why[0] = '\0';
	curl_easy_setopt(c, CURLOPT_URL, r->url);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)left_ms);
	stall_s = (long)(left_ms / 1500);
	if (stall_s < STALL_TIMEOUT_S)
		stall_s = STALL_TIMEOUT_S;
	if (stall_s > LONGEST_STALL_S)
		stall_s = LONGEST_STALL_S;
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, stall_s);
	if (r->body) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
			(curl_off_t)r->body_len);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->body);
	} else {
		curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
	}
}

/* Returns 1 if the open connection must not be used for another request because
 * it is readable: the server has closed it, or has sent data that would be
 * mistaken for the next response. */
static int has_unasked(struct kis_http *h)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	if (curl_easy_getinfo(h->curl, CURLINFO_ACTIVESOCKET, &fd) !=
			CURLE_OK ||
		fd == CURL_SOCKET_BAD)
		return 0;
	return poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0) != 0;
}

static void note_answer(struct kis_http *h, const struct kis_http_request *r,
	struct kis_http_response *a, int64_t began_ms)
{
	curl_off_t after = 0;

	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &a->status);
#if LIBCURL_VERSION_NUM >= 0x074200
	curl_easy_getinfo(h->curl, CURLINFO_RETRY_AFTER, &after);
#endif
	a->retry_after_s = after > 0 ? (long)after : -1;
	if (after > KIS_HTTP_MAX_RETRY_S)
		a->retry_after_s = KIS_HTTP_MAX_RETRY_S;
	kis_log_info(h->logger, "%s %s: HTTP %ld, %zu bytes, %lld ms",
		r->method, r->url, a->status, a->body.len,
		(long long)(kis_clock_monotonic_ms() - began_ms));
}

int kis_http_send(struct kis_http *h, const struct kis_http_request *r,
	struct kis_http_response *a, struct kis_err *err)
{
	struct transfer t = {.answer = a};
	int64_t now_ms = kis_clock_monotonic_ms();
	struct curl_slist *headers;
	long os_errno = 0;
	CURLcode code;

	*a = (struct kis_http_response){.date = -1, .retry_after_s = -1};
	kis_buf_init(&a->body, KIS_HTTP_MAX_BODY);
	if (r->deadline_ms <= now_ms)
		return kis_fail(err, KIS_EX_TEMP,
			"no time left for the request (--max-time)");
	headers = make_headers(r, err);
	if (!headers)
		return -1;
	/* Reserve enough memory for any response that contains a token, because
	 * growing the buffer would leave copies of the token in memory. */
	kis_buf_reserve(&a->body, USUAL_BODY);
	set_request(h, r, headers, &t, r->deadline_ms - now_ms);
	curl_easy_setopt(
		h->curl, CURLOPT_FRESH_CONNECT, has_unasked(h) ? 1L : 0L);
	code = curl_easy_perform(h->curl);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, NULL);
	free_headers(headers);
	if (code == CURLE_OK && t.head_is_whole) {
		note_answer(h, r, a, now_ms);
		return 0;
	}
	kis_http_response_release(a);
	if (code == CURLE_OK)
		return kis_fail(err, KIS_EX_TEMP, "truncated response header");
	if (t.too_large)
		return kis_fail(err, KIS_EX_PROTOCOL, "%s", _(t.too_large));
	if (kis_http_proxy_refused(h->curl, err))
		return -1;
	curl_easy_getinfo(h->curl, CURLINFO_OS_ERRNO, &os_errno);
	return kis_http_explain(code, h->why, os_errno != 0, err);
}
