/*
 * One HTTPS request after another on one kept connection, by the suite's
 * policy over libcurl:
 *
 * https and TLS 1.2 or newer, certificates always checked; no redirects
 * (libcurl sends custom headers such as appsecret along); no netrc, no
 * compression asked for; proxies of the environment honoured; a connect
 * time-out, an overall deadline, an end to stalled transfers; the body capped
 * inside the write callback (libcurl's own limit does not stop chunked
 * bodies). It knows nothing of KIS: any status with any body is success here.
 */
#ifndef KIS_HTTP_H
#define KIS_HTTP_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>
#include <time.h>

enum {
	KIS_HTTP_MAX_BODY = 8 << 20, /* 8 MiB; a full answer has 10 KiB */
	KIS_HTTP_MAX_HEADERS = 32,
	KIS_HTTP_MAX_RETRY_S = 86400, /* a longer Retry-After counts as this */
};

struct kis_http;

struct kis_http_header {
	const char *name; /* borrows */
	const char *value;
	int is_secret; /* never shown: its length is */
};

struct kis_http_request {
	const char *method; /* GET, or POST with a body */
	const char *url;
	struct kis_http_header headers[KIS_HTTP_MAX_HEADERS];
	size_t header_count;
	const char *body; /* borrows; NULL for GET */
	size_t body_len;
	int64_t deadline_ms; /* of kis_clock_monotonic_ms(): given up then */
};

struct kis_http_response {
	long status;
	struct kis_buf body; /* owned; at most KIS_HTTP_MAX_BODY */
	int has_length;      /* Content-Length, or chunks with their end: a
				body without may be truncated unnoticed */
	time_t date;         /* of the server, -1 if it said none */
	long retry_after_s;  /* -1 if it said none */
};

/* Makes a client; ca_file (or NULL) is trusted besides the system's CAs, where
 * libcurl knows these as a folder (Debian's does; Fedora's knows
 * one file, which ca_file then replaces). say is borrowed. Returns-owned, NULL
 * and 71 on failure. */
struct kis_http *kis_http_new(
	const char *ca_file, const struct kis_log *say, struct kis_err *err);

/* Adds a header; a value with CR or LF is found by kis_http_send(). */
void kis_http_add(struct kis_http_request *r, const char *name,
	const char *value, int is_secret);

/* Sends one request, once. 0 and the answer (release it) whatever its
 * status; -1 on failure: 75 what may pass (no connection, time-out, cut), 76
 * what will not (certificate, TLS, an answer too large), 78 what the
 * configuration must mend. */
int kis_http_send(struct kis_http *h, const struct kis_http_request *r,
	struct kis_http_response *a, struct kis_err *err);

/* Frees; an empty one is legal. The body may hold a token: it is wiped. */
void kis_http_response_release(struct kis_http_response *a);

/* Closes; NULL is legal. Takes h. */
void kis_http_free(struct kis_http *h);

#endif
