#ifndef SIM_BOMB_H
#define SIM_BOMB_H
/*
 * A gzip file, small on the wire, of an answer without rows and 64 MiB of
 * blanks. Written by hand (fixed Huffman codes): zlib is not needed for it.
 */
#include <stddef.h>

/* returns-owned bytes, malloc'd */
char *sim_bomb_make(size_t *size);

#endif
