/*
 * The rows of a sheet: XML that is compressed as soon as there is enough of it,
 * and stored in a spool until the workbook is assembled.
 *
 * All streams of a run share a struct row_streams. Rows are buffered in memory
 * until there are enough for a piece. The buffers of all streams together
 * contain about ROW_STREAMS_BYTES at most, plus the few pieces that are being
 * compressed.
 *
 * Compression is more than half of the work. For long input, a worker thread
 * (lib/worker.h) compresses while the caller reads and writes the next rows. If
 * the worker's queue is full, the caller compresses the piece itself. The total
 * work is the same with and without a worker, so a worker does not slow down
 * other conversions on the same machine. The output bytes do not depend on
 * which thread compresses.
 *
 * A spool uses memory blocks while the run has blocks left, then an unnamed
 * temporary file. A medium workbook is therefore never written to disk, and a
 * large workbook does not need more memory than a medium one.
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
	/* Number of memory blocks that all spools of a run share, and the size
	 * of a block in bytes: 4 MiB in total, enough for about 25,000 records.
	 * The blocks are small so that each of many short sheets can have
	 * some. */
	SPOOL_BLOCKS = 256,
	SPOOL_BLOCK = 16 << 10,
};

/* The memory and the directory that all spools of a run share. */
struct spools {
	const char *folder; /* directory for the temporary files; borrowed */
	size_t blocks;      /* number of memory blocks still available */
};

struct spool {
	struct spools *all;
	/* owned; blocks of SPOOL_BLOCK bytes, all of which are full before fd
	 * is used */
	char **blocks;
	size_t count;
	int fd;         /* temporary file; -1 if there is none */
	uint64_t bytes; /* total number of bytes in the spool */
};

/* Initialises an empty spool. Cannot fail. Borrows *all until
 * spool_release(). */
void spool_init(struct spool *s, struct spools *all);

/* Appends a copy of the bytes. Returns 0, or -1 and sets err (74). */
int spool_add(struct spool *s, const char *p, size_t n, struct kis_err *err);

/* Reads up to n bytes from the offset `at`. Returns the number of bytes read,
 * which may be less than n even if the end is not reached; 0 at the end; or -1
 * and sets errno, as pread(2) does. */
ssize_t spool_read(const struct spool *s, uint64_t at, char *to, size_t n);

/* Frees the blocks and closes the file. s may be empty. */
void spool_release(struct spool *s);

/* Sizes in bytes. ROW_STREAMS_BYTES is the approximate total of the buffers of
 * all open streams. A piece usually has ROW_STREAM_LEAST to ROW_STREAM_MOST
 * bytes. Larger pieces do not compress better; smaller pieces wake the worker
 * more often, which is expensive. */
enum {
	ROW_STREAMS_BYTES = 2 << 20,
	ROW_STREAM_MOST = 240 << 10,
	ROW_STREAM_LEAST = 8 << 10,
	/* space for one more row; a row of a ranking needs less */
	ROW_RESERVE = 4 << 10,
	/* Number of pieces: those in the worker's queue, and one that the
	 * caller compresses itself. */
	ROW_PIECES = KIS_WORKER_QUEUE_MAX + 1,
};

/* A piece of XML for the spool of a stream. The worker owns the piece until
 * kis_worker_wait(), unless the caller compresses it. */
struct row_piece {
	/* stream of the rows; the worker does not use it */
	struct row_stream *stream;
	struct deflate *deflate;
	struct kis_buf xml;
	struct kis_buf packed; /* the compressed piece */
	struct kis_err failed;
	/* 1 if the caller compresses the piece, 0 if the worker does */
	int here;
	/* 0 or -1: result of the compression, if the caller did it */
	ssize_t rc;
};

struct row_streams {
	struct row_xml xml;
	/* worker thread; NULL if the input is short or no thread can be
	 * created */
	struct kis_worker *worker;
	/* pieces, which are used in turn */
	struct row_piece pieces[ROW_PIECES];
	/* number of pieces started so far, and of pieces added to spools so
	 * far */
	unsigned taken, written;
	/* borrowed; compressor that was prepared last */
	struct deflate *deflate;
	struct spools spools;
	size_t open; /* number of streams not yet closed */
};

struct row_stream {
	struct row_streams *all;
	struct kis_buf xml; /* XML of the rows that are not yet in a piece */
	lxw_row_t last;     /* last row, counted from 0 */
	/* number of bytes of XML that were moved to pieces */
	uint64_t plain;
	uint32_t crc;        /* CRC-32 of the XML that was moved to pieces */
	struct spool packed; /* the compressed pieces */
};

/* Initialises *all, which then has no streams. Cannot fail. styles must be
 * numbered with styles_number() and are read only during this call. Borrows
 * sst, which is the workbook's table of shared strings, and folder, the
 * directory for temporary files, until row_streams_release(). */
void row_streams_init(struct row_streams *all, const struct styles *styles,
	lxw_sst *sst, const char *folder);

/* Ends the worker and frees the memory of *all, but not the streams. */
void row_streams_release(struct row_streams *all);

/* Returns a new stream whose first row has the number `first`, counted from 0;
 * the caller frees it with row_stream_free(). Cannot fail. */
struct row_stream *row_stream_new(struct row_streams *all, lxw_row_t first);

/* Appends the next row: count cells, starting at the first column. Returns 0,
 * or -1 and sets err (70, 71, 74). */
int row_stream_add(struct row_stream *s, const struct cell *cells, size_t count,
	struct kis_err *err);

/* Ends the stream; no row may follow. Returns 0, or -1 and sets err (70, 71,
 * 74). */
int row_stream_close(struct row_stream *s, struct kis_err *err);

/* Waits until all pieces are compressed and in their spools. After that, the
 * sizes and CRCs of all closed streams are final. Returns 0, or -1 and sets err
 * (70, 71, 74). */
int row_streams_finish(struct row_streams *all, struct kis_err *err);

/* Frees s, which may be NULL, and its spool. */
void row_stream_free(struct row_stream *s);

#endif
