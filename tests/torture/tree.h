/*
 * A directory in memory, read before or after a run: directories, files and
 * symlinks. Names are relative to the directory.
 */
#ifndef TORTURE_TREE_H
#define TORTURE_TREE_H

#include <stddef.h>
#include <sys/types.h>

struct entry {
	char *name;
	char *data; /* content of a file or symlink: n bytes and a NUL */
	size_t n;
	mode_t mode;
};

struct tree {
	struct entry *list;
	size_t count;
};

/* Reads the directory. Like all functions here, exits on failure. */
void tree_read(struct tree *t, const char *folder);

/* Replaces the directory's content with the tree. */
void tree_write(const struct tree *t, const char *folder);

/* Returns the entry with that name, or NULL. Borrows from t. */
const struct entry *tree_find(const struct tree *t, const char *name);

void tree_release(struct tree *t);

#endif
