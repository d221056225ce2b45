#include "cmd/kis-toxlsx/sheet_writer.h"
#include "cmd/kis-toxlsx/cell_text.h"

#include <string.h>

int writer_check(lxw_error e, struct kis_err *err)
{
	switch (e) {
	case LXW_NO_ERROR:
		return 0;
	case LXW_ERROR_MEMORY_MALLOC_FAILED:
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	case LXW_ERROR_CREATING_XLSX_FILE:
	case LXW_ERROR_CREATING_TMPFILE:
	case LXW_ERROR_READING_TMPFILE:
	case LXW_ERROR_ZIP_FILE_OPERATION:
	case LXW_ERROR_ZIP_PARAMETER_ERROR:
	case LXW_ERROR_ZIP_BAD_ZIP_FILE:
	case LXW_ERROR_ZIP_INTERNAL_ERROR:
	case LXW_ERROR_ZIP_FILE_ADD:
	case LXW_ERROR_ZIP_CLOSE:
		return kis_fail_errno(err, KIS_EX_IO,
			"cannot write the workbook to a temporary file: %s",
			lxw_strerror(e));
	default:
		return kis_fail(
			err, KIS_EX_BUG, "libxlsxwriter: %s", lxw_strerror(e));
	}
}

static void count(struct writer *w, lxw_row_t row, unsigned cells)
{
	w->cells += cells;
	w->rows += w->row != (int64_t)row;
	w->row = row;
}

int writer_number(struct writer *w, lxw_row_t row, lxw_col_t col, double number,
	enum style style, struct kis_err *err)
{
	count(w, row, 1);
	return writer_check(worksheet_write_number(w->ws, row, col, number,
				    w->styles->of[style]),
		err);
}

int writer_blank(struct writer *w, lxw_row_t row, lxw_col_t col,
	enum style style, struct kis_err *err)
{
	count(w, row, 1);
	return writer_check(
		worksheet_write_blank(w->ws, row, col, w->styles->of[style]),
		err);
}

static int write_text(struct writer *w, lxw_row_t row, lxw_col_t col,
	const char *text, size_t n, enum style style, struct kis_err *err)
{
	if (n == 0)
		return 0;
	count(w, row, 1);
	cell_text_set(&w->text, text, n);
	return writer_check(worksheet_write_string(w->ws, row, col,
				    w->text.data, w->styles->of[style]),
		err);
}

int writer_text(struct writer *w, lxw_row_t row, lxw_col_t col,
	const char *text, enum style style, struct kis_err *err)
{
	return write_text(w, row, col, text, strlen(text), style, err);
}

int writer_cell(struct writer *w, lxw_row_t row, lxw_col_t col,
	const struct cell *c, struct kis_err *err)
{
	switch (c->type) {
	case CELL_TEXT:
		return write_text(
			w, row, col, c->text, c->text_len, c->style, err);
	case CELL_NUMBER:
		return writer_number(w, row, col, cell_number_value(&c->number),
			c->style, err);
	case CELL_BOOL:
		count(w, row, 1);
		return writer_check(worksheet_write_boolean(w->ws, row, col,
					    c->truth, w->styles->of[c->style]),
			err);
	case CELL_EMPTY:
		break;
	}
	return 0;
}

int writer_formula(struct writer *w, lxw_row_t row, lxw_col_t col,
	const char *formula, double value, enum style style,
	struct kis_err *err)
{
	count(w, row, 1);
	return writer_check(worksheet_write_formula_num(w->ws, row, col,
				    formula, w->styles->of[style], value),
		err);
}

int writer_link(struct writer *w, lxw_row_t row, lxw_col_t col,
	const char *text, size_t n, const char *url, struct kis_err *err)
{
	count(w, row, 1);
	cell_text_set(&w->text, text, n);
	return writer_check(
		worksheet_write_url_opt(w->ws, row, col, url,
			w->styles->of[STYLE_LINK], w->text.data, NULL),
		err);
}

int writer_over(struct writer *w, lxw_row_t row, lxw_col_t first,
	lxw_col_t last, const char *text, enum style style, struct kis_err *err)
{
	if (first == last)
		return writer_text(w, row, first, text, style, err);
	count(w, row, last - first + 1u);
	return writer_check(worksheet_merge_range(w->ws, row, first, row, last,
				    text, w->styles->of[style]),
		err);
}
