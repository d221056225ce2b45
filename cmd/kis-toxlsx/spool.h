/*
 * Bytes that wait for the end of the run: in memory as long as the spools of a
 * run have blocks to share, then in a temporary file without a name. A
 * middling workbook of few sheets never goes through a disk, and a large one
 * takes no more memory.
 */
#ifndef KIS_SPOOL_H
#define KIS_SPOOL_H

#include "cmd/kis-toxlsx/record_first.h"
#include "lib/err.h"

#include <stdint.h>
#include <sys/types.h>

enum {
	SPOOL_BLOCKS = 16, /* 4 MiB, some 25,000 records */
	/* what the first records give back becomes blocks, page by page */
	SPOOL_BLOCK = FIRST_RECORDS_BLOCK,
};

/* What all spools of a run share. */
struct spools {
	const char *folder; /* borrows; for the files */
	size_t blocks;      /* that may still be taken */
};

struct spool {
	struct spools *all;
	char **blocks; /* of SPOOL_BLOCK bytes; full before there is a file */
	size_t count;
	int fd;         /* -1 while there is no file */
	uint64_t bytes; /* in all */
};

/* Begins empty; cannot fail. Borrows all. */
void spool_init(struct spool *s, struct spools *all);

/* Takes a copy of the bytes, behind those before. Fails with 74. */
int spool_add(struct spool *s, const char *p, size_t n, struct kis_err *err);

/* Reads up to n bytes from place at on, as pread(2) does: fewer are no sign of
 * the end. */
ssize_t spool_read(const struct spool *s, uint64_t at, char *to, size_t n);

/* Legal when empty. */
void spool_release(struct spool *s);

#endif
