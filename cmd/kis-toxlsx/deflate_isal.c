#include "cmd/kis-toxlsx/deflate.h"
#include "lib/mem.h"

#include <isa-l.h>
#include <stdlib.h>

enum { LEVEL_BYTES = ISAL_DEF_LVL1_DEFAULT, ROOM_BYTES = 64 << 10 };

struct deflate {
	struct isal_zstream stream;
	unsigned char level[LEVEL_BYTES];
};

struct deflate *deflate_new(void)
{
	struct deflate *d = kis_mem_new(1, sizeof(*d));

	isal_deflate_init(&d->stream);
	d->stream.level = 1;
	d->stream.level_buf = d->level;
	d->stream.level_buf_size = sizeof(d->level);
	return d;
}

int deflate_piece(struct deflate *d, const char *p, size_t n,
	struct kis_buf *out, struct kis_err *err)
{
	struct isal_zstream *s = &d->stream;

	isal_deflate_reset(s);
	s->flush = FULL_FLUSH;
	/* it does not write to its input */
	s->next_in = (uint8_t *)(uintptr_t)p;
	s->avail_in = (uint32_t)n;
	do {
		s->next_out = (uint8_t *)kis_buf_reserve(out, ROOM_BYTES);
		s->avail_out = ROOM_BYTES;
		if (!s->next_out || isal_deflate(s) != COMP_OK)
			return kis_fail(
				err, KIS_EX_BUG, "ISA-L cannot deflate");
		out->len += ROOM_BYTES - s->avail_out;
	} while (s->avail_out == 0);
	return 0;
}

uint32_t deflate_crc(uint32_t crc, const char *p, size_t n)
{
	return crc32_gzip_refl(crc, (const unsigned char *)p, n);
}

void deflate_free(struct deflate *d)
{
	free(d);
}
