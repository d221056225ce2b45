/*
 * Creates temporary files in TMPDIR or /tmp.
 *
 * kis_tempfile_open() creates the file that libxlsxwriter opens by name. If the
 * system has /proc/self/fd, a path in that directory is used, and the file has
 * no other name. Otherwise the file has a name, and is removed if a signal ends
 * the process. kis_tempfile_nameless() creates files without a name, which only
 * this program can open.
 */
#ifndef KIS_TEMPFILE_H
#define KIS_TEMPFILE_H

#include "lib/err.h"

#include <stddef.h>

struct kis_tempfile {
	int fd;       /* -1 if no file is open */
	char *path;   /* owned; path that libxlsxwriter opens */
	int named;    /* 1 if path is a name that must be removed */
	char *folder; /* owned; directory of the file */
};

#define KIS_TEMPFILE_INIT                                                      \
	{                                                                      \
		.fd = -1                                                       \
	}

/* Creates a temporary file that libxlsxwriter can open as t->path. Returns 0,
 * or -1 and sets err (74). The caller releases t in both cases. */
int kis_tempfile_open(struct kis_tempfile *t, struct kis_err *err);

/* Closes and removes the file and frees the memory of t. t may be empty. */
void kis_tempfile_release(struct kis_tempfile *t);

/* Returns the value of TMPDIR, borrowed from the environment, or "/tmp" if
 * TMPDIR is unset or empty. */
const char *kis_tempfile_folder(void);

/* Creates a file without a name in the directory whose path is "folder", and
 * opens it for reading and writing. Returns the descriptor, which the caller
 * closes, or -1 and sets err (74). */
int kis_tempfile_nameless(const char *folder, struct kis_err *err);

/* Writes the n bytes at p to the temporary file fd. folder is the file's
 * directory, for the error message. Returns 0, or -1 and sets err (74). */
int kis_tempfile_write(int fd, const char *p, size_t n, const char *folder,
	struct kis_err *err);

#endif
