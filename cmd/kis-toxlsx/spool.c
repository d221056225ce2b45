#include "cmd/kis-toxlsx/spool.h"
#include "cmd/kis-toxlsx/tempfile.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void spool_init(struct spool *s, struct spools *all)
{
	memset(s, 0, sizeof(*s));
	s->all = all;
	s->fd = -1;
}

/* As it is, but for the room that it did not need. */
static void keep(struct spool *s, struct kis_buf *b)
{
	s->all->room -= b->len;
	s->kept = kis_mem_resize(s->kept, s->count + 1, sizeof(*s->kept));
	b->data = kis_mem_resize(b->data, b->len, 1);
	b->cap = b->len;
	s->kept[s->count++] = *b;
	kis_buf_init(b, b->max_bytes);
}

static int file(struct spool *s, struct kis_buf *b, struct kis_err *err)
{
	if (s->fd < 0)
		s->fd = tempfile_nameless(s->all->folder, err);
	if (s->fd < 0 ||
		tempfile_write(s->fd, b->data, b->len, s->all->folder, err) < 0)
		return -1;
	kis_buf_reset(b);
	return 0;
}

int spool_add(struct spool *s, struct kis_buf *b, struct kis_err *err)
{
	if (b->len == 0)
		return 0;
	s->bytes += b->len;
	if (s->fd < 0 && b->len <= s->all->room) {
		keep(s, b);
		return 0;
	}
	return file(s, b, err);
}

ssize_t spool_read(const struct spool *s, uint64_t at, char *to, size_t n)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct kis_buf *b = &s->kept[i];

		if (at < b->len) {
			n = n < b->len - at ? n : b->len - (size_t)at;
			memcpy(to, b->data + at, n);
			return (ssize_t)n;
		}
		at -= b->len;
	}
	return s->fd < 0 ? 0 : pread(s->fd, to, n, (off_t)at);
}

void spool_release(struct spool *s)
{
	for (size_t i = 0; i < s->count; i++)
		kis_buf_release(&s->kept[i]);
	free(s->kept);
	if (s->all && s->fd >= 0)
		close(s->fd);
	memset(s, 0, sizeof(*s));
}
