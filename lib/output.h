/*
 * The data output of a program: standard output, or a file written atomically.
 *
 * The first hold_bytes of data are buffered. Nothing is written before this
 * buffer is full, so a run that fails earlier writes nothing, even to standard
 * output. Later blocks are smaller, and a thread (lib/worker.h) writes each
 * block while the program fills the next one. lib/outfile.h puts the file in
 * place.
 */
#ifndef KIS_OUTPUT_H
#define KIS_OUTPUT_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/outfile.h"
#include "lib/text.h"

struct kis_output {
	int fd;     /* -1 if not open */
	int secret; /* 1: the data is a secret; wipe buffers before freeing
		       them */
	/* Replacement of control characters on a terminal; 0: none. */
	enum kis_text_tame tame;
	const char *keep; /* borrowed; ASCII characters that are not replaced */
	struct kis_outfile target; /* empty for standard output */
	struct kis_buf held;       /* data that is not written yet */
	size_t hold_bytes;         /* size of the first block in bytes */
	size_t whole;              /* bytes of complete records in `held` */
	int streaming;             /* 1 once a block was written */
	int broken;                /* 1 if a write failed; no more is written */
	struct kis_worker *worker; /* NULL if no thread writes the blocks */
	struct kis_buf spare;      /* block that the worker writes */
};

enum {
	/* size in bytes of the first block, see kis(7) */
	KIS_OUTPUT_HOLD = 1 << 20,
	/* size in bytes of the first block of a private file */
	KIS_OUTPUT_SECRET = 16 << 10,
};

/* Opens path for writing. NULL, "-" and names such as /dev/stdout mean standard
 * output. Borrows path until kis_output_release(). private_file is 1 for a
 * secret: the file gets mode 0600 even if it exists, and buffered data is
 * wiped. Returns 0, or -1 and sets err (73, or 74 if a private file would be
 * readable by other users). The caller releases o in both cases. */
int kis_output_open(struct kis_output *o, const char *path, int private_file,
	struct kis_err *err);

/* Like kis_output_open(), but also fails with 75 if path is a FIFO that no
 * program has opened for reading by deadline_ms, a time on the clock of
 * kis_clock_monotonic_ms(). A deadline_ms of 0 means no deadline. */
int kis_output_open_until(struct kis_output *o, const char *path,
	int private_file, int64_t deadline_ms, struct kis_err *err);

/* If the output is a terminal, replaces characters that control a terminal. The
 * argument "how" selects the replacement; the characters in the string keep are
 * not replaced (see kis_text_tame()). Pipes and files get the data unchanged.
 * Borrows keep until kis_output_release(). */
void kis_output_tame(
	struct kis_output *o, enum kis_text_tame how, const char *keep);

/* kis_output_reserve() reserves n more bytes and returns their address,
 * borrowed until the next call, or NULL and sets err (74). If the buffer is
 * full, kis_output_reserve() first writes the complete records; the buffer
 * grows for a record that does not fit. kis_output_advance() adds to the output
 * the n bytes that the caller wrote at that address. */
char *kis_output_reserve(struct kis_output *o, size_t n, struct kis_err *err);
void kis_output_advance(struct kis_output *o, size_t n);

/* Marks the end of a record. Before the commit, only complete records are
 * written. */
void kis_output_record(struct kis_output *o);

/* Appends the n bytes at p. Returns 0, or -1 and sets err (74). */
int kis_output_write(
	struct kis_output *o, const char *p, size_t n, struct kis_err *err);

/* Returns 1 if the output can be discarded and written again, because it is a
 * file that kis_output_commit() puts in place later. */
int kis_output_can_reset(const struct kis_output *o);

/* Discards all data of an output for which kis_output_can_reset() returns 1.
 * Returns 0, or -1 and sets err (74). */
int kis_output_reset(struct kis_output *o, struct kis_err *err);

/* Writes all buffered data. Then closes standard output, or syncs the file and
 * puts it in place. Returns 0, or -1 and sets err (73 or 74); an old file is
 * then unchanged. */
int kis_output_commit(struct kis_output *o, struct kis_err *err);

/* Call this function when a run fails. If part of the output was already
 * written to standard output or a device, writes the complete records in the
 * buffer, so that the output ends with a complete record. Does nothing for a
 * file, which is discarded. */
void kis_output_flush_records(struct kis_output *o);

/* Frees the memory of o. A file that was not committed is removed. o may be
 * empty. */
void kis_output_release(struct kis_output *o);

#define KIS_OUTPUT_INIT                                                        \
	{                                                                      \
		.fd = -1                                                       \
	}

#endif
