/*
 * The library's workbook and our rows, made one.
 *
 * The library has written a long sheet with its header alone. Its part
 * becomes what stands up to the end of that, the stream of rows, and the
 * rest; all other parts are copied as they are, compressed.
 */
#ifndef KIS_BOOK_SPLICE_H
#define KIS_BOOK_SPLICE_H

#include "cmd/kis-toxlsx/row_stream.h"
#include "cmd/kis-toxlsx/sheet_writer.h"
#include "lib/output.h"

/* Reads the library's file at path, which was found whole, and writes to out.
 * Fails with 70, 74. */
int book_splice(const char *path, struct writer *const *sheets, size_t count,
	struct deflate *deflate, struct kis_output *out, struct kis_err *err);

#endif
