/*
 * What an answer of the KIS API says, apart from its rows: its JSON, its
 * code, and what a refusal means for the caller.
 *
 * The HTTP status is not the verdict: 500 is used for token and rate errors,
 * 200 for wrong input. The whole body is parsed whatever the status and the
 * Content-Type; the code stands in msg_cd, else error_code, else message.
 */
#ifndef KIS_RESPONSE_H
#define KIS_RESPONSE_H

#include "lib/err.h"
#include "lib/http.h"

#include <jansson.h>

struct kis_response {
	json_t *json; /* owned; NULL if the body is no JSON object */
	long status;  /* 0: it was read from a file */
	long retry_after_s;
	char code[32];         /* "EGW00121"; empty if it says none */
	char text[512];        /* msg1 or error_description, trimmed */
	char parse_error[128]; /* why json is NULL */
	int is_cut;            /* because the body ends too early */
	int is_page;           /* because the body is a web page */
};

/* Reads a body; never fails: what is wrong stands in the answer. Takes
 * nothing of http, which the caller releases. Release a. */
void kis_response_read(
	struct kis_response *a, const struct kis_http_response *http);

/* Why an answer is not the success it should be: fills err by the table of
 * codes, else by the HTTP status, with code, text and what to do next; *again
 * says whether a retry may help. Returns -1. */
int kis_response_fail(
	const struct kis_response *a, int *again, struct kis_err *err);

/* 1 if it says that something went wrong, whatever rt_cd says beside it: a
 * code of the table, or a status of 400 or more. */
int kis_response_is_error(const struct kis_response *a);

/* 1 if its code is one of the table. */
int kis_response_is_known(const struct kis_response *a);

/* 1 if the answer's code is this one. */
int kis_response_has_code(const struct kis_response *a, const char *code);

void kis_response_release(struct kis_response *a);

#endif
