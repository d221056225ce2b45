/*
 * Temporary files, in TMPDIR or /tmp.
 *
 * kis_tempfile_open() creates the file that libxlsxwriter opens by name. If
 * /proc provides a path to an open file, that path is used and the file has no
 * other name; otherwise the file is removed if a signal ends the process.
 * kis_tempfile_nameless() creates files that only this program uses, without a
 * name.
 */
#ifndef KIS_TEMPFILE_H
#define KIS_TEMPFILE_H

#include "lib/err.h"

#include <stddef.h>

struct kis_tempfile {
	int fd;
	char *path;   /* owned; the name for libxlsxwriter */
	int named;    /* path is a real name, to be removed */
	char *folder; /* owned */
};

#define KIS_TEMPFILE_INIT                                                      \
	{                                                                      \
		.fd = -1                                                       \
	}

/* Creates a temporary file. Returns 0, or -1 and sets err (74). */
int kis_tempfile_open(struct kis_tempfile *t, struct kis_err *err);

/* Removes the file and frees everything. t may be empty. */
void kis_tempfile_release(struct kis_tempfile *t);

/* Returns TMPDIR, or "/tmp" if it is unset or empty. Borrowed. */
const char *kis_tempfile_folder(void);

/* Creates a file without a name for reading and writing. Returns its
 * descriptor, or -1 and sets err (74). */
int kis_tempfile_nameless(const char *folder, struct kis_err *err);

/* Writes all n bytes. Returns 0, or -1 and sets err (74). */
int kis_tempfile_write(int fd, const char *p, size_t n, const char *folder,
	struct kis_err *err);

#endif
