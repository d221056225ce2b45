#include "lib/target.h"
#include "lib/mem.h"
#include "lib/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef O_TMPFILE
#define O_TMPFILE 0
#endif

static mode_t creation_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* Where a name leads at whose end there is nothing yet: realpath() would
 * refuse it. 40 links is the kernel's own limit. Returns-owned. */
static char *follow(const char *name)
{
	char *at = kis_mem_dup(name);
	char link[PATH_MAX];

	for (int hops = 0; hops < 40; hops++) {
		ssize_t n = readlink(at, link, sizeof(link) - 1);
		char *slash = strrchr(at, '/');
		char *next;

		if (n < 0)
			break;
		link[n] = '\0';
		if (link[0] == '/' || !slash)
			next = kis_mem_dup(link);
		else
			next = kis_mem_printf(
				"%.*s/%s", (int)(slash - at), at, link);
		free(at);
		at = next;
	}
	return at;
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return kis_mem_dup(".");
	return kis_mem_copy(path, slash == path ? 1 : (size_t)(slash - path));
}

/* A name in the same folder, of its own and short: the file's may be as long
 * as names can be. Returns-owned. */
static char *name_beside(const char *path, const char *suffix)
{
	char *dir = directory_of(path);
	char *name = kis_mem_printf("%s/.kis-%s", dir, suffix);

	free(dir);
	return name;
}

/* -1 if this system or file system has no such thing, or could not give it a
 * name later. */
static int open_nameless(const struct kis_target *t)
{
	char *dir;
	int fd;

	if (!O_TMPFILE || access("/proc/self/fd", X_OK) != 0)
		return -1;
	dir = directory_of(t->path);
	fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	free(dir);
	return fd;
}

static int open_named(struct kis_target *t, struct kis_err *err)
{
	int fd;

	t->temporary = name_beside(t->path, "XXXXXX");
	fd = mkostemp(t->temporary, O_CLOEXEC);
	if (fd >= 0) {
		kis_process_remove_on_signal(t->temporary);
		return fd;
	}
	kis_fail_errno(err, KIS_EX_CREATE, "cannot create '%s'", t->name);
	free(t->temporary);
	t->temporary = NULL;
	return -1;
}

static int open_beside(struct kis_target *t, struct kis_err *err)
{
	int fd = open_nameless(t);

	return fd >= 0 ? fd : open_named(t, err);
}

static int open_existing(struct kis_target *t, const struct stat *st,
	int private_file, struct kis_err *err)
{
	int fd;

	if (S_ISDIR(st->st_mode))
		return kis_fail(err, KIS_EX_CREATE,
			"cannot create '%s': it is a directory", t->name);
	if (!S_ISREG(st->st_mode)) {
		fd = open(t->name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		if (fd < 0)
			kis_fail_errno(err, KIS_EX_CREATE, "cannot open '%s'",
				t->name);
		return fd;
	}
	t->path = realpath(t->name, NULL);
	if (!t->path || access(t->path, W_OK) != 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot replace '%s'", t->name);
	t->mode = private_file ? 0600 : st->st_mode & 07777;
	return open_beside(t, err);
}

int kis_target_open(struct kis_target *t, const char *name, int private_file,
	struct kis_err *err)
{
	struct stat st;

	*t = (struct kis_target){.name = name};
	if (stat(name, &st) == 0)
		return open_existing(t, &st, private_file, err);
	if (errno != ENOENT || !*name)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot create '%s'", name);
	t->path = follow(name);
	t->mode = private_file ? 0600 : creation_mode();
	return open_beside(t, err);
}

/* Gives the nameless file the target's name, or one beside it where the
 * target exists: link(2) does not replace. */
static int give_name(struct kis_target *t, int fd)
{
	char self[64], suffix[64];
	int saved;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if (linkat(AT_FDCWD, self, AT_FDCWD, t->path, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	for (unsigned i = 0; errno == EEXIST && i < 100; i++) {
		snprintf(suffix, sizeof(suffix), "%ld-%u", (long)getpid(), i);
		t->temporary = name_beside(t->path, suffix);
		kis_process_remove_on_signal(t->temporary);
		if (linkat(AT_FDCWD, self, AT_FDCWD, t->temporary,
			    AT_SYMLINK_FOLLOW) == 0)
			return 0;
		saved = errno;
		kis_process_keep(t->temporary);
		free(t->temporary);
		t->temporary = NULL;
		errno = saved;
	}
	return -1;
}

/* The file stands in its place by now and is on the disk: there is nothing
 * left that may fail, and no old file to go back to. */
static void sync_directory(int fd)
{
	if (fd < 0)
		return; /* a folder may be writable and not readable */
	fsync(fd);
	close(fd);
}

static int put_in_place(struct kis_target *t, int fd, struct kis_err *err)
{
	if (fchmod(fd, t->mode) != 0 || fsync(fd) != 0)
		return kis_fail_errno(
			err, KIS_EX_IO, "cannot write to '%s'", t->name);
	if (!t->temporary && give_name(t, fd) != 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot create '%s'", t->name);
	if (t->temporary && rename(t->temporary, t->path) != 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot replace '%s'", t->name);
	kis_process_keep(t->temporary);
	free(t->temporary);
	t->temporary = NULL;
	return 0;
}

int kis_target_publish(struct kis_target *t, int fd, struct kis_err *err)
{
	char *dir;
	int dir_fd, rc;

	if (!t->path)
		return 0;
	dir = directory_of(t->path);
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	rc = put_in_place(t, fd, err);
	sync_directory(dir_fd);
	return rc;
}

void kis_target_release(struct kis_target *t)
{
	if (t->temporary) {
		unlink(t->temporary);
		kis_process_keep(t->temporary);
	}
	free(t->temporary);
	free(t->path);
	*t = (struct kis_target){0};
}
