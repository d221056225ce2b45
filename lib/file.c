#include "lib/file.h"
#include "lib/mem.h"
#include "lib/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* After a failed call: 1 if it may be made again. */
static int may_repeat(int fd, short events)
{
	struct pollfd one = {.fd = fd, .events = events};

	if (errno == EAGAIN)
		poll(&one, 1, -1);
	return errno == EAGAIN || errno == EINTR;
}

ssize_t kis_file_read(int fd, char *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && may_repeat(fd, POLLIN));
	return got;
}

int kis_file_write(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && may_repeat(fd, POLLOUT))
			continue;
		if (done < 0)
			return -1;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

int kis_file_read_fd(int fd, struct kis_buf *b)
{
	enum { STEP = 4096 };

	for (;;) {
		size_t room = b->max_bytes - b->len;
		size_t want = room < STEP ? room + 1 : STEP;
		char step[STEP + 1];
		ssize_t got = kis_file_read(fd, step, want);

		if (got <= 0)
			return (int)got;
		if (kis_buf_add(b, step, (size_t)got) < 0) {
			kis_mem_wipe(step, sizeof(step));
			errno = EFBIG;
			return -1;
		}
		kis_mem_wipe(step, (size_t)got);
	}
}

static int check_private(int fd, const char *path, struct kis_err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return kis_fail_errno(
			err, KIS_EX_CONFIG, "cannot look at '%s'", path);
	if (!S_ISREG(st.st_mode))
		return kis_fail(
			err, KIS_EX_CONFIG, "'%s' is not a regular file", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return kis_fail(err, KIS_EX_CONFIG,
			"'%s' belongs to another user", path);
	if (st.st_mode & 077)
		return kis_fail(err, KIS_EX_CONFIG,
			"'%s' can be read by others; type: chmod 600 '%s'",
			path, path);
	return 0;
}

int kis_file_open_private(const char *path, struct kis_err *err)
{
	/* not blocking: a FIFO in its place must not hang us */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	err->code = 0;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return -1;
	if (fd < 0)
		return kis_fail_errno(
			err, KIS_EX_CONFIG, "cannot read '%s'", path);
	if (check_private(fd, path, err) == 0)
		return fd;
	close(fd);
	return -1;
}

/* As far as it can be had: the file stands in its place by now. */
static void sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? kis_mem_copy(path, (size_t)(slash - path) + 1)
			  : kis_mem_dup(".");
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(dir);
}

/* One fixed name, so that a kill leaves at most one such file and the next
 * store removes it. */
static int open_new(const char *temporary)
{
	unlink(temporary);
	return open(temporary,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

int kis_file_store_private(
	const char *path, const char *p, size_t n, struct kis_err *err)
{
	char *temporary = kis_mem_printf("%s.new", path);
	int fd = open_new(temporary);
	int rc = -1;

	if (fd < 0) {
		kis_fail_errno(err, KIS_EX_CREATE, "cannot create '%s'", path);
		free(temporary);
		return -1;
	}
	kis_process_remove_on_signal(temporary);
	if (kis_file_write(fd, p, n) != 0 || fsync(fd) != 0)
		kis_fail_errno(err, KIS_EX_IO, "cannot write '%s'", path);
	else if (rename(temporary, path) != 0)
		kis_fail_errno(err, KIS_EX_CREATE, "cannot replace '%s'", path);
	else
		rc = 0;
	close(fd);
	if (rc != 0)
		unlink(temporary);
	kis_process_keep(temporary);
	if (rc == 0)
		sync_folder_of(path);
	free(temporary);
	return rc;
}

int kis_file_make_folder(const char *path)
{
	char *parent, *slash;
	int rc;

	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return 0;
	if (errno != ENOENT)
		return -1;
	parent = kis_mem_dup(path);
	slash = strrchr(parent, '/');
	rc = -1;
	if (slash && slash != parent) {
		*slash = '\0';
		rc = kis_file_make_folder(parent);
	}
	free(parent);
	if (rc == 0 && mkdir(path, 0700) != 0 && errno != EEXIST)
		rc = -1;
	return rc;
}
