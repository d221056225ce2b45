/*
 * Where a program's data goes: stdout, or a file that appears whole or not
 * at all.
 *
 * What is written is first held in one block of hold_bytes. Nothing leaves
 * the process before that block is full, so a failure before then leaves
 * nothing at all, on stdout either. Later blocks are smaller, and written
 * aside (lib/worker.h) while the next is filled. How a file appears is
 * lib/outfile.h's.
 */
#ifndef KIS_OUTPUT_H
#define KIS_OUTPUT_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/outfile.h"
#include "lib/text.h"

struct kis_output {
	int fd;                    /* -1 while closed */
	int secret;                /* what is held is wiped in the end */
	enum kis_text_tame tame;   /* on a terminal; 0: written as it is */
	const char *keep;          /* see kis_text_tame() */
	struct kis_outfile target; /* empty for stdout */
	struct kis_buf held;
	size_t hold_bytes;
	size_t whole;  /* bytes of held up to the last end of a record */
	int streaming; /* a block has left already */
	int broken;    /* one could not: what comes behind it must not */
	struct kis_worker *aside; /* writes spare, once there is much */
	struct kis_buf spare;
};

enum {
	KIS_OUTPUT_HOLD = 1 << 20,    /* 1 MiB, the suite's promise */
	KIS_OUTPUT_SECRET = 16 << 10, /* the most that a secret has */
};

/* Opens path for writing, NULL or "-" (or /dev/stdout) being stdout. The path
 * is borrowed until release. private_file is for a secret: the file becomes
 * 0600 whatever stood there before, what was held is wiped. Fails with 73. */
int kis_output_open(struct kis_output *o, const char *path, int private_file,
	struct kis_err *err);

/* The same, but a FIFO that no program opens for reading is given up at
 * deadline_ms of kis_clock_monotonic_ms() (75); 0: never. */
int kis_output_open_until(struct kis_output *o, const char *path,
	int private_file, int64_t deadline_ms, struct kis_err *err);

/* If what was opened is a terminal, no character of the data drives it: each
 * becomes what how says, those in keep apart. Pipes and files stay exact. keep
 * is borrowed. */
void kis_output_tame(
	struct kis_output *o, enum kis_text_tame how, const char *keep);

/* Returns where n bytes may be written, after sending the whole records held
 * so far if they fill the block; NULL on failure (74). What the caller wrote
 * counts with kis_output_advance(). A record longer than the block is held
 * until it is whole. */
char *kis_output_reserve(struct kis_output *o, size_t n, struct kis_err *err);
void kis_output_advance(struct kis_output *o, size_t n);

/* Says that what was written so far ends a record. */
void kis_output_record(struct kis_output *o);

/* kis_output_reserve(), a copy and kis_output_advance() in one. Fails with 74.
 */
int kis_output_write(
	struct kis_output *o, const char *p, size_t n, struct kis_err *err);

/* 1 if what was written can be taken back: it goes to a file that does not
 * appear before it is published. */
int kis_output_can_reset(const struct kis_output *o);

/* Takes back all that was written. Fails with 74. */
int kis_output_reset(struct kis_output *o, struct kis_err *err);

/* Sends all that is held and makes it stay: stdout is closed and checked,
 * a file synced and put in place. Fails with 73 or 74, the old file intact. */
int kis_output_commit(struct kis_output *o, struct kis_err *err);

/* On the way out of a failed run: when part of a stream has left already,
 * sends the whole records still held, so that what stands is a prefix of
 * records. Never called for a file: that disappears as a whole. */
void kis_output_flush_records(struct kis_output *o);

/* Frees; a file that was not published is gone. Legal when empty. */
void kis_output_release(struct kis_output *o);

#define KIS_OUTPUT_INIT                                                        \
	{                                                                      \
		.fd = -1                                                       \
	}

#endif
