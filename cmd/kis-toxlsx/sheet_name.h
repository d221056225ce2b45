/*
 * Names that a workbook takes for its sheets: 1 to 31 characters (UTF-16),
 * none of []:*?/\, no apostrophe at the ends, none twice whatever the case,
 * not "History", which Excel keeps for itself.
 */
#ifndef KIS_SHEET_NAME_H
#define KIS_SHEET_NAME_H

#include "cmd/kis-toxlsx/sheet_writer.h"

#include <stddef.h>

/* Makes the wanted name one of those, new to the workbook of count sheets:
 * characters that may not be become _, then it is cut, then " (2)", " (3)" …
 * tells it from others. wanted is valid UTF-8. Returns-owned. */
char *sheet_name_make(
	struct writer *const *sheets, size_t count, const char *wanted);

#endif
