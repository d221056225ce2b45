#include "lib/file.h"
#include "lib/mem.h"
#include "lib/process.h"
#include "lib/clock.h"
#include "lib/locale.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Called after read() or write() has failed. If fd is non-blocking and not
 * ready, waits until it is ready. Returns 1 if the call can be repeated. */
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
	return kis_file_read_fd_until(fd, b, 0);
}

/* Waits until fd can be read. If fd is a FIFO that no writer has opened yet,
 * waits for a writer, because read() would return 0 at once. Returns 0, or -1
 * and sets errno to ETIME after the deadline. */
static int wait_readable(int fd, int64_t deadline_ms)
{
	struct pollfd one = {.fd = fd, .events = POLLIN};
	int64_t left = deadline_ms - kis_clock_monotonic_ms();

	left = left < 0 ? 0 : left > INT_MAX ? INT_MAX : left;
	if (poll(&one, 1, (int)left) != 0)
		return 0;
	errno = ETIME;
	return -1;
}

int kis_file_read_fd_until(int fd, struct kis_buf *b, int64_t deadline_ms)
{
	enum { STEP = 4096 };

	for (;;) {
		size_t room = b->max_bytes - b->len;
		size_t needed = room < STEP ? room + 1 : STEP;
		char step[STEP + 1];
		ssize_t got;

		if (deadline_ms && wait_readable(fd, deadline_ms) < 0)
			return -1;
		got = kis_file_read(fd, step, needed);
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

int kis_file_read_input(const char *path, int64_t deadline_ms, const char *what,
	int exit, struct kis_buf *b, time_t *written, struct kis_err *err)
{
	int is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO
			  : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	int rc = 0;

	if (fd < 0)
		return kis_fail_errno(err,
			errno == ENOENT ? KIS_EX_NOINPUT : KIS_EX_IO,
			"cannot open '%s'", path);
	if (written)
		*written = fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
				   ? st.st_mtime
				   : time(NULL);
	/* Standard input has no deadline, because the previous command in the
	 * pipeline may run for any length of time. */
	if (kis_file_read_fd_until(fd, b, is_stdin ? 0 : deadline_ms) < 0)
		rc = errno == ETIME   ? kis_fail(err, KIS_EX_TEMP,
						"timed out waiting for data from "
						  "'%s'",
						path)
		     : errno == EFBIG ? kis_fail(err, exit,
						"'%s' is too large for %s "
						"(more than %zu MiB)",
						path, what, b->max_bytes >> 20)
				      : kis_fail_errno(err, KIS_EX_IO,
						"cannot read '%s'", path);
	if (!is_stdin)
		close(fd);
	return rc;
}

/* Returns the name of the user whose user ID is uid, or uid as text if that
 * user has no name. The result is valid until the next call. */
static const char *name_of(uid_t uid)
{
	static char number[24];
	struct passwd *user = getpwuid(uid);

	if (user)
		return user->pw_name;
	snprintf(number, sizeof(number), "%lu", (unsigned long)uid);
	return number;
}

/* Returns 1 if path is below $HOME and $HOME belongs to this user. Otherwise
 * chown -R is not suggested, because in / or /home it could damage the
 * system. */
static int is_below_home(const char *path)
{
	const char *home = getenv("HOME");
	size_t n = home ? strlen(home) : 0;
	struct stat st;

	while (n > 0 && home[n - 1] == '/')
		n--;
	return n > 0 && strncmp(path, home, n) == 0 && path[n] == '/' &&
	       path[n + strspn(path + n, "/")] && stat(home, &st) == 0 &&
	       st.st_uid == geteuid();
}

int kis_file_fail_owner(
	struct kis_err *err, int code, const char *path, const struct stat *st)
{
	char owner[64];

	snprintf(owner, sizeof(owner), "%s", name_of(st->st_uid));
	/* Do not suggest chown to root, because it would lock out the owner. */
	if (geteuid() == 0)
		return kis_fail(err, code,
			"'%s' belongs to user %s; use sudo -H, or run as %s",
			path, owner, owner);
	if (!is_below_home(path))
		return kis_fail(err, code,
			"'%s' belongs to user %s; set %s to a directory of "
			"your own",
			path, owner,
			code == KIS_EX_CREATE ? "XDG_CACHE_HOME"
					      : "XDG_CONFIG_HOME");
	return kis_fail(err, code,
		"'%s' belongs to user %s; run: sudo chown -R %s '%s'", path,
		owner, name_of(geteuid()), path);
}

int kis_file_fail_access(struct kis_err *err, int code, const char *path)
{
	int creating = code == KIS_EX_CREATE;
	int saved = errno;
	char *at = kis_mem_dup(path), *slash;
	struct stat st;

	/* Find the parent directory, owned by another user, that denies access
	 * to path. */
	while (saved == EACCES && (slash = strrchr(at, '/')) && slash != at) {
		*slash = '\0';
		if (stat(at, &st) != 0 || st.st_uid == geteuid() ||
			access(at, W_OK | X_OK) == 0)
			continue;
		kis_file_fail_owner(err, code, at, &st);
		kis_fail_context(err,
			creating ? N_("cannot create '%s'")
				 : N_("cannot read '%s'"),
			path);
		free(at);
		return -1;
	}
	free(at);
	errno = saved;
	return kis_fail_errno(err, code,
		creating ? N_("cannot create '%s'") : N_("cannot read '%s'"),
		path);
}

/* Returns the longest leading part of path that exists, or the first component
 * of path if no part exists, as a new string; the caller frees it. */
static char *existing_part(const char *path)
{
	char *at = kis_mem_dup(path), *slash;
	struct stat st;

	while (stat(at, &st) != 0 && (slash = strrchr(at, '/')) && slash != at)
		*slash = '\0';
	return at;
}

void kis_file_warn_foreign_home(const char *path, const struct kis_log *logger)
{
	char *at = existing_part(path), owner[64];
	struct stat st;

	if (geteuid() == 0 && strcmp(at, path) != 0 && stat(at, &st) == 0 &&
		st.st_uid != 0) {
		snprintf(owner, sizeof(owner), "%s", name_of(st.st_uid));
		kis_log_warn(logger,
			"running as root in a directory of user %s: '%s' will "
			"belong to root and lock that user out; use sudo -H, "
			"or run as %s",
			owner, path, owner);
	}
	free(at);
}

static int check_private(int fd, const char *path, struct kis_err *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return kis_fail_errno(
			err, KIS_EX_CONFIG, "cannot access '%s'", path);
	if (!S_ISREG(st.st_mode))
		return kis_fail(
			err, KIS_EX_CONFIG, "'%s' is not a regular file", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return kis_file_fail_owner(err, KIS_EX_CONFIG, path, &st);
	if (st.st_mode & 077)
		return kis_fail(err, KIS_EX_CONFIG,
			"'%s' is readable by other users; run: chmod 600 '%s'",
			path, path);
	return 0;
}

int kis_file_open_private(const char *path, struct kis_err *err)
{
	/* O_NONBLOCK prevents open() from waiting for a writer if path is a
	 * FIFO. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	err->code = 0;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return -1;
	if (fd < 0)
		return kis_file_fail_access(err, KIS_EX_CONFIG, path);
	if (check_private(fd, path, err) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Syncs the directory of path. Errors are ignored, because the file has already
 * been put in place. */
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

/* Returns the name of the temporary file that kis_file_store_private() writes
 * before it replaces path, as a new string; the caller frees it. All calls with
 * the same path return the same name, so that a killed process leaves at most
 * one temporary file, which the next call of kis_file_store_private() removes.
 * If the file system does not support locks, the name also contains the process
 * ID, because two processes may then write at the same time. */
static char *temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? kis_mem_copy(path, (size_t)(slash - path) + 1)
			  : kis_mem_dup(".");
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int locks = fd >= 0 &&
		    (flock(fd, LOCK_SH | LOCK_NB) == 0 || errno == EWOULDBLOCK);

	if (fd >= 0)
		close(fd);
	free(dir);
	return locks ? kis_mem_printf("%s.new", path)
		     : kis_mem_printf("%s.%ld.new", path, (long)getpid());
}

static int open_new(const char *temporary, struct kis_err *err)
{
	struct stat st;
	int fd;

	unlink(temporary);
	fd = open(temporary,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot create '%s'", temporary);
	if (fstat(fd, &st) == 0 && (st.st_mode & 077) == 0)
		return fd;
	close(fd);
	unlink(temporary);
	return kis_fail(err, KIS_EX_CREATE,
		"'%s' would be readable by other users: this file system does "
		"not support permissions",
		temporary);
}

int kis_file_store_private(
	const char *path, const char *p, size_t n, struct kis_err *err)
{
	char *temporary = temporary_name(path);
	int fd = open_new(temporary, err);
	int rc = -1;

	if (fd < 0) {
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
	kis_process_cancel_remove(temporary);
	if (rc == 0)
		sync_folder_of(path);
	free(temporary);
	return rc;
}

char *kis_file_follow_once(const char *name)
{
	char link[PATH_MAX];
	ssize_t n = readlink(name, link, sizeof(link) - 1);
	const char *slash = strrchr(name, '/');

	if (n < 0)
		return NULL;
	link[n] = '\0';
	if (link[0] == '/' || !slash)
		return kis_mem_dup(link);
	return kis_mem_printf("%.*s/%s", (int)(slash - name), name, link);
}

char *kis_file_follow(const char *name)
{
	char *at = kis_mem_dup(name);

	for (int hops = 0; hops < KIS_FILE_MAX_LINKS; hops++) {
		char *next = kis_file_follow_once(at);

		if (!next)
			break;
		free(at);
		at = next;
	}
	return at;
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
