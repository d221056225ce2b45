/*
 * What depends on a cell's value or place: stripes and data bars.
 */
#ifndef KIS_RULES_H
#define KIS_RULES_H

#include "sheet.h"

/* Tints every second row; with the filter's rows left out where that is
 * cheap. */
int rules_add_stripes(struct sheet *s, struct kis_err *err);

/* Draws the shares as bars behind their numbers. */
int rules_add_bars(struct sheet *s, struct kis_err *err);

#endif
