/*
 * Reads a directory into memory and restores it: subdirectories, files and
 * symlinks. Names are relative to the directory.
 */
#ifndef TORTURE_TREE_H
#define TORTURE_TREE_H

#include <stddef.h>
#include <sys/types.h>

struct entry {
	char *name;
	char *data; /* content of a file or target of a symlink, n bytes and a
		       NUL; NULL for a directory */
	size_t n;
	mode_t mode;
};

struct tree {
	struct entry *list;
	size_t count;
};

/* Reads the directory into t, which the caller releases with tree_release().
 * Exits on failure, like all functions of this header. */
void tree_read(struct tree *t, const char *folder);

/* Replaces the content of the directory with that of t. */
void tree_write(const struct tree *t, const char *folder);

/* Returns the entry of this name, or NULL if there is none. Borrows from t. */
const struct entry *tree_find(const struct tree *t, const char *name);

void tree_release(struct tree *t);

#endif
