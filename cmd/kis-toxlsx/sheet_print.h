/*
 * The printed page: A4, landscape, captions, what is repeated on each.
 */
#ifndef KIS_SHEET_PRINT_H
#define KIS_SHEET_PRINT_H

#include "cmd/kis-toxlsx/sheet.h"

/* Sets it all up for the part at hand, whose last row and widths are known:
 * one page wide, and one high if the charts stand below. Margins are in
 * inches, as the library wants them. Fails with 71. */
int sheet_print(struct sheet *s, struct kis_err *err);

#endif
