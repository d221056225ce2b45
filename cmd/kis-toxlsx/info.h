/*
 * The sheets around those of the records: 목차, the first sheet, links to every
 * sheet if there are many; 정보, the last visible sheet, documents the source
 * of the figures, their dates and the columns. Also draws the charts from the
 * cells of a hidden sheet.
 */
#ifndef KIS_INFO_H
#define KIS_INFO_H

#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/sheet.h"

/* Minimum number of sheets for a table of contents. */
enum { CONTENTS_LEAST = 6 };

/* Adds 정보 and the charts. Call it after sheet_end() of all groups. Returns 0,
 * or -1 and sets err (70, 71, 74). */
int info_write(
	struct book *book, const struct groups *groups, struct kis_err *err);

/* Fills 목차, which the caller has added as the first sheet. Call it after
 * sheet_end() of all groups. Returns 0, or -1 and sets err (70, 71, 74). */
int contents_write(struct writer *writer, const struct groups *groups,
	struct kis_err *err);

#endif
