/*
 * Sends one API request, with its headers, rate limit and retries, and checks
 * the response.
 */
#ifndef KIS_FETCH_CLIENT_H
#define KIS_FETCH_CLIENT_H

#include "cmd/kis-fetch/query.h"
#include "cmd/kis-fetch/rate.h"
#include "lib/buf.h"
#include "lib/config.h"
#include "lib/err.h"
#include "lib/http.h"
#include "lib/log.h"

#include <jansson.h>

struct client {
	const struct kis_config *config; /* borrowed until client_close() */
	const struct kis_log *logger;
	char *bearer; /* owned; "Bearer " followed by the token */
	struct kis_http *http;
	struct rate rate;
	long retries;     /* maximum number of retries of one request */
	int64_t began_ms; /* monotonic time of client_open() */
	/* time by which all requests must have ended, on the clock of
	 * kis_clock_monotonic_ms() */
	int64_t deadline_ms;
	long calls; /* number of requests sent so far */
};

struct ranking {
	json_t *rows; /* owned; the checked rows, with base dates filled in */
	const char *kind; /* static string: "top", "partial" or "complete" */
	time_t fetched;   /* query time: the time when the response was
			     received */
	time_t date; /* time of the response's Date header, or -1 if the header
			is missing; for --from-raw, equal to `fetched` */
	/* response body, owned; kept only if the argument keep_raw of
	 * client_ask() was 1. The body is wiped when it is freed, because an
	 * error response may repeat secrets. */
	struct kis_buf raw;
};

/* Prepares c for requests. The caller sets c->retries and c->deadline_ms first,
 * and calls client_close() even after a failure. Borrows config and logger
 * until client_close(); copies token. Returns 0, or -1 and sets err (71). */
int client_open(struct client *c, const struct kis_config *config,
	const char *token, long calls_per_second, const struct kis_log *logger,
	struct kis_err *err);

/* Sends the request, retries transient errors, and parses the rows into out.
 * The caller zeroes out first and calls ranking_release() afterwards. On
 * success, keeps the response body in out->raw if keep_raw is 1. Returns 0, or
 * -1 and sets err (69, 71, 75, 76, 77 or 78; see lib/response.h). */
int client_ask(struct client *c, const struct query *q, int keep_raw,
	struct ranking *out, struct kis_err *err);

/* Reads a response body that --raw wrote, as if the server had sent it with
 * status 200, and parses the rows into out. The caller zeroes out first and
 * calls ranking_release() afterwards. If path is "-", reads standard input.
 * out->fetched is the file's modification time, or the current time if path is
 * not a regular file. Returns 0, or -1 and sets err: 66 if the file does not
 * exist or is empty, 74 if it cannot be read, 75 if path is a FIFO that has not
 * ended by deadline_ms; otherwise like client_ask(). */
int client_read_raw(const char *path, const struct query *q,
	int64_t deadline_ms, const struct kis_log *logger, struct ranking *out,
	struct kis_err *err);

/* Appends the request for q to out as text, and sends nothing. Prints the
 * length of a secret instead of the secret, and "(not read)" for a token or
 * appsecret that is not loaded. */
void client_print_request(struct kis_buf *out, const struct kis_config *config,
	const struct query *q);

/* Returns 1 if more than a second has passed since client_open(). Callers show
 * progress only then. */
int client_is_slow(const struct client *c);

void ranking_release(struct ranking *l);
void client_close(struct client *c);

#endif
