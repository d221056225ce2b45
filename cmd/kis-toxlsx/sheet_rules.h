/*
 * What depends on a cell's value or place: stripes and data bars.
 */
#ifndef KIS_SHEET_RULES_H
#define KIS_SHEET_RULES_H

#include "cmd/kis-toxlsx/sheet.h"

/* Tints every second row; with the filter's rows left out where that is
 * cheap. */
int sheet_rules_add_stripes(struct sheet *s, struct kis_err *err);

/* Draws the shares as bars behind their numbers. */
int sheet_rules_add_bars(struct sheet *s, struct kis_err *err);

#endif
