#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H
/*
 * Two kinds of chance: numbers that are the same at each run (the market)
 * and secrets that never are (keys and tokens).
 */
#include <stddef.h>
#include <stdint.h>

/* A well-mixed number that depends on the four alone. */
uint64_t sim_mix(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);

/* The same as a fraction in [0, 1). */
double sim_unit(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);

/* Writes n random letters and digits and a NUL: room for n + 1. */
void sim_secret(char *out, size_t n);

#endif
