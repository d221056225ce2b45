#ifndef SIM_BOMB_H
#define SIM_BOMB_H
/*
 * Builds a gzip bomb: about 420 KB that inflate to an empty ranking and 64 MiB
 * of spaces. The bomb uses only the fixed Huffman codes of deflate, so this
 * module does not need zlib.
 */
#include <stddef.h>

/* Returns a new bomb, which the caller frees, and sets *size to its size in
 * bytes. Exits if out of memory. */
char *sim_bomb_make(size_t *size);

#endif
