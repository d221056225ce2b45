#include "lib/err.h"
#include "lib/locale.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static int fill(
	struct kis_err *err, int code, const char *fmt, va_list ap)
{
	err->code = code;
	return vsnprintf(err->msg, sizeof(err->msg), _(fmt), ap);
}

int kis_fail(struct kis_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(err, code, fmt, ap);
	va_end(ap);
	return -1;
}

int kis_fail_errno(struct kis_err *err, int code, const char *fmt, ...)
{
	int saved = errno;
	size_t used;
	va_list ap;

	va_start(ap, fmt);
	fill(err, code, fmt, ap);
	va_end(ap);
	used = strlen(err->msg);
	snprintf(err->msg + used, sizeof(err->msg) - used, ": %s",
		strerror(saved));
	return -1;
}

int kis_fail_context(struct kis_err *err, const char *fmt, ...)
{
	char inner[sizeof(err->msg)];
	va_list ap;
	int n;

	memcpy(inner, err->msg, sizeof(inner));
	va_start(ap, fmt);
	n = vsnprintf(err->msg, sizeof(err->msg), _(fmt), ap);
	va_end(ap);
	/* Put the context first, because a message that is too long is
	 * truncated at its end. */
	if (n >= 0 && (size_t)n < sizeof(err->msg))
		snprintf(err->msg + n, sizeof(err->msg) - (size_t)n, ": %.900s",
			inner);
	return -1;
}

void kis_err_append(struct kis_err *err, const char *text)
{
	size_t used = strlen(err->msg);

	snprintf(err->msg + used, sizeof(err->msg) - used, "%s", text);
}

/* A part of a secret is redacted if it has at least this many characters. */
enum { HIDE_BYTES = 8 };

static int hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Decodes the character at p in a message, where it may be percent-encoded or
 * escaped for JSON. Returns the decoded character and sets *len to the number
 * of bytes that it occupies in the message. */
static int plain_char(const char *p, size_t *len)
{
	*len = 1;
	if (p[0] == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
		*len = 3;
		return (hex(p[1]) & 15) << 4 | hex(p[2]);
	}
	if (p[0] == '\\' && p[1] == 'u' && p[2] == '0' && p[3] == '0' &&
		hex(p[4]) >= 0 && hex(p[5]) >= 0) {
		*len = 6;
		return (hex(p[4]) & 15) << 4 | hex(p[5]);
	}
	if (p[0] == '\\' && p[1]) {
		*len = 2;
		return (unsigned char)p[1];
	}
	return (unsigned char)p[0];
}

/* Returns the number of bytes at p that repeat the start of secret, in any
 * letter case. Sets *count to the number of characters of secret that these
 * bytes repeat. */
static size_t repeated(const char *p, const char *secret, size_t *count)
{
	size_t bytes = 0, len;

	for (*count = 0; p[bytes] && secret[*count]; (*count)++) {
		int wanted = tolower((unsigned char)secret[*count]);

		/* Compare the undecoded byte first, because the secret itself
		 * may contain a percent sign or a backslash. */
		if (tolower((unsigned char)p[bytes]) == wanted)
			len = 1;
		else if (tolower(plain_char(p + bytes, &len)) != wanted)
			break;
		bytes += len;
	}
	return bytes;
}

/* Returns how many bytes at p must be redacted, because they repeat a part of
 * the secret. If several parts match, uses the longest. Returns 0 if none
 * matches. */
static size_t revealed(const char *p, const char *secret, size_t n)
{
	size_t most = 0, count;

	for (size_t at = 0; at < n; at++) {
		size_t bytes = repeated(p, secret + at, &count);

		if ((count >= HIDE_BYTES || count == n) && bytes > most)
			most = bytes;
	}
	return most;
}

void kis_err_redact(char *text, const char *secret)
{
	size_t n = secret ? strlen(secret) : 0, len;

	for (char *p = text; n && *p; p += len) {
		len = revealed(p, secret, n);
		if (len)
			memset(p, '*', len);
		else
			len = 1;
	}
}

static int is_secret_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("+=_-", c));
}

void kis_err_redact_likely(char *text)
{
	enum { SHORTEST_SECRET = 36 }; /* length of an appkey */

	for (char *p = text; *p;) {
		size_t n = 0, upper = 0, lower = 0, digits = 0;

		for (; is_secret_char(p[n]); n++) {
			upper += p[n] >= 'A' && p[n] <= 'Z';
			lower += p[n] >= 'a' && p[n] <= 'z';
			digits += p[n] >= '0' && p[n] <= '9';
		}
		if (n >= SHORTEST_SECRET && upper && lower && digits)
			memset(p, '*', n);
		p += n ? n : 1;
	}
}
