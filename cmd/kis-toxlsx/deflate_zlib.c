#include "cmd/kis-toxlsx/deflate.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <zlib.h>

enum {
	ROOM_BYTES = 64 << 10,
	/* of rows 1 makes a quarter more than libxlsxwriter's 6, 3 a seventh */
	LEVEL = 3,
	RAW = -15,
	MEMORY = 8,
};

struct deflate {
	z_stream stream;
};

struct deflate *deflate_new(void)
{
	struct deflate *d = kis_mem_new(1, sizeof(*d));

	/* fails for want of memory alone; deflate() then says so */
	deflateInit2(
		&d->stream, LEVEL, Z_DEFLATED, RAW, MEMORY, Z_DEFAULT_STRATEGY);
	return d;
}

/* Each piece is by itself. */
int deflate_prepare(struct deflate *d, const struct deflate *before,
	const char *p, size_t n, struct kis_err *err)
{
	(void)d;
	(void)before;
	(void)p;
	(void)n;
	(void)err;
	return 0;
}

int deflate_piece(struct deflate *d, const char *p, size_t n,
	struct kis_buf *out, struct kis_err *err)
{
	z_stream *s = &d->stream;

	if (deflateReset(s) != Z_OK)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	/* it does not write to its input */
	s->next_in = (Bytef *)(uintptr_t)p;
	s->avail_in = (uInt)n;
	do {
		int rc;

		s->next_out = (Bytef *)kis_buf_reserve(out, ROOM_BYTES);
		s->avail_out = ROOM_BYTES;
		rc = s->next_out ? deflate(s, Z_FULL_FLUSH) : Z_BUF_ERROR;
		/* a flush that just fitted leaves nothing for the next call */
		if (rc != Z_OK && !(rc == Z_BUF_ERROR && s->next_out))
			return kis_fail(err, KIS_EX_BUG, "zlib cannot deflate");
		out->len += ROOM_BYTES - s->avail_out;
	} while (s->avail_out == 0);
	return 0;
}

uint32_t deflate_crc(uint32_t crc, const char *p, size_t n)
{
	return (uint32_t)crc32_z(crc, (const Bytef *)p, n);
}

void deflate_free(struct deflate *d)
{
	if (d)
		deflateEnd(&d->stream);
	free(d);
}
