/*
 * Bytes that wait for the end of the run: in memory while all spools of a run
 * have few, then in a temporary file without a name. A middling workbook
 * never goes through a disk, a large one takes no memory.
 */
#ifndef KIS_SPOOL_H
#define KIS_SPOOL_H

#include "lib/buf.h"
#include "lib/err.h"

#include <sys/types.h>

/* What all spools of a run share. */
struct spools {
	const char *folder; /* borrows; for the files */
	size_t room;        /* bytes that may still be kept in memory */
};

enum { SPOOLS_ROOM = 4 << 20 };

struct spool {
	struct spools *all;
	struct kis_buf *kept; /* the bytes up to the file's */
	size_t count;
	int fd;         /* -1 while there is no file */
	uint64_t bytes; /* in all */
};

/* Begins empty; cannot fail. Borrows all. */
void spool_init(struct spool *s, struct spools *all);

/* Takes what b holds and empties it. Fails with 74. */
int spool_add(struct spool *s, struct kis_buf *b, struct kis_err *err);

/* Reads up to n bytes from place at on, as pread(2) does: fewer are no sign of
 * the end. */
ssize_t spool_read(const struct spool *s, uint64_t at, char *to, size_t n);

/* Legal when empty. */
void spool_release(struct spool *s);

#endif
