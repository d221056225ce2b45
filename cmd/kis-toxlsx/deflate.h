/*
 * Deflate in independent pieces. Each piece is a whole number of bytes, does
 * not refer to earlier pieces and does not end the stream, so pieces can be
 * compressed at different times and concatenated in any order. DEFLATE_END
 * after the last piece completes the stream (RFC 1951). The same sequence
 * of pieces yields the same bytes.
 *
 * Uses ISA-L if the build found it (KIS_ISAL), which is several times as fast;
 * otherwise zlib.
 */
#ifndef KIS_DEFLATE_H
#define KIS_DEFLATE_H

#include "lib/buf.h"
#include "lib/err.h"

/* An empty last block with fixed Huffman codes. */
#define DEFLATE_END       "\x03\x00"
#define DEFLATE_END_BYTES 2

/* Maximum size of a piece; the functions do not check it. */
enum { DEFLATE_MAX_BYTES = 1 << 28 };

struct deflate;

/* Returns a new compressor; the caller frees it with deflate_free(). */
struct deflate *deflate_new(void);

/* Prepares d for a piece. Call it for each piece, in order; before is the
 * compressor that was prepared for the previous piece, or d. After that,
 * deflate_piece() may run at any time, in any thread. Returns 0, or -1 and sets
 * err (70). */
int deflate_prepare(struct deflate *d, const struct deflate *before,
	const char *p, size_t n, struct kis_err *err);

/* Appends the compressed piece of n bytes to out. Returns 0, or -1 and sets err
 * (70; 71 if zlib is out of memory). */
int deflate_piece(struct deflate *d, const char *p, size_t n,
	struct kis_buf *out, struct kis_err *err);

/* Returns the CRC-32 of the zip format, continued from crc; start with 0. */
uint32_t deflate_crc(uint32_t crc, const char *p, size_t n);

/* Frees d, which may be NULL. */
void deflate_free(struct deflate *d);

#endif
