/*
 * The workbook: from its temporary file to the bytes that are published.
 *
 * The library says that all is well when its temporary folder was full and
 * rows are missing (1.1.4), so what it wrote is read back and counted before
 * any of it leaves the process.
 */
#ifndef KIS_BOOK_H
#define KIS_BOOK_H

#include "cmd/kis-toxlsx/row_stream.h"
#include "cmd/kis-toxlsx/sheet_writer.h"
#include "lib/tempfile.h"
#include "lib/output.h"

struct book {
	lxw_workbook *wb;
	int streaming; /* rows go through streams of ours (row_stream.h); the
			  library writes what surrounds them */
	struct styles styles;
	struct row_streams streams; /* in use when streaming */
	struct kis_tempfile temp;
	struct writer **writers; /* one for each sheet, in their order */
	size_t count;
};

#define BOOK_INIT                                                              \
	{                                                                      \
		.temp = KIS_TEMPFILE_INIT                                      \
	}

/* Begins in a temporary file. streaming: the input is long, so that rows shall
 * take no memory; sheets then have neither table nor charts nor links. Until
 * book_release() what stdio writes to stderr is lost (library.h). Fails with
 * 71, 74. */
int book_open(struct book *b, int streaming, struct kis_err *err);

/* Adds a sheet. The name is made one that a workbook takes: forbidden
 * characters replaced, cut to 31, told from others by " (2)". Returns the
 * writer of it, which the book owns; NULL with 71. */
struct writer *book_add_sheet(
	struct book *b, const char *name, struct kis_err *err);

/* What a reader sees in the file's properties. ours: it holds records of the
 * ranking, which is then the subject. created: seconds since 1970, what makes
 * equal input give equal bytes. Fails with 71. */
int book_describe(struct book *b, const char *title, int ours,
	long long created, struct kis_err *err);

/* Writes, reads back, and hands the bytes to out, which the caller publishes.
 * Fails with 70 where the workbook is not what it should be by our own fault,
 * with 71, 74. */
int book_close(struct book *b, struct kis_output *out, struct kis_err *err);

/* Removes the temporary file, frees; legal when it was never opened. */
void book_release(struct book *b);

#endif
