/*
 * The sheets around those of the records: a first one, 목차, that leads to many
 * sheets; a last one, 정보, that says where the figures come from, what time
 * they are of and what the columns mean; and the charts, which are drawn from
 * the cells of a hidden sheet.
 */
#ifndef KIS_INFO_H
#define KIS_INFO_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/sheet.h"

/* Minimum number of sheets for a table of contents. */
enum { CONTENTS_LEAST = 6 };

/* Adds 정보 and the charts, after sheet_end() of all groups. Fails with 70, 71,
 * 74. */
int info_write(
	struct book *book, const struct groups *groups, struct kis_err *err);

/* Fills the first sheet, which the caller has added before the others, after
 * sheet_end() of all groups. Fails with 70, 71, 74. */
int contents_write(struct writer *writer, const struct groups *groups,
	struct kis_err *err);

#endif
