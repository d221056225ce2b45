/*
 * Predicts how a spreadsheet would read the text of a cell.
 */
#ifndef TOCSV_CELL_H
#define TOCSV_CELL_H

#include "lib/buf.h"

#include <stddef.h>

/* Returns 1 if a spreadsheet could execute the text as a formula: the first
 * character after any spaces is = + - @ tab CR LF or a full-width form of
 * these, and the text is neither a number nor a single hyphen. scratch is an
 * initialised buffer, which is overwritten. */
int cell_is_formula(const char *p, size_t n, struct kis_buf *scratch);

/* Returns 1 if a spreadsheet would convert the text to a number, date, time,
 * boolean, currency amount or error value. scratch is an initialised buffer,
 * which is overwritten. */
int cell_is_mistaken(const char *p, size_t n, struct kis_buf *scratch);

#endif
