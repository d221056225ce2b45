#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H
/*
 * Provides two kinds of random values: numbers that depend only on the seed
 * (for the market), and secrets that are different in every run (for
 * credentials and tokens).
 */
#include <stddef.h>
#include <stdint.h>

/* Returns a hash of the four numbers, which is the same in every run. */
uint64_t sim_mix(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);

/* Returns the hash of sim_mix() as a fraction in [0, 1). */
double sim_unit(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);

/* Writes n random letters and digits and a NUL to out: n + 1 bytes in all. */
void sim_secret(char *out, size_t n);

#endif
