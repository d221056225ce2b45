/*
 * Interprets a response of the KIS API: parses its JSON, and determines its
 * error code and the exit status. The rows of the response are not interpreted
 * here.
 *
 * The HTTP status is not sufficient: KIS returns 500 for token and rate limit
 * errors, and 200 for invalid parameters. The body is therefore parsed for any
 * status and any Content-Type. The error code is taken from the first of the
 * fields msg_cd, error_code and message that has one.
 */
#ifndef KIS_RESPONSE_H
#define KIS_RESPONSE_H

#include "lib/err.h"
#include "lib/http.h"

#include <jansson.h>

struct kis_response {
	json_t *json;       /* owned; NULL if the body is not a JSON object */
	long status;        /* HTTP status; 0 for a response from a file */
	long retry_after_s; /* Retry-After in seconds, -1 if absent */
	char code[32];      /* error code: "EGW00121"; "" if absent */
	char text[512];     /* error message of the server, trimmed */
	char parse_error[128]; /* reason why json is NULL */
	int is_cut;            /* 1 if the body is truncated */
	int is_page;           /* 1 if the body is a web page */
};

/* Fills *a from the HTTP response http, which the caller releases separately.
 * Never fails: if the body is not a JSON object, a->json is NULL and
 * a->parse_error is the reason. The caller calls kis_response_release()
 * afterwards. */
void kis_response_read(
	struct kis_response *a, const struct kis_http_response *http);

/* Sets err (69, 75, 76 or 77) for a response that is not a success, according
 * to its error code, or to its HTTP status if it has no error code. Sets *again
 * to 1 if a retry may succeed, otherwise to 0. Always returns -1. */
int kis_response_fail(
	const struct kis_response *a, int *again, struct kis_err *err);

/* Returns 1 if the response has an error code that this module knows. */
int kis_response_is_known(const struct kis_response *a);

/* Returns 1 if the error code of the response equals code. */
int kis_response_has_code(const struct kis_response *a, const char *code);

/* Returns 1 if the error code means an unknown appkey or an incorrect
 * appsecret. */
int kis_response_rejects_key(const struct kis_response *a);

/* Frees the memory of *a. */
void kis_response_release(struct kis_response *a);

#endif
