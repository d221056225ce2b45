#include "lib/output.h"
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

static int is_stdout(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

static mode_t creation_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* A symlink that points nowhere yet is followed by hand: realpath() would
 * refuse it. 40 is the kernel's own limit. */
static char *resolve(const char *path)
{
	char *at = kis_mem_dup(path);

	for (int hops = 0; hops < 40; hops++) {
		char link[PATH_MAX];
		ssize_t n = readlink(at, link, sizeof(link) - 1);
		char *slash = strrchr(at, '/');
		char *next;

		if (n < 0)
			return at;
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

/* 1 and an open fd without a name; 0 if this system or file system has no
 * such thing, or could not give it a name later. */
static int open_nameless(struct kis_output *o)
{
	char *dir;

	if (!O_TMPFILE || access("/proc/self/fd", X_OK) != 0)
		return 0;
	dir = directory_of(o->target);
	o->fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	free(dir);
	return o->fd >= 0;
}

static int open_named(struct kis_output *o, struct kis_err *err)
{
	o->temporary = kis_mem_printf("%s.XXXXXX", o->target);
	o->fd = mkostemp(o->temporary, O_CLOEXEC);
	if (o->fd >= 0) {
		kis_process_remove_on_signal(o->temporary);
		return 0;
	}
	kis_fail_errno(err, KIS_EX_CREATE, "cannot create '%s'", o->name);
	free(o->temporary);
	o->temporary = NULL;
	return -1;
}

static int open_beside(struct kis_output *o, struct kis_err *err)
{
	o->is_file = 1;
	if (!open_nameless(o) && open_named(o, err) < 0)
		return -1;
	return 0;
}

static int open_special(struct kis_output *o, struct kis_err *err)
{
	o->fd = open(o->target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (o->fd < 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot open '%s'", o->name);
	return 0;
}

int kis_output_open(struct kis_output *o, const char *path, int private_file,
	struct kis_err *err)
{
	struct stat st;

	*o = (struct kis_output)KIS_OUTPUT_INIT;
	kis_buf_init(&o->held, KIS_BUF_UNBOUND);
	o->secret = private_file;
	o->hold_bytes = private_file ? KIS_OUTPUT_SECRET : KIS_OUTPUT_HOLD;
	o->name = is_stdout(path) ? "standard output" : path;
	if (is_stdout(path)) {
		o->fd = STDOUT_FILENO;
		kis_process_widen_pipe(o->fd);
		return 0;
	}
	o->target = resolve(path);
	o->mode = private_file ? 0600 : creation_mode();
	if (stat(o->target, &st) != 0)
		return open_beside(o, err);
	if (S_ISDIR(st.st_mode))
		return kis_fail(err, KIS_EX_CREATE,
			"cannot create '%s': it is a directory", path);
	if (!S_ISREG(st.st_mode))
		return open_special(o, err);
	if (access(o->target, W_OK) != 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot replace '%s'", path);
	if (!private_file)
		o->mode = st.st_mode & 07777;
	return open_beside(o, err);
}

static int send_all(
	struct kis_output *o, const char *p, size_t n, struct kis_err *err)
{
	while (n) {
		ssize_t done = write(o->fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return kis_fail_errno(err, KIS_EX_IO,
				"cannot write to %s%s%s", o->target ? "'" : "",
				o->name, o->target ? "'" : "");
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static int send_held(struct kis_output *o, size_t n, struct kis_err *err)
{
	if (n == 0)
		return 0;
	if (send_all(o, o->held.data, n, err) < 0)
		return -1;
	memmove(o->held.data, o->held.data + n, o->held.len - n);
	o->held.len -= n;
	o->whole = 0;
	o->streaming = 1;
	return 0;
}

char *kis_output_room(struct kis_output *o, size_t n, struct kis_err *err)
{
	if (o->held.len + n > o->hold_bytes && send_held(o, o->whole, err) < 0)
		return NULL;
	if (!o->held.data && n < o->hold_bytes)
		return kis_buf_reserve(&o->held, o->hold_bytes);
	return kis_buf_reserve(&o->held, n);
}

void kis_output_advance(struct kis_output *o, size_t n)
{
	o->held.len += n;
}

void kis_output_record(struct kis_output *o)
{
	o->whole = o->held.len;
}

int kis_output_write(
	struct kis_output *o, const char *p, size_t n, struct kis_err *err)
{
	char *to = kis_output_room(o, n, err);

	if (!to)
		return -1;
	if (n)
		memcpy(to, p, n);
	kis_output_advance(o, n);
	return 0;
}

static int sync_directory(const char *target)
{
	char *dir = directory_of(target);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = 0;

	free(dir);
	if (fd < 0)
		return 0; /* a folder may be writable and not readable */
	if (fsync(fd) != 0 && errno != EINVAL)
		rc = -1;
	close(fd);
	return rc;
}

/* Gives the nameless file the target's name, or one beside it where the
 * target exists: link(2) does not replace. */
static int give_name(struct kis_output *o)
{
	char self[64];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", o->fd);
	if (linkat(AT_FDCWD, self, AT_FDCWD, o->target, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	if (errno != EEXIST)
		return -1;
	for (unsigned i = 0; i < 100; i++) {
		char *name = kis_mem_printf(
			"%s.%ld-%u", o->target, (long)getpid(), i);

		kis_process_remove_on_signal(name);
		o->temporary = name;
		if (linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) ==
			0)
			return 0;
		o->temporary = NULL;
		kis_process_remove_on_signal(NULL);
		free(name);
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

static int put_in_place(struct kis_output *o, struct kis_err *err)
{
	if (fchmod(o->fd, o->mode) != 0 || fsync(o->fd) != 0)
		return kis_fail_errno(
			err, KIS_EX_IO, "cannot write to '%s'", o->name);
	if (!o->temporary && give_name(o) != 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot create '%s'", o->name);
	if (o->temporary && rename(o->temporary, o->target) != 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot replace '%s'", o->name);
	kis_process_remove_on_signal(NULL);
	free(o->temporary);
	o->temporary = NULL;
	if (sync_directory(o->target) != 0)
		return kis_fail_errno(
			err, KIS_EX_IO, "cannot sync '%s'", o->name);
	return 0;
}

int kis_output_publish(struct kis_output *o, struct kis_err *err)
{
	int fd;

	if (send_held(o, o->held.len, err) < 0)
		return -1;
	if (o->is_file && put_in_place(o, err) < 0)
		return -1;
	fd = o->fd;
	o->fd = -1;
	/* a full disk behind NFS, or stdout closed by the caller, shows here */
	if (close(fd) != 0)
		return kis_fail_errno(
			err, KIS_EX_IO, "cannot write to %s", o->name);
	return 0;
}

void kis_output_settle(struct kis_output *o)
{
	struct kis_err ignored;

	if (o->streaming && !o->is_file && o->fd >= 0)
		send_held(o, o->whole, &ignored);
}

void kis_output_release(struct kis_output *o)
{
	if (o->temporary) {
		unlink(o->temporary);
		kis_process_remove_on_signal(NULL);
	}
	if (o->fd > STDERR_FILENO)
		close(o->fd);
	free(o->target);
	free(o->temporary);
	if (o->secret)
		kis_buf_release_secret(&o->held);
	else
		kis_buf_release(&o->held);
	*o = (struct kis_output)KIS_OUTPUT_INIT;
}
