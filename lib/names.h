/*
 * A table of distinct names: each gets a number, in the order of appearance,
 * by which callers keep what they know of it in plain arrays.
 *
 * The hash is seeded for each process, so that no input can make all names
 * collide.
 */
#ifndef KIS_NAMES_H
#define KIS_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct kis_name {
	char *text; /* owned; terminated, and may hold any character */
	size_t len;
	uint64_t hash;
};

/* All zero is the empty table. */
struct kis_names {
	struct kis_name *list; /* owned; count in use of cap */
	size_t count, cap;
	uint32_t *slots; /* owned; a number and 1, or 0; a power of two */
	size_t slot_count;
	uint64_t seed;
};

/* Returns the number of the n bytes at p, which are added if they are new. */
size_t kis_names_add(struct kis_names *names, const char *p, size_t n);

/* Returns the number, or SIZE_MAX if the name is not in the table. */
size_t kis_names_find(const struct kis_names *names, const char *p, size_t n);

/* Frees everything; the table is empty again and can be used. */
void kis_names_release(struct kis_names *names);

#endif
