/*
 * What a spreadsheet would make of a cell's text.
 */
#ifndef TOCSV_CELL_H
#define TOCSV_CELL_H

#include "lib/buf.h"

#include <stddef.h>

/* 1 if a spreadsheet could execute the text as a formula: after whitespace, it
 * begins with = + - @ tab CR LF or a full-width form of these, and is neither a
 * number nor a lone dash. scratch is an initialised buffer. */
int cell_is_formula(const char *p, size_t n, struct kis_buf *scratch);

/* 1 if a spreadsheet would take the text for a number, date, time, truth,
 * currency or error value. */
int cell_is_mistaken(const char *p, size_t n, struct kis_buf *scratch);

#endif
