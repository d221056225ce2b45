#ifndef SIM_BOMB_H
#define SIM_BOMB_H
/*
 * A gzip bomb: about 420 KB that inflate to an empty ranking and 64 MiB of
 * spaces. It is written with fixed Huffman codes, so zlib is not needed.
 */
#include <stddef.h>

/* Returns a new bomb and sets *size to its size in bytes; the caller frees the
 * bomb. Exits if out of memory. */
char *sim_bomb_make(size_t *size);

#endif
