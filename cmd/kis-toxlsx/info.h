/*
 * What explains the sheets of a ranking: the last sheet, 정보 (where the
 * figures come from, what time they are of, what the columns mean), and the
 * charts, which are drawn from figures that stand there.
 */
#ifndef KIS_INFO_H
#define KIS_INFO_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/sheet.h"

/* Adds the sheet and the charts, after sheet_end() of all groups. Fails with
 * 70, 71, 74. */
int info_write(struct book *book, const struct groups *groups,
	const struct settings *settings, struct kis_err *err);

#endif
