#include "lib/outfile.h"
#include "lib/file.h"
#include "lib/mem.h"
#include "lib/process.h"
#include "lib/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef O_TMPFILE
#define O_TMPFILE 0
#endif

#define ACL_ACCESS  "system.posix_acl_access"
#define ACL_DEFAULT "system.posix_acl_default"

/* Returns 1 if error, a value of errno, means that the file system does not
 * support the operation. Examples are file systems without permissions: /mnt/c
 * of WSL, exFAT, SMB. */
static int is_unsupported(int error)
{
	return error == EPERM || error == EOPNOTSUPP || error == ENOSYS ||
	       error == EINVAL || error == EROFS;
}

static mode_t creation_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* Returns the mode of a new file in the directory dir if dir has a default ACL,
 * otherwise -1. The umask does not apply in a directory with a default ACL. The
 * kernel copies the entries of named users and groups; the mode sets the
 * entries of the owner, the mask or group, and others. */
static int default_acl_mode(const char *dir)
{
	/* Sizes in bytes in the attribute that contains the ACL. The attribute
	 * contains a version number and one entry for each user or group. An
	 * entry contains a tag, permissions and an ID. */
	enum { VERSION = 4, ENTRY = 8, MAX_BYTES = 64 << 10 };
	enum { USER_OBJ = 1, GROUP_OBJ = 4, MASK = 0x10, OTHER = 0x20 };
	unsigned char *acl = kis_mem_new(MAX_BYTES, 1);
	ssize_t n = getxattr(dir, ACL_DEFAULT, acl, MAX_BYTES);
	int user = 0, group = 0, mask = -1, other = 0;

	for (ssize_t i = VERSION; i + ENTRY <= n; i += ENTRY) {
		int tag = acl[i] | acl[i + 1] << 8;
		/* omit the execute right: a new file is not executable */
		int rights = acl[i + 2] & 06;

		if (tag == USER_OBJ)
			user = rights;
		else if (tag == GROUP_OBJ)
			group = rights;
		else if (tag == MASK)
			mask = rights;
		else if (tag == OTHER)
			other = rights;
	}
	free(acl);
	if (n < VERSION + ENTRY)
		return -1;
	return user << 6 | (mask < 0 ? group : mask) << 3 | other;
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return kis_mem_dup(".");
	return kis_mem_copy(path, slash == path ? 1 : (size_t)(slash - path));
}

/* Returns a new name in the directory of path; the caller frees it. The new
 * name does not contain the name of the file, because that name may already
 * have the maximum length. */
static char *name_beside(const char *path, const char *suffix)
{
	char *dir = directory_of(path);
	char *name = kis_mem_printf("%s/.kis-%s", dir, suffix);

	free(dir);
	return name;
}

/* Opens a temporary file without a name. Returns the descriptor, or -1 if the
 * system or file system does not support O_TMPFILE, or if the file could not be
 * linked to a name later. */
static int open_nameless(const struct kis_outfile *t)
{
	char *dir;
	int fd;

	if (!O_TMPFILE || access("/proc/self/fd", X_OK) != 0)
		return -1;
	dir = directory_of(t->path);
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	free(dir);
	return fd;
}

static int open_named(struct kis_outfile *t, struct kis_err *err)
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

static int fail_readable(const struct kis_outfile *t, struct kis_err *err)
{
	return kis_fail(err, KIS_EX_IO,
		"'%s' would be readable by other users: this file system does "
		"not support permissions; write it elsewhere",
		t->name);
}

/* Opens the temporary file. If the file is for a secret and other users could
 * read the file, fails before the secret is written. Returns the descriptor, or
 * -1 and sets err: 74 if other users could read the file, 73 if the file cannot
 * be created. */
static int open_beside(struct kis_outfile *t, struct kis_err *err)
{
	int fd = open_nameless(t);
	struct stat st;

	if (fd < 0)
		fd = open_named(t, err);
	if (fd < 0 || !t->is_private || fstat(fd, &st) != 0 ||
		(st.st_mode & 077) == 0)
		return fd;
	close(fd);
	return fail_readable(t, err);
}

/* Opens a file that is not a regular file. Waits for the reader of a FIFO until
 * the deadline. Returns the descriptor, or -1 and sets err: 75 if no program
 * opened the FIFO for reading before the deadline, otherwise 73. */
static int open_device(const struct kis_outfile *t, const struct stat *st,
	int64_t deadline_ms, struct kis_err *err)
{
	enum { PAUSE_MS = 20 };
	int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY;

	int fd;

	if (!S_ISFIFO(st->st_mode))
		deadline_ms = 0;
	fd = open(t->name, deadline_ms ? flags | O_NONBLOCK : flags);

	while (fd < 0 && errno == ENXIO &&
		kis_clock_monotonic_ms() < deadline_ms) {
		kis_clock_sleep_ms(PAUSE_MS);
		fd = open(t->name, flags | O_NONBLOCK);
	}
	if (fd < 0 && errno == ENXIO && deadline_ms)
		return kis_fail(err, KIS_EX_TEMP,
			"no program opened '%s' for reading in time", t->name);
	if (fd < 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot open '%s'", t->name);
	if (deadline_ms)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return fd;
}

/* Records the owner, group and mode of the file that is replaced, and whether
 * it has an ACL. The set-user-ID, set-group-ID and sticky bits are dropped,
 * because the new contents must not run as the owner. */
static void note_rights(struct kis_outfile *t, const struct stat *st)
{
	t->replaces = 1;
	t->uid = st->st_uid;
	t->gid = st->st_gid;
	t->mode = st->st_mode & 0777;
	t->has_acl = getxattr(t->path, ACL_ACCESS, NULL, 0) > 0;
}

static int open_existing(struct kis_outfile *t, const struct stat *st,
	const struct kis_outfile_how *how, struct kis_err *err)
{
	if (S_ISDIR(st->st_mode))
		return kis_fail(err, KIS_EX_CREATE,
			"cannot create '%s': it is a directory", t->name);
	if (!S_ISREG(st->st_mode))
		return open_device(t, st, how->deadline_ms, err);
	t->path = realpath(t->name, NULL);
	if (!t->path || access(t->path, W_OK) != 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot replace '%s'", t->name);
	note_rights(t, st);
	return open_beside(t, err);
}

/* Returns the mode for a new file at path. The mode follows from the default
 * ACL of the directory or, if there is none, from the umask. */
static mode_t new_mode(const char *path)
{
	char *dir = directory_of(path);
	int inherited = default_acl_mode(dir);

	free(dir);
	return inherited < 0 ? creation_mode() : (mode_t)inherited;
}

/* Returns the number of the descriptor that name denotes (/dev/fd/3,
 * /dev/stderr, /proc/self/fd/1, in any spelling of the directory), or -1. A
 * symlink to such a path is not followed. The path of a descriptor of another
 * process is treated as an ordinary file name, because that descriptor is not
 * open in this process. */
static int descriptor_of(const char *name)
{
	static const char *const streams[] = {
		"/dev/stdin", "/dev/stdout", "/dev/stderr"};
	const char *number = strrchr(name, '/');
	char own[32], *dir, *real;
	int fd = -1;

	for (size_t i = 0; i < sizeof(streams) / sizeof(*streams); i++)
		if (strcmp(name, streams[i]) == 0)
			return (int)i;
	number = number ? number + 1 : name;
	if (!*number || strlen(number) > 8 ||
		number[strspn(number, "0123456789")])
		return -1;
	dir = directory_of(name);
	real = realpath(dir, NULL);
	snprintf(own, sizeof(own), "/proc/%ld/", (long)getpid());
	if (real && strncmp(real, own, strlen(own)) == 0 && strlen(real) > 3 &&
		strcmp(real + strlen(real) - 3, "/fd") == 0)
		fd = (int)strtol(number, NULL, 10);
	free(real);
	free(dir);
	return fd;
}

int kis_outfile_descriptor(const char *name)
{
	char *at = kis_mem_dup(name);
	int fd = descriptor_of(at);

	for (int hops = 0; fd < 0 && hops < KIS_FILE_MAX_LINKS; hops++) {
		char *next = kis_file_follow_once(at);

		if (!next)
			break;
		free(at);
		at = next;
		fd = descriptor_of(at);
	}
	free(at);
	return fd;
}

int kis_outfile_open(struct kis_outfile *t, const char *name,
	const struct kis_outfile_how *how, struct kis_err *err)
{
	int descriptor = kis_outfile_descriptor(name);
	struct stat st;

	*t = (struct kis_outfile){.name = name, .is_private = how->is_private};
	if (descriptor >= 0) {
		/* Duplicate the descriptor instead of opening the name, so that
		 * the open file is not truncated and keeps its offset. */
		int fd = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);

		return fd >= 0 ? fd
			       : kis_fail_errno(err, KIS_EX_CREATE,
					 "cannot open '%s'", name);
	}
	if (stat(name, &st) == 0)
		return open_existing(t, &st, how, err);
	if (errno != ENOENT || !*name)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot create '%s'", name);
	t->path = kis_file_follow(name);
	t->mode = new_mode(t->path);
	return open_beside(t, err);
}

/* Links the unnamed file to the name of the target. If the target exists, links
 * the file to a temporary name, because link(2) does not replace a file.
 * Returns 0, or -1 and sets errno. */
static int give_name(struct kis_outfile *t, int fd)
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
		kis_process_cancel_remove(t->temporary);
		free(t->temporary);
		t->temporary = NULL;
		errno = saved;
	}
	return -1;
}

/* Syncs the directory fd and closes fd. Errors are ignored, because the new
 * file is already synced and in place, and the old file no longer exists. */
static void sync_directory(int fd)
{
	if (fd < 0)
		return; /* a directory that is not readable cannot be synced */
	fsync(fd);
	close(fd);
}

/* Copies fd, a file without a name, to a temporary file with a name. Used if
 * the file system does not support links. Returns the new descriptor, which the
 * caller closes, or -1 and sets err (73 or 74). */
static int copy_to_named(struct kis_outfile *t, int fd, struct kis_err *err)
{
	char block[16 << 10];
	off_t at = 0;
	ssize_t n;
	int to = open_named(t, err);

	if (to < 0)
		return -1;
	while ((n = pread(fd, block, sizeof(block), at)) > 0) {
		if (kis_file_write(to, block, (size_t)n) < 0)
			break;
		at += n;
	}
	kis_mem_wipe(block, t->is_private ? sizeof(block) : 0);
	if (n == 0)
		return to;
	kis_fail_errno(err, KIS_EX_IO, "cannot write to '%s'", t->name);
	close(to);
	return -1;
}

/* Reduces the rights of the group and of others in t->mode to the rights that
 * both have and that the argument "also" (0 to 07) contains. Called if the
 * group or the ACL cannot be preserved, so that no user gets more access than
 * before. */
static void narrow(struct kis_outfile *t, mode_t also)
{
	mode_t rights = (t->mode >> 3) & t->mode & also & 07;

	t->mode = (t->mode & 0700) | rights << 3 | rights;
}

/* Returns the rights that all entries of the ACL, except the owner's entry,
 * have in common. */
static mode_t common_rights(const unsigned char *acl, ssize_t n)
{
	enum { VERSION = 4, ENTRY = 8, USER_OBJ = 1 };
	mode_t rights = 07;

	for (ssize_t i = VERSION; i + ENTRY <= n; i += ENTRY)
		if ((acl[i] | acl[i + 1] << 8) != USER_OBJ)
			rights &= acl[i + 2];
	return rights;
}

/* Copies the ACL of the file that is replaced. If that file has no ACL, removes
 * the ACL that the new file fd inherited from its directory. */
static void copy_acl(struct kis_outfile *t, int fd)
{
	enum { MAX_BYTES = 64 << 10 }; /* maximum size of an ACL attribute */
	unsigned char *acl;
	ssize_t n;

	if (t->is_private) {
		fremovexattr(fd, ACL_ACCESS);
		return;
	}
	acl = kis_mem_new(MAX_BYTES, 1);
	n = getxattr(t->path, ACL_ACCESS, acl, MAX_BYTES);
	if (n < 0 && errno != ENODATA && errno != EOPNOTSUPP &&
		(errno != ENOENT || t->has_acl))
		/* Deny access to the group and to others, because the ACL of
		 * the old file cannot be read. */
		narrow(t, 0);
	if (n <= 0)
		fremovexattr(fd, ACL_ACCESS);
	else if (fsetxattr(fd, ACL_ACCESS, acl, (size_t)n, 0) != 0)
		narrow(t, common_rights(acl, n));
	free(acl);
}

/* Updates the recorded rights, because another process may have replaced the
 * target meanwhile. If the target was removed, the rights recorded by
 * kis_outfile_open() are used. */
static void look_again(struct kis_outfile *t)
{
	struct stat st;

	if (stat(t->path, &st) == 0 && S_ISREG(st.st_mode))
		note_rights(t, &st);
}

/* Gives the new file fd the rights of the file that it replaces, or the mode of
 * a new file. If the user or the file system cannot set a right, fewer users
 * can access the file, never more. Returns 0, or -1 and sets err (74) if the
 * mode cannot be set or a secret would be readable by other users. */
static int set_rights(struct kis_outfile *t, int fd, struct kis_err *err)
{
	struct stat st;

	look_again(t);
	if (t->replaces && !t->is_private && fchown(fd, t->uid, t->gid) != 0 &&
		fchown(fd, (uid_t)-1, t->gid) != 0 && fstat(fd, &st) == 0 &&
		st.st_gid != t->gid)
		narrow(t, 07);
	if (t->replaces || t->is_private)
		copy_acl(t, fd);
	if (t->is_private)
		t->mode = 0600;
	if (fchmod(fd, t->mode) != 0 &&
		(t->is_private || !is_unsupported(errno)))
		return kis_fail_errno(
			err, KIS_EX_IO, "cannot set the mode of '%s'", t->name);
	if (t->is_private && fstat(fd, &st) == 0 && (st.st_mode & 077))
		return fail_readable(t, err);
	return 0;
}

/* Sets err to the reason, from errno, why the file cannot be replaced, with a
 * remedy. Always returns -1. */
static int fail_replace(const struct kis_outfile *t, struct kis_err *err)
{
	size_t n = strlen(t->name);
	int is_workbook = n > 5 && strcmp(t->name + n - 5, ".xlsx") == 0;

	if (errno == EBUSY && !is_workbook)
		return kis_fail(err, KIS_EX_CREATE,
			"cannot replace '%s': it is a mount point; to write "
			"into it, use: > '%s'",
			t->name, t->name);
	if (is_workbook && (errno == EBUSY || errno == EACCES ||
				   errno == EPERM || errno == ETXTBSY))
		return kis_fail_errno(err, KIS_EX_CREATE,
			"cannot replace '%s' (if it is open in Excel, close "
			"it; if it is a mount point, use: > '%s')",
			t->name, t->name);
	return kis_fail_errno(
		err, KIS_EX_CREATE, "cannot replace '%s'", t->name);
}

/* Gives the finished unnamed file fd a name. If the errno of link(2) shows that
 * the file system may not support links, copies the file to a named temporary
 * file instead. Returns 0, or -1 and sets err (73 or 74). */
static int name_or_copy(struct kis_outfile *t, int fd, struct kis_err *err)
{
	int copy, rc;

	if (give_name(t, fd) == 0)
		return 0;
	if (!is_unsupported(errno))
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot create '%s'", t->name);
	copy = copy_to_named(t, fd, err);
	if (copy < 0)
		return -1;
	rc = set_rights(t, copy, err);
	if (rc == 0 && fsync(copy) != 0 && !is_unsupported(errno))
		rc = kis_fail_errno(
			err, KIS_EX_IO, "cannot write to '%s'", t->name);
	close(copy);
	return rc;
}

static int put_in_place(struct kis_outfile *t, int fd, struct kis_err *err)
{
	if (set_rights(t, fd, err) < 0)
		return -1;
	if (fsync(fd) != 0 && !is_unsupported(errno))
		return kis_fail_errno(
			err, KIS_EX_IO, "cannot write to '%s'", t->name);
	if (!t->temporary && name_or_copy(t, fd, err) < 0)
		return -1;
	if (t->temporary && rename(t->temporary, t->path) != 0)
		return fail_replace(t, err);
	kis_process_cancel_remove(t->temporary);
	free(t->temporary);
	t->temporary = NULL;
	return 0;
}

int kis_outfile_commit(struct kis_outfile *t, int fd, struct kis_err *err)
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

void kis_outfile_release(struct kis_outfile *t)
{
	if (t->temporary) {
		unlink(t->temporary);
		kis_process_cancel_remove(t->temporary);
	}
	free(t->temporary);
	free(t->path);
	*t = (struct kis_outfile){0};
}
