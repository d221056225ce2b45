/*
 * Processes 16 bytes of text at a time with the compiler's vector type. The
 * compiler uses a vector register if the machine has one, otherwise ordinary
 * registers.
 *
 * kis_vec16_any() and kis_vec16_first() use the SSE2 instruction that converts
 * a vector to a mask with one bit for each byte. Every x86-64 processor has
 * this instruction. The functions call a built-in function of the compiler for
 * it, because compilers would otherwise generate branches, which the processor
 * often mispredicts. To test the code for other machines, build with
 * -U__SSE2__.
 *
 * Loads and stores use memcpy(), so alignment does not matter. A comparison of
 * two vectors results in a vector with 0xFF for each byte for which the
 * comparison is true, and 0 for each other byte.
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

/* Returns a vector whose first n bytes are 0xFF and whose other bytes are 0. n
 * is at most 16. */
static inline kis_vec16 kis_vec16_front(size_t n)
{
	static const unsigned char edge[2 * KIS_VEC16_BYTES] = {0xFF, 0xFF,
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
		0xFF, 0xFF, 0xFF, 0xFF};

	return kis_vec16_load((const char *)edge + KIS_VEC16_BYTES - n);
}

/* Returns 1 if at least one byte of word is not 0. */
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

/* Returns the index of the first byte of word that is not 0, or 16 if there is
 * none. Each byte must be 0 or 0xFF. With SSE2, the function has no branch,
 * because the processor would often mispredict a branch. */
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
