/*
 * A report's rows as an Excel table; other sheets get a filter alone.
 */
#ifndef KIS_SHEET_TABLE_H
#define KIS_SHEET_TABLE_H

#include "cmd/kis-toxlsx/sheet.h"

/* Around header and rows of the part at hand. A report whose titles no table
 * takes (an unknown member may have any name), or that has more columns than
 * anybody reads, gets the filter too. */
int sheet_table_add(struct sheet *s, struct kis_err *err);

#endif
