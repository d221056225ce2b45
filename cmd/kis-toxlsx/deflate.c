#include "cmd/kis-toxlsx/deflate.h"
#include "lib/mem.h"

#ifdef KIS_ISAL
#include <isa-l.h>
#else
#include <zlib.h>
#endif
#include <stdlib.h>
#include <string.h>

#ifdef KIS_ISAL
/*
 * This file uses ISA-L's level 0 with Huffman tables from make_tables(). Level
 * 1 would make tables for each block and reduce the size by half a percent. In
 * ISA-L up to version 2.30, however, the output of level 1 depends on the
 * memory address of the buffer: with equal input, about one workbook in a
 * thousand differed.
 */
enum {
	ROOM_BYTES = 64 << 10,
	/* number of bytes from which Huffman tables are made */
	SAMPLE_BYTES = 64 << 10,
	/* number of bytes that are compressed with the same Huffman tables */
	TABLES_BYTES = 5 << 19,
};

struct deflate {
	struct isal_zstream stream;
	struct isal_hufftables tables;
	struct isal_huff_histogram histogram;
	size_t left; /* input bytes that may still use the Huffman tables */
};

struct deflate *deflate_new(void)
{
	struct deflate *d = kis_mem_new(1, sizeof(*d));

	isal_deflate_init(&d->stream);
	return d;
}

/* Makes Huffman tables from the last SAMPLE_BYTES of the piece, because the
 * tables are also used for the pieces that follow, up to TABLES_BYTES in total.
 * Returns 0, or a nonzero value on failure. */
static int make_tables(struct deflate *d, uint8_t *p, size_t n)
{
	size_t sample = n < SAMPLE_BYTES ? n : SAMPLE_BYTES;

	memset(&d->histogram, 0, sizeof(d->histogram));
	isal_update_histogram(p + n - sample, (int)sample, &d->histogram);
	return isal_create_hufftables(&d->tables, &d->histogram);
}

int deflate_prepare(struct deflate *d, const struct deflate *before,
	const char *p, size_t n, struct kis_err *err)
{
	if (before->left > n) {
		d->left = before->left - n;
		if (d != before)
			d->tables = before->tables;
		return 0;
	}
	d->left = TABLES_BYTES > n ? TABLES_BYTES - n : 0;
	/* the cast is safe: ISA-L does not modify the sample */
	if (make_tables(d, (uint8_t *)(uintptr_t)p, n) != 0)
		return kis_fail(err, KIS_EX_BUG,
			"internal error: ISA-L cannot create Huffman tables");
	return 0;
}

static void begin(struct deflate *d, uint8_t *p, size_t n)
{
	struct isal_zstream *s = &d->stream;

	isal_deflate_reset(s);
	s->flush = FULL_FLUSH;
	s->next_in = p;
	s->avail_in = (uint32_t)n;
	/* Ignore the result: isal_deflate_set_hufftables() cannot fail, because
	 * the stream has just been reset. */
	isal_deflate_set_hufftables(s, &d->tables, IGZIP_HUFFTABLE_CUSTOM);
}

int deflate_piece(struct deflate *d, const char *p, size_t n,
	struct kis_buf *out, struct kis_err *err)
{
	struct isal_zstream *s = &d->stream;

	/* the cast is safe: ISA-L does not modify the input */
	begin(d, (uint8_t *)(uintptr_t)p, n);
	do {
		s->next_out = (uint8_t *)kis_buf_reserve(out, ROOM_BYTES);
		s->avail_out = ROOM_BYTES;
		if (!s->next_out || isal_deflate(s) != COMP_OK)
			return kis_fail(err, KIS_EX_BUG,
				"internal error: ISA-L compression failed");
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

#else
enum {
	ROOM_BYTES = 64 << 10,
	/* Compared with level 6, which libxlsxwriter uses, compressed XML rows
	 * are 14% larger with level 3 and 25% larger with level 1. */
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

	/* Ignore the result: deflateInit2() fails only if memory runs out, and
	 * a later deflateReset() then reports the failure. */
	deflateInit2(
		&d->stream, LEVEL, Z_DEFLATED, RAW, MEMORY, Z_DEFAULT_STRATEGY);
	return d;
}

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
	/* the cast is safe: zlib does not modify the input */
	s->next_in = (Bytef *)(uintptr_t)p;
	s->avail_in = (uInt)n;
	do {
		int rc;

		s->next_out = (Bytef *)kis_buf_reserve(out, ROOM_BYTES);
		s->avail_out = ROOM_BYTES;
		rc = s->next_out ? deflate(s, Z_FULL_FLUSH) : Z_BUF_ERROR;
		/* Z_BUF_ERROR is not a failure if the previous call filled the
		 * buffer exactly, because nothing is left to flush then */
		if (rc != Z_OK && !(rc == Z_BUF_ERROR && s->next_out))
			return kis_fail(err, KIS_EX_BUG,
				"internal error: zlib compression failed");
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
#endif
