#include "lib/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static int fill(
	struct kis_err *err, int code, const char *fmt, va_list ap)
{
	err->code = code;
	return vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
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
	n = vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	/* what does not fit is cut: the front says where, so it comes first */
	if (n >= 0 && (size_t)n < sizeof(err->msg))
		snprintf(err->msg + n, sizeof(err->msg) - (size_t)n, ": %.900s",
			inner);
	return -1;
}

enum { HIDE_BYTES = 8 }; /* the shortest piece of a secret that is one */

void kis_err_hide(struct kis_err *err, const char *secret)
{
	for (char *p = err->msg; secret && *p; p++) {
		size_t n = 0;

		while (secret[n] && p[n] == secret[n])
			n++;
		if (n >= HIDE_BYTES || (n && !secret[n]))
			memset(p, '*', n);
	}
}
