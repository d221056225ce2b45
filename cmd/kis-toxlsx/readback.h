/*
 * The guard: what the library left in the file, read back.
 *
 * Every part is inflated to its end (its length and CRC are the zip's), its
 * tags must open and close in balance, its characters must be XML's, and a
 * sheet's part must hold as many rows and cells as were written.
 */
#ifndef KIS_READBACK_H
#define KIS_READBACK_H

#include "cmd/kis-toxlsx/sheet_writer.h"

/* Reads the file at path. sheets: what was written, in the order of the
 * workbook's sheets. Fails with 74 if anything is missing, with 70 if what
 * we wrote is no XML. */
int readback(const char *path, struct writer *const *sheets, size_t count,
	struct kis_err *err);

/* Of a part's name: the library calls them xl/worksheets/sheet1.xml … in the
 * order of the sheets. 0 for other parts. */
size_t readback_sheet_number(const char *part);

#endif
