/*
 * What stands above a sheet's rows: in a report the title, the time line and
 * the bands that tell which columns are of which time; in all the header.
 */
#ifndef KIS_SHEET_HEAD_H
#define KIS_SHEET_HEAD_H

#include "cmd/kis-toxlsx/sheet.h"

/* Writes it and sets s->header and s->next. */
int sheet_head(struct sheet *s, struct kis_err *err);

#endif
