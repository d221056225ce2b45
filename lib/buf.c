#include "lib/buf.h"
#include "lib/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void kis_buf_init(struct kis_buf *b, size_t max_bytes)
{
	*b = (struct kis_buf)KIS_BUF_INIT(max_bytes);
}

char *kis_buf_reserve(struct kis_buf *b, size_t n)
{
	size_t needed;

	if (n > b->max_bytes - b->len)
		return NULL;
	needed = b->len + n + 1;
	if (needed > b->cap) {
		size_t cap = b->cap + b->cap / 2;

		b->cap = cap > needed ? cap : needed;
		b->data = kis_mem_resize(b->data, b->cap, 1);
	}
	return b->data + b->len;
}

int kis_buf_add(struct kis_buf *b, const char *p, size_t n)
{
	char *to = kis_buf_reserve(b, n);

	if (!to)
		return -1;
	if (n)
		memcpy(to, p, n);
	b->len += n;
	b->data[b->len] = '\0';
	return 0;
}

int kis_buf_add_str(struct kis_buf *b, const char *s)
{
	return kis_buf_add(b, s, strlen(s));
}

int kis_buf_printf(struct kis_buf *b, const char *fmt, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !(to = kis_buf_reserve(b, (size_t)n)))
		return -1;
	va_start(ap, fmt);
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

void kis_buf_reset(struct kis_buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

void kis_buf_release(struct kis_buf *b)
{
	free(b->data);
	kis_buf_init(b, b->max_bytes);
}

void kis_buf_release_secret(struct kis_buf *b)
{
	kis_mem_wipe(b->data, b->cap);
	kis_buf_release(b);
}
