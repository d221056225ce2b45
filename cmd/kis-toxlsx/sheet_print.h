/*
 * The printed page: A4, landscape, captions, what is repeated on each.
 */
#ifndef KIS_SHEET_PRINT_H
#define KIS_SHEET_PRINT_H

#include "cmd/kis-toxlsx/sheet.h"

int sheet_print(struct sheet *s, struct kis_err *err);

#endif
