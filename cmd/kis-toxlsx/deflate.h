/*
 * Deflate in pieces: each is a whole number of bytes, repeats nothing of those
 * before and does not end the stream, so that pieces made at different times
 * stand behind one another in any order. DEFLATE_END behind the last one makes
 * them one stream (RFC 1951). The same pieces give the same bytes.
 *
 * By ISA-L where it was found when this was built (KIS_ISAL), which is several
 * times as fast, otherwise by zlib.
 */
#ifndef KIS_DEFLATE_H
#define KIS_DEFLATE_H

#include "lib/buf.h"
#include "lib/err.h"

/* An empty last block of fixed codes. */
#define DEFLATE_END       "\x03\x00"
#define DEFLATE_END_BYTES 2

/* A piece is made of no more than this. */
enum { DEFLATE_MAX_BYTES = 1 << 28 };

struct deflate;

/* Returns-owned. */
struct deflate *deflate_new(void);

/* To be called for each piece, in order; before is what the last one was
 * prepared in, or d. Then the piece is made by d at any time, in any thread.
 * Fails with 70. */
int deflate_prepare(struct deflate *d, const struct deflate *before,
	const char *p, size_t n, struct kis_err *err);

/* Appends the piece of n bytes to out. Fails with 70. */
int deflate_piece(struct deflate *d, const char *p, size_t n,
	struct kis_buf *out, struct kis_err *err);

/* The CRC-32 of the zip format, continued from crc, which starts as 0. */
uint32_t deflate_crc(uint32_t crc, const char *p, size_t n);

/* NULL is legal. Takes d. */
void deflate_free(struct deflate *d);

#endif
