/*
 * The private fields of libxlsxwriter that kis-toxlsx uses, all of them here.
 * No public call does the same in any version so far. Each function names the
 * versions whose source it was checked against; a newer version compiles with
 * a warning, which -Werror turns into an error in CI.
 */
#ifndef KIS_LXW_PRIVATE_H
#define KIS_LXW_PRIVATE_H

#include <xlsxwriter.h>

/* Returns the workbook's first format: its Normal style, the font of empty
 * cells and the unit of column widths. The workbook owns it. */
lxw_format *lxw_private_normal_format(lxw_workbook *wb);

/* Replaces the sheet's name as formulas, ranges and charts write it. */
void lxw_private_set_quoted_name(lxw_worksheet *ws, const char *quoted);

/* Extends the sheet's dimension to a cell that the library has not written. */
void lxw_private_set_last_cell(lxw_worksheet *ws, lxw_row_t row, lxw_col_t col);

#endif
