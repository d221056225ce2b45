/*
 * The rows of a sheet: XML that is deflated as it comes, and waits in a spool
 * for the end of the run.
 *
 * What all streams of a run share is in one struct row_streams. Rows wait in
 * memory until they are enough for a piece: in all streams together they take
 * no more than ROW_STREAMS_BYTES, beside the few pieces on their way.
 *
 * Deflating is the larger half of the work. In long input it is done by a
 * worker thread (lib/worker.h) while the next rows are read and written; as
 * long as more than enough waits there, it is done here. A second core makes
 * a single file sooner, and takes nothing from other files, since the work
 * stays the same. The bytes do not depend on who does it.
 *
 * A spool keeps its bytes in memory as long as the spools of a run have blocks
 * to share, then in a temporary file without a name: a middling workbook never
 * goes through a disk, and a large one takes no more memory.
 */
#ifndef KIS_STREAM_H
#define KIS_STREAM_H

#include "cmd/kis-toxlsx/deflate.h"
#include "cmd/kis-toxlsx/row.h"
#include "lib/worker.h"
#include "lib/err.h"

#include <stdint.h>
#include <sys/types.h>

enum {
	/* 4 MiB, some 25,000 records; small, so that many short sheets share
	 * them */
	SPOOL_BLOCKS = 256,
	SPOOL_BLOCK = 16 << 10,
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

/* A larger piece deflates no better; a smaller one wakes the thread more
 * often, which is dear. */
enum {
	ROW_STREAMS_BYTES = 2 << 20,
	ROW_STREAM_MOST = 240 << 10,
	ROW_STREAM_LEAST = 8 << 10,
	ROW_RESERVE = 4 << 10, /* more than a row of the ranking takes */
	/* one more than lie with the thread: that is made here */
	ROW_PIECES = KIS_WORKER_QUEUE_MAX + 1,
};

/* XML on its way into a stream's spool; the thread's, unless it is packed here,
 * until it is waited for. */
struct row_piece {
	struct row_stream *stream; /* never the thread's */
	struct deflate *deflate;
	struct kis_buf xml;
	struct kis_buf packed; /* what it becomes */
	struct kis_err failed;
	int here;   /* packed here */
	ssize_t rc; /* and what came of it */
};

struct row_streams {
	struct row_xml xml;
	struct kis_worker *aside; /* NULL while no thread can be had */
	struct row_piece pieces[ROW_PIECES]; /* in turn */
	unsigned taken, written;             /* of all pieces so far */
	struct deflate *deflate;             /* of the last one; borrows */
	struct spools spools;
	size_t open; /* streams that still take rows */
};

struct row_stream {
	struct row_streams *all;
	struct kis_buf xml;  /* not yet a piece */
	lxw_row_t last;      /* the last row, as the library counts */
	uint64_t plain;      /* bytes of XML in pieces */
	uint32_t crc;        /* of these */
	struct spool packed; /* what they became */
};

/* Begins with no stream; cannot fail. styles must be numbered (cell_style.h)
 * and are read here alone; the folder is borrowed. */
void row_streams_init(struct row_streams *all, const struct styles *styles,
	lxw_sst *sst, const char *folder);
void row_streams_release(struct row_streams *all);

/* Begins before the given row; cannot fail. Returns-owned. */
struct row_stream *row_stream_new(struct row_streams *all, lxw_row_t first);

/* The next row, of so many cells from the first column on. Fails with 74, or
 * with 70 if deflating does, like the next two. */
int row_stream_add(struct row_stream *s, const struct cell *cells, size_t count,
	struct kis_err *err);

/* Says that no row comes any more. */
int row_stream_close(struct row_stream *s, struct kis_err *err);

/* Waits for the last rows of all, whose spools and counts are whole then. */
int row_streams_finish(struct row_streams *all, struct kis_err *err);

/* Removes and frees; NULL is legal. Takes s. */
void row_stream_free(struct row_stream *s);

#endif
