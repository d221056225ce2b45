/*
 * The temporary file that the library writes, in TMPDIR or /tmp: without a
 * name where /proc gives one to an open file, else one that the signals which
 * end the process remove.
 */
#ifndef KIS_TEMP_H
#define KIS_TEMP_H

#include "lib/err.h"

struct temp {
	int fd;
	char *path;   /* what the library is told; owned */
	int named;    /* path is a real one and must be removed */
	char *folder; /* owned */
};

#define TEMP_INIT                                                              \
	{                                                                      \
		.fd = -1                                                       \
	}

/* Fails with 74. */
int temp_open(struct temp *t, struct kis_err *err);

/* Removes and frees; legal when empty. */
void temp_release(struct temp *t);

#endif
