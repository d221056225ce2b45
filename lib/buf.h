/*
 * A growing byte buffer with a hard upper bound.
 *
 * data is always NUL-terminated once something was added, so it can be read
 * as a string; the NUL is not counted in len. Whatever is filled from outside
 * the process names its bound; only what we build ourselves may leave it out.
 */
#ifndef KIS_BUF_H
#define KIS_BUF_H

#include <stddef.h>
#include <stdint.h>

struct kis_buf {
	char *data;       /* owned; NULL while nothing was reserved */
	size_t len;       /* bytes in use */
	size_t cap;       /* bytes allocated */
	size_t max_bytes; /* len never exceeds it */
};

#define KIS_BUF_INIT(max)                                                      \
	{                                                                      \
		.max_bytes = (max)                                             \
	}
#define KIS_BUF_UNBOUND (SIZE_MAX / 2)

/* Starts empty. */
void kis_buf_init(struct kis_buf *b, size_t max_bytes);

/* Makes room for n more bytes behind len; returns where they go, NULL if
 * max_bytes forbids it. The caller adds to len what it wrote, then
 * terminates by kis_buf_add(b, "", 0) if it needs a string. */
char *kis_buf_reserve(struct kis_buf *b, size_t n);

/* Appends; -1 and unchanged if max_bytes forbids it. */
int kis_buf_add(struct kis_buf *b, const char *p, size_t n);
int kis_buf_add_str(struct kis_buf *b, const char *s);
int kis_buf_printf(struct kis_buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Empties and keeps the room. */
void kis_buf_reset(struct kis_buf *b);

/* Frees; the buffer is empty again and can be used. */
void kis_buf_release(struct kis_buf *b);

/* Overwrites the content, then frees: for what held a secret. A buffer that
 * holds secrets must have been reserved in one piece beforehand, because
 * growing leaves copies behind. */
void kis_buf_release_secret(struct kis_buf *b);

#endif
