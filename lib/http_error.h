/*
 * Turns a failed transfer of libcurl into an exit status and a message. Only
 * lib/http.c uses this module.
 */
#ifndef KIS_HTTP_ERROR_H
#define KIS_HTTP_ERROR_H

#include "lib/err.h"

#include <curl/curl.h>

/* Sets err (71, 75, 76 or 78) for code, which must not be CURLE_OK. detail is
 * libcurl's own message, or "". If detail may contain the password of a proxy,
 * the message of err does not repeat detail. os_failed is 1 if a system
 * call failed. Always returns -1. */
int kis_http_explain(
	CURLcode code, const char *detail, int os_failed, struct kis_err *err);

/* Returns 1 and sets err if a proxy rejected the last transfer: 78 if the proxy
 * requires a different user name or password (status 407, or a SOCKS proxy that
 * rejects the login), 69 for any other status from 400 to 499 except 408 and
 * 429. Otherwise returns 0. */
int kis_http_proxy_refused(CURL *curl, struct kis_err *err);

#endif
