/*
 * Deflate compression in independent pieces. Each piece is a whole number of
 * bytes, does not refer to earlier pieces and does not end the stream, so
 * pieces can be compressed at different times and concatenated in any order.
 * DEFLATE_END after the last piece completes the stream (RFC 1951). The same
 * sequence of pieces yields the same bytes.
 *
 * If the build found ISA-L (KIS_ISAL), the pieces are compressed with ISA-L,
 * which is several times as fast as zlib; otherwise with zlib.
 */
#ifndef KIS_DEFLATE_H
#define KIS_DEFLATE_H

#include "lib/buf.h"
#include "lib/err.h"

/* The end of a deflate stream: an empty last block with fixed Huffman codes. */
#define DEFLATE_END       "\x03\x00"
#define DEFLATE_END_BYTES 2

struct deflate;

/* Returns a new compressor; the caller frees it with deflate_free(). */
struct deflate *deflate_new(void);

/* Prepares d for compressing the piece of n bytes at p. Call this function for
 * each piece, in the order of the pieces. `before` is the compressor that was
 * prepared for the previous piece; for the first piece, pass d. Afterwards
 * deflate_piece() may compress the piece at any time, in any thread, until d is
 * prepared again. Returns 0, or -1 and sets err (70). */
int deflate_prepare(struct deflate *d, const struct deflate *before,
	const char *p, size_t n, struct kis_err *err);

/* Compresses the piece of n bytes at p, for which d was prepared (n is less
 * than 4 GiB), and appends the result to out. Returns 0, or -1 and sets err:
 * 70, or 71 if zlib is out of memory. */
int deflate_piece(struct deflate *d, const char *p, size_t n,
	struct kis_buf *out, struct kis_err *err);

/* Returns the CRC-32, as zip files use it, of the n bytes at p, continued from
 * crc. For the first bytes, pass 0 as crc. */
uint32_t deflate_crc(uint32_t crc, const char *p, size_t n);

/* Frees d, which may be NULL. */
void deflate_free(struct deflate *d);

#endif
