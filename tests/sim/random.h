#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H
/*
 * Two kinds of random values: numbers that depend only on the seed (for the
 * market), and secrets that are different in every run (credentials,
 * tokens).
 */
#include <stddef.h>
#include <stdint.h>

/* Returns a hash of the four numbers. */
uint64_t sim_mix(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);

/* Returns the hash of sim_mix() as a fraction in [0, 1). */
double sim_unit(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);

/* Writes n random letters and digits and a NUL, n + 1 bytes, to out. */
void sim_secret(char *out, size_t n);

#endif
