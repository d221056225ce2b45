/*
 * Reads and writes whole files, with checks for files that contain secrets.
 * Also follows symlinks, creates directories, and reports wrong owners.
 */
#ifndef KIS_FILE_H
#define KIS_FILE_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/log.h"

#include <sys/stat.h>
#include <sys/types.h>

/* Like read(), but repeats a call that a signal interrupted. If another process
 * that shares the descriptor made it non-blocking, waits for data. Returns the
 * number of bytes read, 0 at the end, or -1 and sets errno. */
ssize_t kis_file_read(int fd, char *p, size_t n);

/* Writes all n bytes. Repeats write() after a signal, and waits if fd is
 * non-blocking, as kis_file_read() does. Returns 0, or -1 and sets errno. */
int kis_file_write(int fd, const char *p, size_t n);

/* Appends everything that can be read from fd to b. Returns 0, or -1 and sets
 * errno, which is EFBIG if b->max_bytes would be exceeded. */
int kis_file_read_fd(int fd, struct kis_buf *b);

/* Like kis_file_read_fd(), but also returns -1 and sets errno to ETIME when
 * fd has no data to read and deadline_ms, a time on the clock of
 * kis_clock_monotonic_ms(), has passed. A deadline_ms of 0 means no deadline.
 * If deadline_ms is not 0 and fd is a FIFO that no writer has opened yet, waits
 * for a writer. */
int kis_file_read_fd_until(int fd, struct kis_buf *b, int64_t deadline_ms);

/* Appends the contents of the file at path ("-": standard input) to b. Returns
 * 0, or -1 and sets err. The exit status is 66 if the file does not exist; the
 * argument "exit" if the file exceeds b->max_bytes; 75 if path is a FIFO that
 * was not read to its end by deadline_ms (0: no deadline; ignored for standard
 * input); otherwise 74. The argument "what" describes the expected contents in
 * the message about a file that is too large. If the argument "written" is not
 * NULL, *written is set to the modification time of a regular file, otherwise
 * to the current time. */
int kis_file_read_input(const char *path, int64_t deadline_ms, const char *what,
	int exit, struct kis_buf *b, time_t *written, struct kis_err *err);

/* Opens a file of secrets for reading. Returns the descriptor, or -1 and sets
 * err (78) if the file cannot be opened, is not a regular file, belongs to
 * neither root nor the user of this process, or is accessible to other users.
 * Returns -1 and sets err->code to 0 if the file does not exist. */
int kis_file_open_private(const char *path, struct kis_err *err);

/* Writes n bytes to path atomically, with mode 0600: writes a temporary file in
 * the same directory, syncs and renames that file. A symlink at path is
 * replaced, not followed. Returns 0, or -1 and sets err: 73 if the file cannot
 * be created with that mode or cannot be replaced, 74 if it cannot be written.
 * In both cases, an existing file is unchanged. */
int kis_file_store_private(
	const char *path, const char *p, size_t n, struct kis_err *err);

enum { KIS_FILE_MAX_LINKS = 40 }; /* maximum number of symlinks, as in Linux */

/* Follows one symlink, whose path is "name". Returns the path of its target as
 * a new string; the caller frees it. Returns NULL if the path is not a symlink
 * or the symlink cannot be read. */
char *kis_file_follow_once(const char *name);

/* Follows the symlink whose path is "name", its target if that is a symlink,
 * and so on, for at most KIS_FILE_MAX_LINKS symlinks. Returns the path of the
 * last target as a new string, or a copy of the path if it is not a symlink;
 * the caller frees it. Unlike with realpath(), the last target may be missing.
 */
char *kis_file_follow(const char *name);

/* Sets err, with code as the exit status, to a message that path belongs to
 * another user. st is the result of stat() for path. The message names the
 * owner and a remedy: for root, sudo -H; below the user's home directory, a
 * chown command; otherwise, to set XDG_CACHE_HOME (if code is 73) or
 * XDG_CONFIG_HOME. Always returns -1. */
int kis_file_fail_owner(
	struct kis_err *err, int code, const char *path, const struct stat *st);

/* Sets err, with code as the exit status, to a message that path cannot be
 * created (if code is 73) or cannot be read (for any other code), with
 * strerror(errno). If a directory of another user denies access, the message is
 * that of kis_file_fail_owner() for that directory. Always returns -1. */
int kis_file_fail_access(struct kis_err *err, int code, const char *path);

/* Prints a warning if this process runs as root and path does not exist yet and
 * is in a directory of another user. That user could not use the files that
 * root creates. */
void kis_file_warn_foreign_home(const char *path, const struct kis_log *logger);

/* Creates the directory path and its missing parents with mode 0700. Returns 0,
 * or -1 and sets errno. Also returns 0 if path already exists, even if it is a
 * file. */
int kis_file_make_folder(const char *path);

#endif
