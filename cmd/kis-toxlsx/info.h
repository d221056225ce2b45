/*
 * The sheets that do not contain records. 목차, the first sheet of a workbook
 * with many sheets, links to every sheet. 정보, the last visible sheet,
 * documents the source of the figures, their dates and the columns. A hidden
 * sheet has the values of the rankings' charts, which info.c draws.
 */
#ifndef KIS_INFO_H
#define KIS_INFO_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/sheet.h"

/* Minimum number of groups for a table of contents, 목차. */
enum { CONTENTS_LEAST = 6 };

/* Adds the sheet 정보, the charts of the rankings, and the hidden sheet. Call
 * it after sheet_end() of all groups. Returns 0, or -1 and sets err (70, 71,
 * 74). */
int info_write(
	struct book *book, const struct groups *groups, struct kis_err *err);

/* Fills 목차, which the caller has added as the first sheet. Call it after
 * sheet_end() of all groups. Returns 0, or -1 and sets err (70, 71, 74). */
int contents_write(struct writer *writer, const struct groups *groups,
	struct kis_err *err);

#endif
