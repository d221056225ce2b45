#include "lib/http_error.h"
#include "lib/locale.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define NO_TLS N_("TLS connection to the server failed")
#define LOST   N_("connection lost during the TLS handshake")
#define NOT_NOW                                                                \
	N_("server certificate expired or not yet valid; to check the "        \
	   "system clock, run: date")
#define UNKNOWN_CA                                                             \
	N_("cannot verify the server certificate: unknown issuer; if a "       \
	   "corporate proxy inspects TLS, set KIS_CACERT to its CA file")
#define PROXY N_("HTTPS_PROXY (or ALL_PROXY) is not the address of a proxy")

/* Maps libcurl's errors to exit statuses and messages; the first match applies.
 * If one code has several meanings, a word in libcurl's message selects the
 * entry. Any other error has exit status 75, because it may be transient. */
static const struct failure {
	CURLcode code;
	const char *word; /* word in libcurl's message; NULL: any text */
	int exit;
	const char *text;
} failures[] = {
	/* CURLE_OUT_OF_MEMORY means that a header line is too long. It cannot
	 * mean that memory ran out, because the process would have exited (71).
	 */
	{CURLE_OUT_OF_MEMORY, NULL, KIS_EX_PROTOCOL,
		N_("header line of the response is too long")},
	{CURLE_FAILED_INIT, NULL, KIS_EX_SYSTEM,
		N_("cannot initialize libcurl")},
	{CURLE_URL_MALFORMAT, NULL, KIS_EX_CONFIG,
		N_("KIS_BASE_URL or HTTPS_PROXY is not a valid address")},
	{CURLE_SSL_CACERT_BADFILE, NULL, KIS_EX_CONFIG,
		N_("no usable CA certificates; check KIS_CACERT, or install "
		   "ca-certificates")},
	{CURLE_PEER_FAILED_VERIFICATION, "expired", KIS_EX_PROTOCOL, NOT_NOW},
	{CURLE_PEER_FAILED_VERIFICATION, "not yet valid", KIS_EX_PROTOCOL,
		NOT_NOW},
	{CURLE_PEER_FAILED_VERIFICATION, "issuer", KIS_EX_PROTOCOL, UNKNOWN_CA},
	{CURLE_PEER_FAILED_VERIFICATION, "self", KIS_EX_PROTOCOL, UNKNOWN_CA},
	{CURLE_PEER_FAILED_VERIFICATION, NULL, KIS_EX_PROTOCOL,
		N_("cannot verify the server certificate")},
	/* A connection lost during the TLS handshake is a network error, so a
	 * retry may succeed. */
	{CURLE_SSL_CONNECT_ERROR, "SSL_ERROR_SYSCALL", KIS_EX_TEMP, LOST},
	{CURLE_SSL_CONNECT_ERROR, "unexpected eof", KIS_EX_TEMP, LOST},
	{CURLE_SSL_CONNECT_ERROR, "reset by peer", KIS_EX_TEMP, LOST},
	{CURLE_SSL_CONNECT_ERROR, NULL, KIS_EX_PROTOCOL, NO_TLS},
	{CURLE_SSL_CIPHER, NULL, KIS_EX_PROTOCOL, NO_TLS},
	{CURLE_WEIRD_SERVER_REPLY, NULL, KIS_EX_PROTOCOL,
		N_("server did not send an HTTP response")},
	/* Every URL begins with https (see lib/server.h), so
	 * CURLE_UNSUPPORTED_PROTOCOL means a response without a status line. */
	{CURLE_UNSUPPORTED_PROTOCOL, NULL, KIS_EX_PROTOCOL,
		N_("server did not send an HTTP response")},
	{CURLE_COULDNT_RESOLVE_PROXY, "Unsupported proxy", KIS_EX_CONFIG,
		PROXY},
	{CURLE_COULDNT_CONNECT, "Unsupported proxy", KIS_EX_CONFIG, PROXY},
	{CURLE_COULDNT_RESOLVE_HOST, NULL, KIS_EX_TEMP,
		N_("cannot resolve the name of the server; check the network")},
	{CURLE_COULDNT_RESOLVE_PROXY, NULL, KIS_EX_TEMP,
		N_("cannot resolve the name of the proxy; check HTTPS_PROXY")},
	{CURLE_COULDNT_CONNECT, NULL, KIS_EX_TEMP,
		N_("cannot connect to the server or the proxy; check the "
		   "network "
		   "and HTTPS_PROXY")},
	{CURLE_OPERATION_TIMEDOUT, NULL, KIS_EX_TEMP,
		N_("the server did not respond in time")},
	{CURLE_PARTIAL_FILE, NULL, KIS_EX_TEMP, N_("truncated response")},
	{CURLE_GOT_NOTHING, NULL, KIS_EX_TEMP,
		N_("server closed the connection without a response")},
};

/* Returns 1 if the address of a proxy in the environment may contain a user
 * name and a password. */
static int proxy_has_user(void)
{
	static const char *const variables[] = {
		"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"};

	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		const char *value = getenv(variables[i]);

		if (value && strchr(value, '@'))
			return 1;
	}
	return 0;
}

static const struct failure *find(CURLcode code, const char *detail)
{
	static const struct failure other = {
		CURLE_OK, NULL, KIS_EX_TEMP, N_("connection failed")};

	for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
		const struct failure *f = &failures[i];

		if (f->code == code && (!f->word || strstr(detail, f->word)))
			return f;
	}
	return &other;
}

int kis_http_explain(
	CURLcode code, const char *detail, int os_failed, struct kis_err *err)
{
	const struct failure *f;

	/* If detail contains an error of OpenSSL, that error is the cause.
	 * os_failed may then refer to a system call of an earlier step. */
	if (code == CURLE_SSL_CONNECT_ERROR && os_failed &&
		!strstr(detail, "error:"))
		f = find(code, "SSL_ERROR_SYSCALL");
	else
		f = find(code, detail);
	/* libcurl's message may contain the address of a proxy with
	 * user:password@, so do not repeat a message that contains "@". If the
	 * password contains "@", libcurl takes a part of the password for the
	 * name of the proxy, and reports that it cannot resolve this name. */
	if (!*detail || strchr(detail, '@') ||
		(code == CURLE_COULDNT_RESOLVE_PROXY && proxy_has_user()))
		detail = curl_easy_strerror(code);
	return kis_fail(err, f->exit, "%s (%s)", _(f->text), detail);
}

/* A proxy may lock an account after several wrong passwords, so callers must
 * not repeat a request that the proxy rejected. */
int kis_http_proxy_refused(CURL *curl, struct kis_err *err)
{
	long status = 0, socks = 0;

	curl_easy_getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &status);
#if LIBCURL_VERSION_NUM >= 0x074900
	curl_easy_getinfo(curl, CURLINFO_PROXY_ERROR, &socks);
	if (socks == CURLPX_USER_REJECTED || socks == CURLPX_IDENTD ||
		socks == CURLPX_NO_AUTH)
		status = 407;
#endif
	if (status == 407)
		kis_fail(err, KIS_EX_CONFIG,
			"the proxy requires a user name and password, or "
			"rejected those in HTTPS_PROXY");
	else if (status >= 400 && status < 500 && status != 408 &&
		 status != 429)
		kis_fail(err, KIS_EX_REFUSED,
			"the proxy refused to connect (HTTP %ld); check "
			"HTTPS_PROXY and NO_PROXY",
			status);
	else
		return 0;
	return 1;
}
