#ifndef SIM_BOMB_H
#define SIM_BOMB_H
/* Builds a gzip bomb: an empty ranking with 64 MiB of spaces, compressed to
 * less than 500 KB. */
#include <stddef.h>

/* Returns a new bomb, which the caller frees, and sets *size to its size in
 * bytes. Exits if out of memory. */
char *sim_bomb_make(size_t *size);

#endif
