#include "cmd/kis-toxlsx/lxw_private.h"
#include "lib/mem.h"

#include <stdlib.h>

#if defined(LXW_VERSION_ID) && LXW_VERSION_ID < 114
#error "libxlsxwriter 1.1.4 or newer is required"
#elif defined(LXW_VERSION_ID) && LXW_VERSION_ID >= 130
#warning "check the private fields used here against this libxlsxwriter"
#endif

/* 1.1.4 to 1.2.1: the list's first element, made by workbook_new_opt(). */
lxw_format *lxw_private_normal_format(lxw_workbook *wb)
{
	return STAILQ_FIRST(wb->formats);
}

/* 1.1.4 to 1.2.1: allocated, freed with the sheet; const since 1.2.0. */
void lxw_private_set_quoted_name(lxw_worksheet *ws, const char *quoted)
{
	free((void *)ws->quoted_name);
	ws->quoted_name = kis_mem_dup(quoted);
}

/* 1.1.4 to 1.2.1: the largest row and column written, from 0. */
void lxw_private_set_last_cell(lxw_worksheet *ws, lxw_row_t row, lxw_col_t col)
{
	ws->dim_rowmax = row;
	ws->dim_colmax = col;
}
