/*
 * One cell: what a spreadsheet would make of a text, and how to keep it from
 * doing so.
 */
#ifndef TOCSV_CELL_H
#define TOCSV_CELL_H

#include "cmd/kis-tocsv/columns.h"

#include <stddef.h>

/* 1 if a spreadsheet would run the text of this column as a formula, or
 * start one by what it drops in front: = + - @ tab CR first, and no number. */
int cell_is_formula(enum column_type type, const char *p, size_t n);

/* 1 if a spreadsheet would take the text for a number, a date, a time or TRUE
 * and show something else than what is written: in text columns whatever looks
 * like one, in others what would lose digits, zeros or its form. */
int cell_is_mistaken(enum column_type type, const char *p, size_t n);

#endif
