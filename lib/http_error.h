/*
 * Why a transfer failed: libcurl's codes as the suite's. Part of lib/http.c,
 * for nobody else.
 */
#ifndef KIS_HTTP_ERROR_H
#define KIS_HTTP_ERROR_H

#include "lib/err.h"

#include <curl/curl.h>

/* Fills err for a code that is not CURLE_OK; detail is libcurl's own text
 * ("" if it gave none), os_failed whether a system call failed. Returns -1
 * with 71, 75, 76 or 78. A detail that may hold a proxy's password is left
 * out. */
int kis_http_explain(
	CURLcode code, const char *detail, int os_failed, struct kis_err *err);

/* 1 and err (78 for 407, 69 for other refusals) if the last transfer failed
 * because a proxy refused it. */
int kis_http_proxy_refused(CURL *curl, struct kis_err *err);

#endif
