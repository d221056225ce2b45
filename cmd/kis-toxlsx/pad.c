#include "pad.h"
#include "xtext.h"

#include <string.h>

int pad_check(lxw_error e, struct kis_err *err)
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

static void count(struct pad *p, lxw_row_t row, unsigned cells)
{
	p->cells += cells;
	p->rows += p->row != (int64_t)row;
	p->row = row;
}

int pad_number(struct pad *p, lxw_row_t row, lxw_col_t col, double number,
	enum style style, struct kis_err *err)
{
	count(p, row, 1);
	return pad_check(worksheet_write_number(
				 p->ws, row, col, number, p->styles->of[style]),
		err);
}

int pad_blank(struct pad *p, lxw_row_t row, lxw_col_t col, enum style style,
	struct kis_err *err)
{
	count(p, row, 1);
	return pad_check(
		worksheet_write_blank(p->ws, row, col, p->styles->of[style]),
		err);
}

static int write_text(struct pad *p, lxw_row_t row, lxw_col_t col,
	const char *text, size_t n, enum style style, struct kis_err *err)
{
	if (n == 0)
		return 0;
	count(p, row, 1);
	xtext_set(&p->text, text, n);
	return pad_check(worksheet_write_string(p->ws, row, col, p->text.data,
				 p->styles->of[style]),
		err);
}

int pad_text(struct pad *p, lxw_row_t row, lxw_col_t col, const char *text,
	enum style style, struct kis_err *err)
{
	return write_text(p, row, col, text, strlen(text), style, err);
}

int pad_cell(struct pad *p, lxw_row_t row, lxw_col_t col, const struct cell *c,
	struct kis_err *err)
{
	switch (c->type) {
	case CELL_TEXT:
		return write_text(
			p, row, col, c->text, c->text_len, c->style, err);
	case CELL_NUMBER:
		return pad_number(p, row, col, c->number, c->style, err);
	case CELL_BOOL:
		count(p, row, 1);
		return pad_check(
			worksheet_write_boolean(p->ws, row, col, c->number != 0,
				p->styles->of[c->style]),
			err);
	case CELL_EMPTY:
		break;
	}
	return 0;
}

int pad_formula(struct pad *p, lxw_row_t row, lxw_col_t col,
	const char *formula, double value, enum style style,
	struct kis_err *err)
{
	count(p, row, 1);
	return pad_check(worksheet_write_formula_num(p->ws, row, col, formula,
				 p->styles->of[style], value),
		err);
}

int pad_link(struct pad *p, lxw_row_t row, lxw_col_t col, const char *text,
	size_t n, const char *url, struct kis_err *err)
{
	count(p, row, 1);
	xtext_set(&p->text, text, n);
	return pad_check(worksheet_write_url_opt(p->ws, row, col, url,
				 p->styles->of[STYLE_LINK], p->text.data, NULL),
		err);
}

int pad_over(struct pad *p, lxw_row_t row, lxw_col_t first, lxw_col_t last,
	const char *text, enum style style, struct kis_err *err)
{
	if (first == last)
		return pad_text(p, row, first, text, style, err);
	count(p, row, last - first + 1u);
	return pad_check(worksheet_merge_range(p->ws, row, first, row, last,
				 text, p->styles->of[style]),
		err);
}
