#include "tests/sim/random.h"

#include <err.h>
#include <sys/random.h>
#include <sysexits.h>

/* Mixes the bits of x as splitmix64 does. */
static uint64_t stir(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

uint64_t sim_mix(uint64_t seed, uint64_t a, uint64_t b, uint64_t c)
{
	return stir(stir(stir(stir(seed) + a) + b) + c);
}

double sim_unit(uint64_t seed, uint64_t a, uint64_t b, uint64_t c)
{
	return (double)(sim_mix(seed, a, b, c) >> 11) / 9007199254740992.0;
}

void sim_secret(char *out, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789";
	unsigned char byte;

	for (size_t i = 0; i < n; i++) {
		if (getrandom(&byte, 1, 0) != 1)
			err(EX_OSERR, "getrandom");
		out[i] = digits[byte % 62];
	}
	out[n] = '\0';
}
