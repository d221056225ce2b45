/*
 * The temporary file that the library writes, in TMPDIR or /tmp: without a
 * name where /proc gives one to an open file, else one that the signals which
 * end the process remove.
 */
#ifndef KIS_TEMPFILE_H
#define KIS_TEMPFILE_H

#include "lib/err.h"

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

#endif
