/*
 * What surrounds a sheet's rows: widths, table or filter, stripes, bars,
 * what stays when scrolling, and the printed page.
 */
#ifndef KIS_SHEET_LAYOUT_H
#define KIS_SHEET_LAYOUT_H

#include "cmd/kis-toxlsx/sheet.h"

/* After the last row. */
int sheet_layout(struct sheet *s, struct kis_err *err);

#endif
