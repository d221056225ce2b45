/*
 * A growing byte buffer with an upper limit.
 *
 * kis_buf_add(), kis_buf_add_str() and kis_buf_printf() append a NUL, so that
 * the data can be read as a string. The length does not include this NUL. A
 * buffer for data from outside the process must have a limit; a buffer for text
 * that the program builds may use KIS_BUF_UNBOUND.
 */
#ifndef KIS_BUF_H
#define KIS_BUF_H

#include <stddef.h>
#include <stdint.h>

struct kis_buf {
	char *data;       /* owned; NULL until memory is reserved */
	size_t len;       /* bytes in use */
	size_t cap;       /* bytes allocated */
	size_t max_bytes; /* maximum of len */
};

#define KIS_BUF_INIT(max)                                                      \
	{                                                                      \
		.max_bytes = (max)                                             \
	}
#define KIS_BUF_UNBOUND (SIZE_MAX / 2)

/* Initialises b as an empty buffer of at most max_bytes. */
void kis_buf_init(struct kis_buf *b, size_t max_bytes);

/* Reserves memory for n more bytes after the current contents. Returns the
 * address at which the caller writes the new bytes, or NULL if max_bytes would
 * be exceeded. The address is valid until the next call that reserves or
 * releases memory of b. After writing, the caller increases b->len by the
 * number of bytes that it wrote, and may call kis_buf_add(b, "", 0) to append a
 * NUL. */
char *kis_buf_reserve(struct kis_buf *b, size_t n);

/* These functions append the n bytes at p, the string s, or formatted text to
 * b. They return 0, or -1 if max_bytes would be exceeded or the text cannot be
 * formatted; in that case, b is unchanged. */
int kis_buf_add(struct kis_buf *b, const char *p, size_t n);
int kis_buf_add_str(struct kis_buf *b, const char *s);
int kis_buf_printf(struct kis_buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Empties b but keeps its memory for reuse. */
void kis_buf_reset(struct kis_buf *b);

/* Frees the memory of b. b is then empty, keeps its max_bytes and can be
 * reused. */
void kis_buf_release(struct kis_buf *b);

/* Like kis_buf_release(), but overwrites the memory first, for a buffer that
 * contains a secret. Reserve the full size of such a buffer before the secret
 * is written to it, because growing it leaves unwiped copies of the secret in
 * memory. */
void kis_buf_release_secret(struct kis_buf *b);

#endif
