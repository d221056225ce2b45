/*
 * Checks the input files of a program before the first file is read, so that a
 * mistyped name is reported before any output is written, and so that the
 * output does not replace an input.
 */
#ifndef KIS_INPUT_FILES_H
#define KIS_INPUT_FILES_H

#include "lib/err.h"

/* Returns 1 and sets err (64) if input and output are the same regular file.
 * Otherwise returns 0, also if one of them cannot be examined. "-" is standard
 * input or output; output may be NULL, which is standard output. */
int kis_input_is_output(
	const char *input, const char *output, struct kis_err *err);

/* Checks that all files exist and that none of them is the output. The array
 * "files" ends with NULL; "-" is standard input. Returns 0, or -1 and sets err:
 * 66 if a file does not exist, 74 if a file cannot be checked, 64 if a file is
 * the output, or if the array contains "-" and standard input is a terminal. In
 * the last case, the message suggests the command in hint. */
int kis_input_files_check(char *const *files, const char *output,
	const char *hint, struct kis_err *err);

#endif
