/*
 * Temporary files, in TMPDIR or /tmp.
 *
 * The one that the library writes has no name where /proc gives one to an
 * open file, else one that the signals which end the process remove. Ours
 * never have one.
 */
#ifndef KIS_TEMPFILE_H
#define KIS_TEMPFILE_H

#include "lib/err.h"

#include <stddef.h>

struct kis_tempfile {
	int fd;
	char *path;   /* what the library is told; owned */
	int named;    /* path is a real one and must be removed */
	char *folder; /* owned */
};

#define KIS_TEMPFILE_INIT                                                      \
	{                                                                      \
		.fd = -1                                                       \
	}

/* Fails with 74. */
int kis_tempfile_open(struct kis_tempfile *t, struct kis_err *err);

/* Removes and frees; legal when empty. */
void kis_tempfile_release(struct kis_tempfile *t);

/* TMPDIR, or /tmp. */
const char *kis_tempfile_folder(void);

/* Opens one without a name for reading and writing; the descriptor, or -1
 * with 74. */
int kis_tempfile_nameless(const char *folder, struct kis_err *err);

/* Writes all n bytes, or fails with 74. */
int kis_tempfile_write(int fd, const char *p, size_t n, const char *folder,
	struct kis_err *err);

#endif
