#include "lib/tempfile.h"
#include "lib/mem.h"
#include "lib/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *kis_tempfile_folder(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/tmp";
}

/* Creates a temporary file in the directory whose path is "in". Sets *name to
 * its path, which the caller frees, even if this function fails. Returns a
 * descriptor, which the caller closes, or -1 and sets err (74). */
static int create(const char *in, char **name, struct kis_err *err)
{
	int fd;

	*name = kis_mem_printf(
		"%s/%s.XXXXXX", in, program_invocation_short_name);
	fd = mkostemp(*name, O_CLOEXEC);
	if (fd < 0)
		kis_fail_errno(err, KIS_EX_IO,
			"cannot create temporary file in '%s' (TMPDIR)", in);
	return fd;
}

int kis_tempfile_open(struct kis_tempfile *t, struct kis_err *err)
{
	char *name, self[32];

	t->folder = kis_mem_dup(kis_tempfile_folder());
	t->fd = create(t->folder, &name, err);
	if (t->fd < 0) {
		free(name);
		return -1;
	}
	/* Use a fixed buffer, because kis_mem_printf() would exit if memory ran
	 * out, and the file, which is not unlinked yet, would remain. */
	snprintf(self, sizeof(self), "/proc/self/fd/%d", t->fd);
	if (access(self, R_OK | W_OK) == 0) {
		unlink(name);
		free(name);
		t->path = kis_mem_dup(self);
		return 0;
	}
	t->path = name;
	t->named = 1;
	kis_process_remove_on_signal(name);
	return 0;
}

void kis_tempfile_release(struct kis_tempfile *t)
{
	if (t->named) {
		unlink(t->path);
		kis_process_cancel_remove(t->path);
	}
	if (t->fd >= 0)
		close(t->fd);
	free(t->path);
	free(t->folder);
	*t = (struct kis_tempfile)KIS_TEMPFILE_INIT;
}

int kis_tempfile_nameless(const char *in, struct kis_err *err)
{
	/* Try O_TMPFILE first, because a file without a name disappears even if
	 * the process is killed. */
	int fd = open(in, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
	char *name;

	if (fd >= 0)
		return fd;
	fd = create(in, &name, err);
	if (fd >= 0)
		unlink(name);
	free(name);
	return fd;
}

int kis_tempfile_write(
	int fd, const char *p, size_t n, const char *in, struct kis_err *err)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return kis_fail_errno(err, KIS_EX_IO,
				"cannot write temporary file in '%s' (TMPDIR)",
				in);
		p += done;
		n -= (size_t)done;
	}
	return 0;
}
