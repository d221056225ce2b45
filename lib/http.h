/*
 * Sends HTTPS requests through libcurl, one after the other on one persistent
 * connection, with the following rules.
 *
 * Only https with TLS 1.2 or later is used, and certificates are always
 * verified. Redirects are not followed, because libcurl would send custom
 * headers such as appsecret to the new address. netrc and compression are not
 * used. The proxy settings in the environment are used. Connecting has a
 * timeout, each request has a deadline, and a stalled transfer is aborted. The
 * size of the body is limited in the write callback, because libcurl's own
 * limit does not stop chunked bodies.
 *
 * This module does not interpret the response: a request succeeds if the server
 * sends a response, whatever its status and body are.
 */
#ifndef KIS_HTTP_H
#define KIS_HTTP_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>
#include <time.h>

enum {
	KIS_HTTP_MAX_BODY = 8 << 20, /* 8 MiB; a ranking has about 10 KiB */
	KIS_HTTP_MAX_HEADERS = 32,
	/* Maximum Retry-After in seconds; a longer one is reduced to this
	 * value. */
	KIS_HTTP_MAX_RETRY_S = 86400,
};

struct kis_http;

struct kis_http_header {
	const char *name; /* name and value are borrowed */
	const char *value;
	int is_secret; /* 1: --dry-run prints only the value's length */
};

struct kis_http_request {
	const char *method; /* "GET" or "POST"; method and url are borrowed */
	const char *url;
	struct kis_http_header headers[KIS_HTTP_MAX_HEADERS];
	size_t header_count;
	const char *body; /* borrowed; NULL for GET */
	size_t body_len;
	int64_t deadline_ms; /* on the clock of kis_clock_monotonic_ms() */
};

struct kis_http_response {
	long status;         /* HTTP status */
	struct kis_buf body; /* owned; at most KIS_HTTP_MAX_BODY bytes */
	/* 1 if the response has Content-Length or Transfer-Encoding. A body
	 * without either header may be truncated without an error. */
	int has_length;
	time_t date;        /* time in the Date header, -1 if absent */
	long retry_after_s; /* Retry-After in seconds, -1 if absent */
};

/* Returns a new client; the caller frees it with kis_http_free(). Borrows
 * logger until that call. ca_file (may be NULL) is a file of additional trusted
 * CAs. Where libcurl uses one CA file instead of a directory (as on Fedora),
 * ca_file replaces that file. Returns NULL and sets err (71) if libcurl cannot
 * be initialised. */
struct kis_http *kis_http_new(
	const char *ca_file, const struct kis_log *logger, struct kis_err *err);

/* Adds a header to the request; a header after the 32nd is ignored. Borrows
 * name and value until kis_http_send() has returned. kis_http_send() rejects a
 * value that contains CR or LF. */
void kis_http_add(struct kis_http_request *r, const char *name,
	const char *value, int is_secret);

/* Sends one request, without retries. If the server sends a response, whatever
 * its status, stores the response in *a and returns 0; the caller releases it.
 * Otherwise returns -1, sets err, and leaves an empty body in *a. The exit
 * status is 75 for a transient error (no connection, timeout, deadline passed,
 * truncated response), 76 for a permanent error (certificate, TLS, response too
 * large), 69 or 78 if a proxy rejected the request, 78 for an invalid
 * configuration, 65 for a header value with a line break, 71 for a failure of
 * libcurl. */
int kis_http_send(struct kis_http *h, const struct kis_http_request *r,
	struct kis_http_response *a, struct kis_err *err);

/* Wipes and frees the body of the response *a, because it may contain a token.
 * The response may be empty. */
void kis_http_response_release(struct kis_http_response *a);

/* Closes the connection and frees h, which may be NULL. */
void kis_http_free(struct kis_http *h);

#endif
