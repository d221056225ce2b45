/*
 * Descriptors and small files: reading and writing to the end, and files of
 * secrets with the checks that they deserve.
 */
#ifndef KIS_FILE_H
#define KIS_FILE_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/log.h"

#include <sys/stat.h>
#include <sys/types.h>

/* read() that goes on after a signal, and waits where the descriptor was left
 * non-blocking by whoever shares it. -1 and errno. */
ssize_t kis_file_read(int fd, char *p, size_t n);

/* Writes all n bytes, in the same manner. -1 and errno. */
int kis_file_write(int fd, const char *p, size_t n);

/* Appends the whole of fd to b, whose max_bytes bounds it. -1 and errno;
 * EFBIG when it is more. */
int kis_file_read_fd(int fd, struct kis_buf *b);

/* The same until deadline_ms of kis_clock_monotonic_ms(), if that is not 0: -1
 * and ETIME after it. */
int kis_file_read_fd_until(int fd, struct kis_buf *b, int64_t deadline_ms);

/* Appends the file at path to b, "-" being standard input. what is the content
 * expected, for the message of a larger one, which fails with exit. A FIFO is
 * given up at deadline_ms (75). written, if not NULL, gets the time of a
 * regular file, else the current one. Fails with 66 if the file does not exist,
 * with 74. */
int kis_file_read_input(const char *path, int64_t deadline_ms, const char *what,
	int exit, struct kis_buf *b, time_t *written, struct kis_err *err);

/* Opens a file of secrets for reading: 78 if it cannot be opened, is no
 * regular file, belongs to somebody else, or can be read by others, with the
 * chmod that mends it. Returns the descriptor, or -1. A missing file is -1
 * with err->code 0. */
int kis_file_open_private(const char *path, struct kis_err *err);

/* Writes n bytes to path whole or not at all, 0600, whatever stood there:
 * beside it, fsync, rename. A symlink in its place is replaced, not
 * followed. Fails with 73 or 74. */
int kis_file_store_private(
	const char *path, const char *p, size_t n, struct kis_err *err);

enum { KIS_FILE_MAX_LINKS = 40 }; /* the kernel's own limit */

/* Returns where a symlink leads, one step; NULL if name is none. The caller
 * frees it. */
char *kis_file_follow_once(const char *name);

/* Returns where a name leads at whose end there may be nothing yet, which
 * realpath() would refuse. The caller frees it. */
char *kis_file_follow(const char *name);

/* Fails with code because path belongs to another user: whose, and the chown
 * that helps. Returns -1. */
int kis_file_fail_owner(
	struct kis_err *err, int code, const char *path, const struct stat *st);

/* Fails with the text of errno: the path cannot be created (code 73) or read
 * (any other code). If a directory of another user is the reason, the message
 * names it and the chown that helps. Returns -1. */
int kis_file_fail_access(struct kis_err *err, int code, const char *path);

/* Warns when root is about to make path in a directory of somebody else, who
 * could not use it then. */
void kis_file_warn_foreign_home(const char *path, const struct kis_log *say);

/* Makes a folder, 0700, with its parents. -1 and errno. */
int kis_file_make_folder(const char *path);

#endif
