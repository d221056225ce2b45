/*
 * The rows of a sheet: from a record to its cells.
 */
#ifndef KIS_SHEET_ROWS_H
#define KIS_SHEET_ROWS_H

#include "cmd/kis-toxlsx/sheet.h"

/* Writes one record, whose keys the group has learnt. */
int sheet_rows_add(struct sheet *s, const struct keys *keys,
	const struct kis_member *members, struct kis_err *err);

/* After the last record: widths, table or filter, page. */
int sheet_rows_end(struct sheet *s, struct kis_err *err);

#endif
