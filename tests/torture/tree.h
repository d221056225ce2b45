/*
 * A folder held in memory: what stood in it before a run, what stands in it
 * after one. Folders, files, symlinks; names are relative to the folder.
 */
#ifndef TORTURE_TREE_H
#define TORTURE_TREE_H

#include <stddef.h>
#include <sys/types.h>

struct entry {
	char *name;
	char *data; /* of a file or a symlink; n bytes and a NUL */
	size_t n;
	mode_t mode;
};

struct tree {
	struct entry *list;
	size_t count;
};

/* Reads the folder; ends the program on failure, as all here do. */
void tree_read(struct tree *t, const char *folder);

/* Makes the folder hold this and nothing else. */
void tree_write(const struct tree *t, const char *folder);

/* The entry of that name, or NULL. */
const struct entry *tree_find(const struct tree *t, const char *name);

void tree_release(struct tree *t);

#endif
