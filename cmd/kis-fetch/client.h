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
	const struct kis_config *config; /* borrowed */
	const struct kis_log *logger;
	char *bearer; /* owned: "Bearer " and the token */
	struct kis_http *http;
	struct rate rate;
	long retries;     /* maximum number of retries of one request */
	int64_t began_ms; /* kis_clock_monotonic_ms() at client_open() */
	/* time of kis_clock_monotonic_ms() when all requests must be done */
	int64_t deadline_ms;
	long calls; /* requests sent so far */
};

struct ranking {
	json_t *rows;     /* owned; checked rows, with base dates filled in */
	const char *kind; /* "top", "partial" or "complete"; static */
	time_t fetched;   /* query time: when the response was received */
	time_t date; /* time in the response's Date header, or -1 if missing;
			for --from-raw, equal to fetched */
	/* owned; response body, if keep_raw was 1; wiped when freed, because an
	 * error response may repeat secrets */
	struct kis_buf raw;
};

/* Prepares c for requests; the caller has set c->retries and c->deadline_ms.
 * Borrows config and logger until client_close(); copies token. Returns 0, or
 * -1 and sets err (71); call client_close() in either case. */
int client_open(struct client *c, const struct kis_config *config,
	const char *token, long calls_per_second, const struct kis_log *logger,
	struct kis_err *err);

/* Sends the request, retries transient errors, and parses the rows into out,
 * which must be zero before; the caller calls ranking_release(). On success,
 * keeps the response body in out->raw if keep_raw is 1. Returns 0, or -1 and
 * sets err (69, 71, 75, 76, 77 or 78; see lib/response.h). */
int client_ask(struct client *c, const struct query *q, int keep_raw,
	struct ranking *out, struct kis_err *err);

/* Reads a response body that --raw wrote, as if the server had sent it with
 * status 200. Parses the rows into out, which must be zero before; the caller
 * calls ranking_release(). path may be "-" for standard input. out->fetched is
 * the file's modification time, or the current time if path is not a regular
 * file. Reading a FIFO ends at deadline_ms (75). Returns 0, or -1 and sets err:
 * 66 if the file does not exist or is empty, 74 if it cannot be read, else as
 * client_ask(). */
int client_read_raw(const char *path, const struct query *q,
	int64_t deadline_ms, const struct kis_log *logger, struct ranking *out,
	struct kis_err *err);

/* Appends to out the request for q, as text. Shows the length of a secret
 * instead of the secret, and "(not read)" for a token or appsecret that is not
 * loaded. Uses no network. */
void client_print_request(struct kis_buf *out, const struct kis_config *config,
	const struct query *q);

/* Returns 1 if more than a second has passed since client_open(); callers then
 * show progress. */
int client_is_slow(const struct client *c);

void ranking_release(struct ranking *l);
void client_close(struct client *c);

#endif
