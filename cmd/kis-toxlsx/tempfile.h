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

struct tempfile {
	int fd;
	char *path;   /* what the library is told; owned */
	int named;    /* path is a real one and must be removed */
	char *folder; /* owned */
};

#define TEMPFILE_INIT                                                          \
	{                                                                      \
		.fd = -1                                                       \
	}

/* Fails with 74. */
int tempfile_open(struct tempfile *t, struct kis_err *err);

/* Removes and frees; legal when empty. */
void tempfile_release(struct tempfile *t);

/* Opens one without a name for reading and writing; the descriptor, or -1
 * with 74. */
int tempfile_nameless(const char *folder, struct kis_err *err);

/* Writes all n bytes, or fails with 74. */
int tempfile_write(int fd, const char *p, size_t n, const char *folder,
	struct kis_err *err);

#endif
