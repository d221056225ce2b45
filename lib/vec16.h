/*
 * Sixteen bytes of text at a time, in what the compiler makes of a vector
 * type: a register where the machine has such, ordinary words where not.
 *
 * With SSE2, which every x86-64 has, two functions use its byte mask: the
 * compiler does not find it by itself, and what it writes instead are branches
 * that the processor often guesses wrong. To test what other machines run,
 * build with -U__SSE2__.
 *
 * Loads and stores go through memcpy, so that alignment does not matter.
 * Comparing gives 0xFF in each byte for which it is so, 0 in the others.
 */
#ifndef KIS_VEC16_H
#define KIS_VEC16_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { KIS_VEC16_BYTES = 16 };

typedef signed char kis_vec16 __attribute__((vector_size(16)));
typedef char kis_vec16_bytes __attribute__((vector_size(16)));
typedef uint64_t kis_vec16_halves __attribute__((vector_size(16)));

#define KIS_VEC16_SPLAT(c)                                                     \
	((kis_vec16){(c), (c), (c), (c), (c), (c), (c), (c), (c), (c), (c),    \
		(c), (c), (c), (c), (c)})

static inline kis_vec16 kis_vec16_load(const char *p)
{
	kis_vec16 word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static inline void kis_vec16_store(char *p, kis_vec16 word)
{
	memcpy(p, &word, sizeof(word));
}

/* 0xFF in the first n bytes, 0 in the others; n is at most 16. */
static inline kis_vec16 kis_vec16_front(size_t n)
{
	static const unsigned char edge[2 * KIS_VEC16_BYTES] = {0xFF, 0xFF,
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
		0xFF, 0xFF, 0xFF, 0xFF};

	return kis_vec16_load((const char *)edge + KIS_VEC16_BYTES - n);
}

/* 1 if a byte is not 0. */
static inline int kis_vec16_any(kis_vec16 word)
{
#ifdef __SSE2__
	kis_vec16 zero = word == KIS_VEC16_SPLAT(0);

	return __builtin_ia32_pmovmskb128((kis_vec16_bytes)zero) != 0xFFFF;
#else
	kis_vec16_halves half = (kis_vec16_halves)word;

	return (half[0] | half[1]) != 0;
#endif
}

/* The index of the first byte that is not 0, 16 if all are. The bytes are 0
 * or 0xFF. Without a branch, because the answer is hard to foresee. */
static inline size_t kis_vec16_first(kis_vec16 word)
{
#ifdef __SSE2__
	unsigned bits =
		(unsigned)__builtin_ia32_pmovmskb128((kis_vec16_bytes)word);

	return (size_t)__builtin_ctz(bits | 1u << KIS_VEC16_BYTES);
#else
	kis_vec16_halves half = (kis_vec16_halves)word;
	uint64_t low, rest;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	half[0] = __builtin_bswap64(half[0]);
	half[1] = __builtin_bswap64(half[1]);
#endif
	if ((half[0] | half[1]) == 0)
		return KIS_VEC16_BYTES;
	rest = half[0] == 0;
	low = half[0] | (half[1] & -rest);
	return rest * 8 + ((size_t)__builtin_ctzll(low) >> 3);
#endif
}

#endif
