#include "tests/torture/tree.h"

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void path_of(char out[PATH_MAX], const char *folder, const char *name)
{
	if (snprintf(out, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
		errx(1, "%s/%s: too long", folder, name);
}

static void read_file(struct entry *e, const char *path, off_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	e->data = calloc(1, (size_t)size + 1);
	if (fd < 0 || !e->data || (n = read(fd, e->data, (size_t)size)) < 0)
		err(1, "cannot read %s", path);
	e->n = (size_t)n;
	close(fd);
}

static struct entry *add(struct tree *t, const char *name, const char *path)
{
	struct stat st;
	struct entry *e;

	if (lstat(path, &st) != 0)
		err(1, "%s", path);
	t->list = realloc(t->list, (t->count + 1) * sizeof(*t->list));
	if (!t->list)
		err(1, NULL);
	e = &t->list[t->count++];
	*e = (struct entry){.name = strdup(name), .mode = st.st_mode};
	if (S_ISREG(st.st_mode)) {
		read_file(e, path, st.st_size);
	} else if (S_ISLNK(st.st_mode)) {
		e->data = calloc(1, PATH_MAX);
		if (!e->data || readlink(path, e->data, PATH_MAX - 1) < 0)
			err(1, "%s", path);
		e->n = strlen(e->data);
	}
	return e;
}

static void walk(struct tree *t, const char *folder, const char *below)
{
	char path[PATH_MAX], name[PATH_MAX];
	struct dirent *d;
	DIR *dir;

	path_of(path, folder, below);
	dir = opendir(path);
	if (!dir)
		err(1, "%s", path);
	while ((d = readdir(dir))) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		path_of(name, *below ? below : ".", d->d_name);
		path_of(path, folder, name);
		if (S_ISDIR(add(t, name, path)->mode))
			walk(t, folder, name);
	}
	closedir(dir);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name,
		((const struct entry *)b)->name);
}

void tree_read(struct tree *t, const char *folder)
{
	*t = (struct tree){0};
	walk(t, folder, "");
	qsort(t->list, t->count, sizeof(*t->list), by_name);
}

static void clear(const char *folder)
{
	char path[PATH_MAX];
	struct tree now;

	tree_read(&now, folder);
	for (size_t i = now.count; i > 0; i--) {
		path_of(path, folder, now.list[i - 1].name);
		if (remove(path) != 0)
			err(1, "cannot remove %s", path);
	}
	tree_release(&now);
}

static void write_entry(const struct entry *e, const char *path)
{
	int fd;

	if (S_ISDIR(e->mode)) {
		if (mkdir(path, e->mode & 07777) != 0)
			err(1, "%s", path);
		return;
	}
	if (S_ISLNK(e->mode)) {
		if (symlink(e->data, path) != 0)
			err(1, "%s", path);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || write(fd, e->data, e->n) != (ssize_t)e->n ||
		fchmod(fd, e->mode & 07777) != 0)
		err(1, "cannot write %s", path);
	close(fd);
}

void tree_write(const struct tree *t, const char *folder)
{
	char path[PATH_MAX];

	clear(folder);
	for (size_t i = 0; i < t->count; i++) {
		path_of(path, folder, t->list[i].name);
		write_entry(&t->list[i], path);
	}
}

const struct entry *tree_find(const struct tree *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->list[i].name, name) == 0)
			return &t->list[i];
	return NULL;
}

void tree_release(struct tree *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free(t->list[i].name);
		free(t->list[i].data);
	}
	free(t->list);
	*t = (struct tree){0};
}
