/*
 * Eight bytes of text at a time in an ordinary register.
 *
 * Loads go through memcpy, so that alignment does not matter. The first byte
 * in memory is the lowest of the word, on big-endian machines by a swap.
 */
#ifndef KIS_WORD_H
#define KIS_WORD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A word of eight bytes c. */
#define KIS_WORD_OF(c) (UINT64_C(0x0101010101010101) * (uint64_t)(c))

/* The top bit of each byte. */
#define KIS_WORD_TOPS UINT64_C(0x8080808080808080)

static inline uint64_t kis_word_load(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

/* Not 0 if one of the bytes is c; the lowest bit set belongs to the first
 * that is (a borrow can set bits above it). */
static inline uint64_t kis_word_has(uint64_t word, unsigned char c)
{
	uint64_t x = word ^ KIS_WORD_OF(c);

	return (x - KIS_WORD_OF(1)) & ~x & KIS_WORD_TOPS;
}

/* The index of the byte that the lowest bit set belongs to; bits is not 0. */
static inline size_t kis_word_first(uint64_t bits)
{
	return (size_t)__builtin_ctzll(bits) >> 3;
}

#endif
