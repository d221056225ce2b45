/*
 * Checks all FILE arguments of kis-tocsv or kis-toxlsx. The program does this
 * before it reads the first file, so that a mistyped name is reported before
 * any output is written.
 */
#ifndef KIS_INPUT_FILES_H
#define KIS_INPUT_FILES_H

#include "lib/err.h"

/* Checks that all files exist. The array "files" ends with NULL; "-" is
 * standard input. Returns 0, or -1 and sets err: 66 if a file does not exist,
 * 74 if a file cannot be checked, 64 if the array contains "-" and standard
 * input is a terminal. In the last case, the message suggests the command in
 * hint. */
int kis_input_files_check(
	char *const *files, const char *hint, struct kis_err *err);

#endif
