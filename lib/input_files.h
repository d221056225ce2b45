/*
 * The FILE operands of a program that reads NDJSON: looked at before the first
 * of them is read, so that a slip of the pen in the last does not cost the
 * time, or the output, of those before.
 */
#ifndef KIS_INPUT_FILES_H
#define KIS_INPUT_FILES_H

#include "lib/err.h"

/* Checks that all files are there: 66, or 74 where that cannot be seen. A "-"
 * is standard input: 64 with the hint what to type if that is a terminal. NULL
 * ends the files, which are borrowed. */
int kis_input_files_check(
	char *const *files, const char *hint, struct kis_err *err);

#endif
