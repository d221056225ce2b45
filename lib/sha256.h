/*
 * SHA-256 (FIPS 180-4) of a short text, to name files by.
 *
 * libcrypto has it too; but a first digest there reads a configuration and
 * sets up algorithms for nearly a millisecond, a sixth of what kis-token needs
 * to print a cached token.
 */
#ifndef KIS_SHA256_H
#define KIS_SHA256_H

#include <stddef.h>

enum { KIS_SHA256_HEX = 65 }; /* 64 digits and a NUL */

/* Writes the digest of n bytes as lower case hex. Leaves no copy of them. */
void kis_sha256_hex(const void *p, size_t n, char out[KIS_SHA256_HEX]);

#endif
