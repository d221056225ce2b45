/*
 * The charts of a report: the top rows by short value and by short share.
 */
#ifndef KIS_CHART_H
#define KIS_CHART_H

#include "cmd/kis-toxlsx/sheet.h"

/* A block of two columns, names and values, that a chart is drawn from. */
struct chart_data {
	const char *sheet; /* borrows: the name of the sheet it stands on */
	lxw_row_t first, last;
	lxw_col_t names, values;
};

/* What a chart says. by tells which of the two charts of a report. */
void chart_title(
	const struct group *g, enum top_by by, size_t rows, char out[160]);

/* Draws one beside or below the table of the report. */
int chart_add(struct sheet *s, enum top_by by, const struct chart_data *data,
	struct kis_err *err);

#endif
