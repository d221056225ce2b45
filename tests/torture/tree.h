/*
 * A copy of a directory in memory, read before or after a run: directories,
 * files and symlinks. Names are relative to the directory.
 */
#ifndef TORTURE_TREE_H
#define TORTURE_TREE_H

#include <stddef.h>
#include <sys/types.h>

struct entry {
	char *name;
	char *data; /* of a file or symlink: n bytes and a NUL; else NULL */
	size_t n;
	mode_t mode;
};

struct tree {
	struct entry *list;
	size_t count;
};

/* Reads the directory into t, which the caller releases with tree_release().
 * Like all functions of this header, exits on failure. */
void tree_read(struct tree *t, const char *folder);

/* Replaces the directory's content with that of t. */
void tree_write(const struct tree *t, const char *folder);

/* Returns the entry of this name, or NULL if there is none. Borrows from t. */
const struct entry *tree_find(const struct tree *t, const char *name);

void tree_release(struct tree *t);

#endif
