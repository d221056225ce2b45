/*
 * A set of names. Each name has a number, counted from 0 in the order in which
 * names were added, so that callers can keep data about names in plain arrays.
 *
 * The hash has a random seed for each process, so that no input can make all
 * names collide.
 */
#ifndef KIS_NAMES_H
#define KIS_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct kis_name {
	char *text; /* owned; ends with a NUL and may contain NULs */
	size_t len;
	uint64_t hash;
};

/* A zeroed struct is an empty set. */
struct kis_names {
	/* owned; `cap` entries are allocated, and `count` are in use */
	struct kis_name *list;
	size_t count, cap;
	/* Owned hash table of slot_count entries; slot_count is a power of two.
	 * An entry is the number of a name plus 1, or 0 if the entry is free.
	 */
	uint32_t *slots;
	size_t slot_count;
	uint64_t seed;
};

/* Returns the number (see the top of this file) of the name of n bytes at p.
 * Adds the name if it is new. */
size_t kis_names_add(struct kis_names *names, const char *p, size_t n);

/* Returns the number (see the top of this file) of the name of n bytes at p, or
 * SIZE_MAX if the set does not contain the name. */
size_t kis_names_find(const struct kis_names *names, const char *p, size_t n);

/* Frees the memory of the set, which is then empty and can be reused. */
void kis_names_release(struct kis_names *names);

#endif
