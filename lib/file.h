/*
 * Descriptors and small files: reading and writing to the end, and files of
 * secrets with the checks that they deserve.
 */
#ifndef KIS_FILE_H
#define KIS_FILE_H

#include "lib/buf.h"
#include "lib/err.h"

#include <sys/types.h>

/* read() that goes on after a signal, and waits where the descriptor was left
 * non-blocking by whoever shares it. -1 and errno. */
ssize_t kis_file_read(int fd, char *p, size_t n);

/* Writes all n bytes, in the same manner. -1 and errno. */
int kis_file_write(int fd, const char *p, size_t n);

/* Appends the whole of fd to b, whose max_bytes bounds it. -1 and errno;
 * EFBIG when it is more. */
int kis_file_read_fd(int fd, struct kis_buf *b);

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

/* Makes a folder, 0700, with its parents. -1 and errno. */
int kis_file_make_folder(const char *path);

#endif
