#include "tests/sim/bomb.h"

#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <zlib.h>

static const char head[] = "{\"output\":[";
static const char tail[] =
	"],\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\",\"msg1\":\"\"}";

static void compress_next(z_stream *z, const void *p, size_t n, int flush)
{
	/* the cast is safe: zlib does not modify the input */
	z->next_in = (Bytef *)(uintptr_t)p;
	z->avail_in = (uInt)n;
	if (deflate(z, flush) == Z_STREAM_ERROR || z->avail_in > 0)
		errx(EX_SOFTWARE, "zlib compression failed");
}

char *sim_bomb_make(size_t *size)
{
	enum { SPACES = 1 << 20, TIMES = 64, ROOM = 1 << 20, GZIP = 31 };
	z_stream z = {.avail_out = ROOM};
	char *bomb = malloc(ROOM), *spaces = malloc(SPACES);

	if (!bomb || !spaces ||
		deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, GZIP, 8,
			Z_DEFAULT_STRATEGY) != Z_OK)
		err(EX_OSERR, NULL);
	z.next_out = (Bytef *)bomb;
	memset(spaces, ' ', SPACES);
	compress_next(&z, head, strlen(head), Z_NO_FLUSH);
	for (int i = 0; i < TIMES; i++)
		compress_next(&z, spaces, SPACES, Z_NO_FLUSH);
	compress_next(&z, tail, strlen(tail), Z_FINISH);
	*size = z.total_out;
	deflateEnd(&z);
	free(spaces);
	return bomb;
}
