/*
 * One request: headers, spacing, retries, and the verdict on the answer.
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
	const struct kis_config *config; /* borrows */
	const struct kis_log *say;
	char *bearer; /* owned: "Bearer …" */
	struct kis_http *http;
	struct rate rate;
	long retries;
	int64_t began_ms; /* of kis_clock_monotonic_ms() */
	int64_t deadline_ms;
	long calls; /* made so far */
};

struct ranking {
	json_t *rows;       /* owned; checked, dates filled */
	const char *kind;   /* "top", "partial" or "complete"; static */
	time_t fetched;     /* when the answer had arrived */
	time_t date;        /* of its Date header, or -1 */
	struct kis_buf raw; /* owned; the body as served, if kept; a refusal
			     * may repeat secrets, so it is wiped */
};

/* Makes the connection's client. token is copied. Fails with 71. */
int client_open(struct client *c, const struct kis_config *config,
	const char *token, long calls_per_second, const struct kis_log *say,
	struct kis_err *err);

/* Asks once and takes the rows; what may pass is tried again. keep_raw keeps
 * the body. Fails with the code that kis-api.md's table gives. */
int client_ask(struct client *c, const struct query *q, int keep_raw,
	struct ranking *out, struct kis_err *err);

/* Reads the rows of a body that --raw kept, by the same verdict as one that the
 * server sends with status 200. path is borrowed, "-" is stdin; fetched is the
 * file's time, or now where it has none. A FIFO is given up at deadline_ms
 * (75). Fails with 66 or 74, else as client_ask(). */
int client_read_raw(const char *path, const struct query *q,
	int64_t deadline_ms, const struct kis_log *say, struct ranking *out,
	struct kis_err *err);

/* Appends the request as text, secrets replaced by their length; the token,
 * which is not read for this, by a word. No network. */
void client_print_request(struct kis_buf *out, const struct kis_config *config,
	const struct query *q);

/* 1 when the run has lasted so long that progress is worth a line. */
int client_is_slow(const struct client *c);

void ranking_release(struct ranking *l);
void client_close(struct client *c);

#endif
