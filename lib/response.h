/*
 * Interprets a response of the KIS API except for its rows: JSON, error code
 * and exit status.
 *
 * The HTTP status is not sufficient: KIS returns 500 for token and rate limit
 * errors, and 200 for invalid parameters. The body is therefore parsed whatever
 * the status and the Content-Type. The error code is in msg_cd, otherwise in
 * error_code, otherwise in message.
 */
#ifndef KIS_RESPONSE_H
#define KIS_RESPONSE_H

#include "lib/err.h"
#include "lib/http.h"

#include <jansson.h>

struct kis_response {
	json_t *json; /* owned; NULL if not a JSON object */
	long status;  /* HTTP status; 0: read from a file */
	long retry_after_s;
	char code[32];         /* "EGW00121"; empty if absent */
	char text[512];        /* error message of the server, trimmed */
	char parse_error[128]; /* why json is NULL */
	int is_cut;            /* the body is truncated */
	int is_page;           /* the body is a web page */
};

/* Parses a body. Never fails: parse_error explains an invalid one. Copies from
 * http, which the caller still releases. The caller releases a. */
void kis_response_read(
	struct kis_response *a, const struct kis_http_response *http);

/* Sets err for a response that is not a success: by its error code, otherwise
 * by its HTTP status. Exit status 69, 75, 76 or 77. *again is set to 1 if a
 * retry may succeed. Always returns -1. */
int kis_response_fail(
	const struct kis_response *a, int *again, struct kis_err *err);

/* Returns 1 if the response reports an error, whatever its rt_cd: a known error
 * code, or a status of 400 or more. */
int kis_response_is_error(const struct kis_response *a);

/* Returns 1 if the error code is known. */
int kis_response_is_known(const struct kis_response *a);

/* Returns 1 if the error code is this one. */
int kis_response_has_code(const struct kis_response *a, const char *code);

void kis_response_release(struct kis_response *a);

#endif
