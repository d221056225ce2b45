#include "cmd/kis-toxlsx/spool.h"
#include "lib/tempfile.h"
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

static uint64_t room_of(const struct spool *s)
{
	return (uint64_t)s->count * SPOOL_BLOCK;
}

static void add_block(struct spool *s)
{
	s->all->blocks--;
	s->blocks = kis_mem_resize(s->blocks, s->count + 1, sizeof(char *));
	s->blocks[s->count++] = kis_mem_resize(NULL, SPOOL_BLOCK, 1);
}

/* As many as fit; how many that were. */
static size_t keep(struct spool *s, const char *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		size_t at = (size_t)(s->bytes % SPOOL_BLOCK), part;

		if (s->bytes >= room_of(s)) {
			if (s->fd >= 0 || s->all->blocks == 0)
				break;
			add_block(s);
		}
		part = SPOOL_BLOCK - at < n - done ? SPOOL_BLOCK - at
						   : n - done;
		memcpy(s->blocks[s->count - 1] + at, p + done, part);
		s->bytes += part;
		done += part;
	}
	return done;
}

int spool_add(struct spool *s, const char *p, size_t n, struct kis_err *err)
{
	size_t kept = keep(s, p, n);

	if (kept == n)
		return 0;
	if (s->fd < 0)
		s->fd = kis_tempfile_nameless(s->all->folder, err);
	if (s->fd < 0 || kis_tempfile_write(s->fd, p + kept, n - kept,
				 s->all->folder, err) < 0)
		return -1;
	s->bytes += n - kept;
	return 0;
}

ssize_t spool_read(const struct spool *s, uint64_t at, char *to, size_t n)
{
	size_t from = (size_t)(at % SPOOL_BLOCK), left = SPOOL_BLOCK - from;

	if (at >= s->bytes)
		return 0;
	if (at >= room_of(s))
		return pread(s->fd, to, n, (off_t)(at - room_of(s)));
	n = n < left ? n : left;
	n = n < s->bytes - at ? n : (size_t)(s->bytes - at);
	memcpy(to, s->blocks[at / SPOOL_BLOCK] + from, n);
	return (ssize_t)n;
}

void spool_release(struct spool *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->blocks[i]);
	free(s->blocks);
	if (s->all && s->fd >= 0)
		close(s->fd);
	memset(s, 0, sizeof(*s));
}
