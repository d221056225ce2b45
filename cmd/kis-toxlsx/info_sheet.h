/*
 * The last sheet of a report, 정보: where the figures come from, what time
 * they are of, what the columns mean, and what the charts are drawn from.
 */
#ifndef KIS_INFO_SHEET_H
#define KIS_INFO_SHEET_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/settings.h"

/* Adds the sheet, and the charts, which need its figures. */
int info_sheet_write(struct book *book, const struct groups *groups,
	const struct settings *settings, struct kis_err *err);

#endif
