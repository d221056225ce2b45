#include "lib/log.h"
#include "lib/buf.h"
#include "lib/locale.h"
#include "lib/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int progress_shown;

static void put(const char *p, size_t n)
{
	/* Ignore a write error, because it could only be reported on standard
	 * error. */
	while (n) {
		ssize_t done = write(STDERR_FILENO, p, n);

		if (done <= 0)
			return;
		p += done;
		n -= (size_t)done;
	}
}

void kis_log_progress_end(void)
{
	static const char erase[] = "\r\033[K";

	if (progress_shown)
		put(erase, sizeof(erase) - 1);
	progress_shown = 0;
}

static void line(
	const struct kis_log *logger, const char *mark, const char *text)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	kis_buf_printf(&b, "%s: %s", logger->program, mark);
	kis_text_escape(&b, text, strlen(text));
	kis_buf_add_str(&b, "\n");
	kis_log_progress_end();
	put(b.data, b.len);
	kis_buf_release(&b);
}

static void redact(const struct kis_log *logger, char *text)
{
	for (const char *const *s = logger->secrets; s && *s; s++)
		kis_err_redact(text, *s);
	kis_err_redact_likely(text);
}

__attribute__((format(printf, 3, 0))) static void vline(
	const struct kis_log *logger, const char *mark, const char *fmt,
	va_list ap)
{
	char text[1024];

	vsnprintf(text, sizeof(text), _(fmt), ap);
	redact(logger, text);
	line(logger, mark, text);
}

void kis_log_redact(const struct kis_log *logger, struct kis_err *err)
{
	redact(logger, err->msg);
}

void kis_log_error(const struct kis_log *logger, const struct kis_err *err)
{
	struct kis_err shown = *err;

	redact(logger, shown.msg);
	line(logger, "", shown.msg);
}

/* kis_log_warn(), kis_log_notice() and kis_log_info() differ only in the lowest
 * level that prints the message and in the prefix. */
#define LOG_AT(level_shown, mark)                                              \
	va_list ap;                                                            \
                                                                               \
	if (logger->level < (level_shown))                                     \
		return;                                                        \
	va_start(ap, fmt);                                                     \
	vline(logger, mark, fmt, ap);                                          \
	va_end(ap)

void kis_log_warn(const struct kis_log *logger, const char *fmt, ...)
{
	LOG_AT(0, _("warning: "));
}

void kis_log_notice(const struct kis_log *logger, const char *fmt, ...)
{
	LOG_AT(0, "");
}

void kis_log_info(const struct kis_log *logger, const char *fmt, ...)
{
	LOG_AT(1, "");
}

void kis_log_progress(const struct kis_log *logger, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (logger->level < 0 || !isatty(STDERR_FILENO))
		return;
	kis_log_progress_end();
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	put(text, strlen(text));
	progress_shown = 1;
}
