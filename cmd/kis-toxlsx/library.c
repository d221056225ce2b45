#include "cmd/kis-toxlsx/library.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int write_errno;

int library_write_errno(void)
{
	return write_errno;
}

#ifdef __GLIBC__
static FILE *kept;

static int fd_of(void *cookie)
{
	return (int)(intptr_t)cookie;
}

static ssize_t read_bytes(void *cookie, char *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd_of(cookie), p, n);
	while (got < 0 && errno == EINTR);
	return got;
}

/* All or nothing; nothing is how fopencookie(3) wants a failure told. */
static ssize_t write_bytes(void *cookie, const char *p, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t done = write(fd_of(cookie), p + at, n - at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			if (!write_errno)
				write_errno = errno;
			return 0;
		}
		at += (size_t)done;
	}
	return (ssize_t)n;
}

static int seek_bytes(void *cookie, off64_t *at, int from)
{
	*at = lseek(fd_of(cookie), *at, from);
	return *at < 0 ? -1 : 0;
}

static int close_file(void *cookie)
{
	return close(fd_of(cookie));
}

/* What the library calls its temporary files. Nothing else comes here, and
 * nothing else shall ever be removed. */
static int is_temporary(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && strncmp(slash, "/tmp.", 5) == 0;
}

/* Without memory the process ends on the spot (lib/memory.c), and a stream
 * takes some: the name goes before it, not behind it as the library would do.
 * Where there is no /proc it goes then. */
static void remove_name(int fd)
{
	char self[32], path[PATH_MAX];
	ssize_t n;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	n = readlink(self, path, sizeof(path) - 1);
	if (n <= 0)
		return;
	path[n] = '\0';
	if (is_temporary(path))
		unlink(path);
}

/* Comes before the C library's: this is how the library makes a stream of
 * each of its temporary files, none of which keeps its name. */
FILE *fdopen(int fd, const char *how)
{
	static const cookie_io_functions_t io = {
		read_bytes, write_bytes, seek_bytes, close_file};

	remove_name(fd);
	return fopencookie((void *)(intptr_t)fd, how, io);
}

static ssize_t swallow(void *cookie, const char *p, size_t n)
{
	(void)cookie;
	(void)p;
	return (ssize_t)n;
}

/* Needs no descriptor: that there is none may be what is complained of. */
void library_quiet_begin(void)
{
	static const cookie_io_functions_t io = {.write = swallow};
	FILE *nowhere = kept ? NULL : fopencookie(NULL, "w", io);

	if (!nowhere)
		return;
	kept = stderr;
	stderr = nowhere;
}

void library_quiet_end(void)
{
	if (!kept)
		return;
	fclose(stderr);
	stderr = kept;
	kept = NULL;
}
#else
void library_quiet_begin(void)
{
}

void library_quiet_end(void)
{
}
#endif
