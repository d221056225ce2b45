#ifndef SIM_BOMB_H
#define SIM_BOMB_H
/*
 * A gzip bomb: about 420 KB that inflate to an empty ranking and 64 MiB of
 * spaces. It is written with fixed Huffman codes, so zlib is not needed.
 */
#include <stddef.h>

/* Returns the bomb, and its size in bytes in *size; the caller frees the
 * bomb. */
char *sim_bomb_make(size_t *size);

#endif
