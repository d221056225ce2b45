#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/package.h"
#include "cmd/kis-toxlsx/row.h"
#include "lib/mem.h"
#include "lib/text.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(LXW_VERSION_ID) && LXW_VERSION_ID < 114
#error "libxlsxwriter 1.1.4 or newer is required"
#elif defined(LXW_VERSION_ID) && LXW_VERSION_ID >= 130
#warning "check the private fields used here against this libxlsxwriter"
#endif

/* In libxlsxwriter 1.1.4 to 1.2.1, workbook_new_opt() creates the Normal style
 * as the first of the workbook's formats. */
lxw_format *lxw_private_normal_format(lxw_workbook *wb)
{
	return STAILQ_FIRST(wb->formats);
}

/* In libxlsxwriter 1.1.4 to 1.2.1, quoted_name is the sheet name as formulas,
 * ranges and charts write it. The library frees quoted_name together with the
 * sheet. Since 1.2.0 the field is const. */
static void set_quoted_name(lxw_worksheet *ws, const char *quoted)
{
	free((void *)ws->quoted_name);
	ws->quoted_name = kis_mem_dup(quoted);
}

/* In libxlsxwriter 1.1.4 to 1.2.1, the library frees the formulas of a table's
 * columns together with the sheet. The public worksheet_add_table() would also
 * write the formula into every row. */
void lxw_private_set_column_formula(
	lxw_worksheet *ws, lxw_col_t col, const char *formula)
{
	const lxw_table_obj *table = STAILQ_FIRST(ws->table_objs);

	table->columns[col]->formula = kis_mem_dup(formula);
}

/* In libxlsxwriter 1.1.4 to 1.2.1, worksheet_add_table() allocates for each
 * column an array with space for all columns, and uses its first entry. */
void lxw_private_shrink_table(lxw_worksheet *ws)
{
	const lxw_table_obj *table = STAILQ_FIRST(ws->table_objs);

	for (lxw_col_t i = 0; i < table->num_cols; i++)
		table->columns[i] = kis_mem_resize(
			table->columns[i], 1, sizeof(*table->columns[i]));
}

/* In libxlsxwriter 1.1.4 to 1.2.1, dim_rowmax and dim_colmax are the largest
 * row and column with a cell, counted from 0. */
void lxw_private_set_last_cell(lxw_worksheet *ws, lxw_row_t row, lxw_col_t col)
{
	ws->dim_rowmax = row;
	ws->dim_colmax = col;
}

/* In libxlsxwriter 1.1.4 to 1.2.1, ignore_cache in a range of a series stops
 * the library from caching the values of that range. */
void lxw_private_ignore_cache(lxw_chart_series *series)
{
	series->categories->ignore_cache = LXW_TRUE;
	series->values->ignore_cache = LXW_TRUE;
}

/*
 * libxlsxwriter 1.1.4 to 1.2.1 writes each part of the workbook to a temporary
 * file and does not check whether a write failed. It prints its errors to
 * stderr, where a failed run must print exactly one line.
 *
 * The parts that libxlsxwriter writes are small, because they contain no rows.
 * With the GNU C library, the functions below keep these parts in memory, so
 * that a full temporary directory cannot corrupt a workbook. With any other C
 * library, only package_verify() detects such corruption.
 */
#ifdef __GLIBC__
/* the original stderr while stderr is silenced, otherwise NULL */
static FILE *kept;

/* A temporary file of libxlsxwriter that is kept in memory; `at` is the offset
 * of the next read or write. */
struct memory {
	struct kis_buf data;
	size_t at;
};

static ssize_t read_bytes(void *cookie, char *p, size_t n)
{
	struct memory *m = cookie;
	size_t left = m->data.len - m->at;

	n = n < left ? n : left;
	if (n)
		memcpy(p, m->data.data + m->at, n);
	m->at += n;
	return (ssize_t)n;
}

static ssize_t write_bytes(void *cookie, const char *p, size_t n)
{
	struct memory *m = cookie;

	if (m->at + n > m->data.len) {
		kis_buf_reserve(&m->data, m->at + n - m->data.len);
		m->data.len = m->at + n;
	}
	if (n)
		memcpy(m->data.data + m->at, p, n);
	m->at += n;
	return (ssize_t)n;
}

static int seek_bytes(void *cookie, off64_t *at, int from)
{
	struct memory *m = cookie;

	*at += from == SEEK_CUR   ? (off64_t)m->at
	       : from == SEEK_END ? (off64_t)m->data.len
				  : 0;
	if (*at < 0 || *at > (off64_t)m->data.len)
		return -1;
	m->at = (size_t)*at;
	return 0;
}

static int close_memory(void *cookie)
{
	struct memory *m = cookie;

	kis_buf_release(&m->data);
	free(m);
	return 0;
}

/* Returns 1 if path has the form of a temporary file of libxlsxwriter. */
static int is_temporary(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && strncmp(slash, "/tmp.", 5) == 0;
}

/* Removes the name of libxlsxwriter's temporary file and returns 1. Returns 0
 * if fd is another file. If the name cannot be read, for example without /proc,
 * also returns 1: the name remains, but no part of the workbook can be lost. */
static int remove_name(int fd)
{
	char self[32], path[PATH_MAX];
	ssize_t n;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	n = readlink(self, path, sizeof(path) - 1);
	if (n <= 0)
		return 1;
	path[n] = '\0';
	if (!is_temporary(path))
		return 0;
	unlink(path);
	return 1;
}

/* Overrides the C library's fdopen(), which libxlsxwriter's lxw_tmpfile() calls
 * for each temporary file. Removes the file, closes fd and returns an empty
 * stream in memory. libxlsxwriter offers no other way to replace these files.
 * Passes any other file on to the C library, for example those in which a
 * coverage build stores its counters. */
FILE *fdopen(int fd, const char *how)
{
	static const cookie_io_functions_t io = {
		read_bytes, write_bytes, seek_bytes, close_memory};
	struct memory *m;

	/* Remove the name first: kis_mem_new() exits if memory runs out, and
	 * the file would then remain. */
	if (!remove_name(fd)) {
		FILE *(*next)(int, const char *);

		/* POSIX allows the conversion, ISO C does not define it. */
		*(void **)&next = dlsym(RTLD_NEXT, "fdopen");
		return next(fd, how);
	}
	close(fd);
	m = kis_mem_new(1, sizeof(*m));
	kis_buf_init(&m->data, KIS_BUF_UNBOUND);
	return fopencookie(m, how, io);
}

static ssize_t swallow(void *cookie, const char *p, size_t n)
{
	(void)cookie;
	(void)p;
	return (ssize_t)n;
}

/* Redirects stderr to a stream that discards everything. Does not open
 * /dev/null, because the process may have reached its limit of file
 * descriptors. */
static void silence_stderr(void)
{
	static const cookie_io_functions_t io = {.write = swallow};
	FILE *nowhere = kept ? NULL : fopencookie(NULL, "w", io);

	if (!nowhere)
		return;
	kept = stderr;
	stderr = nowhere;
}

static void restore_stderr(void)
{
	if (!kept)
		return;
	fclose(stderr);
	stderr = kept;
	kept = NULL;
}
#else
static void silence_stderr(void)
{
}

static void restore_stderr(void)
{
}
#endif

enum { MAX_UNITS = 31 };

/* Writes _ in place of each character that name_add() allows but sheet names do
 * not. */
static void mend_inside(struct kis_buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (memchr("[]:*?/\\", b->data[i], 7))
			b->data[i] = '_';
}

/* Replaces an apostrophe at either end of the name with _, and an empty name
 * with "_", because Excel allows neither. */
static void mend_ends(struct kis_buf *b)
{
	if (b->len && b->data[0] == '\'')
		b->data[0] = '_';
	if (b->len && b->data[b->len - 1] == '\'')
		b->data[b->len - 1] = '_';
	if (b->len == 0)
		kis_buf_add_str(b, "_");
}

static void numbered(struct kis_buf *b, const char *wanted, unsigned number)
{
	char tail[16] = "";

	if (number > 1)
		snprintf(tail, sizeof(tail), " (%u)", number);
	kis_buf_reset(b);
	name_add(b, wanted, MAX_UNITS - strlen(tail));
	mend_inside(b);
	mend_ends(b);
	kis_buf_add_str(b, tail);
}

/* Returns 1 if a sheet has this name or if Excel reserves the name. Excel
 * ignores the case of all letters in sheet names; libxlsxwriter ignores the
 * case of ASCII letters only. */
static int is_taken(
	struct writer *const *sheets, size_t count, const char *name)
{
	struct kis_buf mine = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	struct kis_buf other = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	int taken;

	name_fold(&mine, name, strlen(name));
	taken = strcmp(mine.data, "history") == 0;
	for (size_t i = 0; i < count && !taken; i++) {
		name_fold(&other, sheets[i]->name, strlen(sheets[i]->name));
		taken = strcmp(mine.data, other.data) == 0;
	}
	kis_buf_release(&mine);
	kis_buf_release(&other);
	return taken;
}

char *book_sheet_name(
	struct writer *const *sheets, size_t count, const char *wanted)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	char *name;
	unsigned number = 1;

	do
		numbered(&b, wanted, number++);
	while (is_taken(sheets, count, b.data));
	name = kis_mem_dup(b.data);
	kis_buf_release(&b);
	return name;
}

/* Appends a sheet's name in apostrophes, as formulas and links require. An
 * apostrophe in the name is doubled. */
static void add_quoted(struct kis_buf *b, const char *name)
{
	kis_buf_add_str(b, "'");
	for (const char *p = name; *p; p++)
		kis_buf_add(b, *p == '\'' ? "''" : p, *p == '\'' ? 2 : 1);
	kis_buf_add_str(b, "'");
}

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
			"cannot write workbook to a temporary file: %s",
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

int writer_text(struct writer *w, lxw_row_t row, lxw_col_t col,
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

int writer_link(struct writer *w, lxw_row_t row, lxw_col_t col,
	const struct writer *to, enum style style, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	int rc;

	kis_buf_add_str(&b, "internal:");
	add_quoted(&b, to->name);
	kis_buf_add_str(&b, "!A1");
	count(w, row, 1);
	cell_text_set(&w->text, to->name, strlen(to->name));
	rc = writer_check(worksheet_write_url_opt(w->ws, row, col, b.data,
				  w->styles->of[style], w->text.data, NULL),
		err);
	kis_buf_release(&b);
	return rc;
}

/* Writes a placeholder link into the row where the streamed rows will begin.
 * package_splice() replaces this row with the streamed rows. */
int writer_prepare_links(struct writer *w, struct kis_err *err)
{
	count(w, w->first_row, 1);
	return writer_check(
		worksheet_write_url_opt(w->ws, w->first_row, w->link_col,
			"https://example.com/", NULL, "", NULL),
		err);
}

int writer_page(struct writer *w, const unsigned char *widths, size_t count,
	int is_landscape, struct kis_err *err)
{
	for (size_t i = 0; i < count; i++)
		if (writer_check(worksheet_set_column(w->ws, (lxw_col_t)i,
					 (lxw_col_t)i, widths[i], NULL),
			    err) < 0)
			return -1;
	worksheet_gridlines(w->ws, LXW_HIDE_ALL_GRIDLINES);
	if (is_landscape)
		worksheet_set_landscape(w->ws);
	worksheet_set_paper(w->ws, PAPER_A4);
	worksheet_fit_to_pages(w->ws, 1, 0);
	return writer_check(worksheet_set_footer(w->ws,
				    "&C&\"" STYLE_FONT "\"&8 &P / &N 쪽"),
		err);
}

int writer_add_chart(
	struct writer *w, const struct writer_chart *c, struct kis_err *err)
{
	/* default chart size of libxlsxwriter, in pixels */
	enum { DEFAULT_WIDTH = 480, DEFAULT_HEIGHT = 288 };
	lxw_chart_font font = {.name = style_font,
		.size = 11,
		.bold = LXW_TRUE,
		.color = STYLE_NAVY};
	lxw_chart_line frame = {.color = 0xD9D9D9};
	char *title = kis_mem_dup(c->title);
	lxw_chart_options options = {
		.x_offset = (int32_t)c->x,
		.y_offset = (int32_t)c->y,
		.x_scale = (double)c->width / DEFAULT_WIDTH,
		.y_scale = (double)c->height / DEFAULT_HEIGHT,
		.object_position = LXW_OBJECT_MOVE_DONT_SIZE,
		.description = title,
	};
	int rc;

	chart_title_set_name(c->chart, title);
	chart_title_set_name_font(c->chart, &font);
	chart_legend_set_position(c->chart, LXW_CHART_LEGEND_NONE);
	chart_chartarea_set_line(c->chart, &frame);
	rc = writer_check(worksheet_insert_chart_opt(
				  w->ws, c->row, c->col, c->chart, &options),
		err);
	free(title);
	return rc;
}

/* Returns a new range such as "='005930'!$A$5:$A$254"; the caller frees it. If
 * a caller passes the sheet name and the cells separately, libxlsxwriter omits
 * the apostrophes that a name of digits requires. */
static char *range_formula(
	const char *sheet, lxw_row_t first, lxw_row_t last, lxw_col_t col)
{
	char cells[LXW_MAX_CELL_RANGE_LENGTH];
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	lxw_rowcol_to_range_abs(cells, first, col, last, col);
	kis_buf_add_str(&b, "=");
	add_quoted(&b, sheet);
	kis_buf_printf(&b, "!%s", cells);
	return b.data;
}

lxw_chart_series *writer_series(lxw_chart *chart, const char *sheet,
	lxw_row_t first, lxw_row_t last, lxw_col_t categories, lxw_col_t values,
	const char *name)
{
	char *across = range_formula(sheet, first, last, categories);
	char *up = range_formula(sheet, first, last, values);
	lxw_chart_series *series = chart_add_series(chart, across, up);

	free(across);
	free(up);
	if (!series)
		return NULL;
	chart_series_set_name(series, name);
	return series;
}

int writer_merge(struct writer *w, lxw_row_t row, lxw_col_t first,
	lxw_col_t last, const char *text, enum style style, struct kis_err *err)
{
	if (first == last)
		return writer_text(
			w, row, first, text, strlen(text), style, err);
	count(w, row, last - first + 1u);
	return writer_check(worksheet_merge_range(w->ws, row, first, row, last,
				    text, w->styles->of[style]),
		err);
}

enum {
	/* maximum length of a file property, in UTF-16 units */
	PROPERTY_UNITS = 254,
	/* Number of price_vs_avg formulas in a workbook after which each sheet
	 * gets at most SHEET_FORMULAS_LEAST formulas, because LibreOffice needs
	 * much memory for formulas. */
	FORMULAS_MAX = 100000,
};

/* Opens the temporary file for libxlsxwriter's output: in memory if the kernel
 * can create such a file and /proc provides a path to it, otherwise in the
 * temporary directory. Returns 0, or -1 and sets err (74). */
static int open_temporary(struct kis_tempfile *t, struct kis_err *err)
{
	int fd = access("/proc/self/fd", X_OK) == 0
			 ? memfd_create("kis-toxlsx", MFD_CLOEXEC)
			 : -1;

	if (fd < 0)
		return kis_tempfile_open(t, err);
	t->fd = fd;
	t->folder = kis_mem_dup(kis_tempfile_folder());
	t->path = kis_mem_printf("/proc/self/fd/%d", fd);
	return 0;
}

int book_open(struct book *b, struct kis_err *err)
{
	lxw_workbook_options options = {0};

	if (open_temporary(&b->temp, err) < 0)
		return -1;
	silence_stderr();
	options.tmpdir = b->temp.folder;
	b->wb = workbook_new_opt(b->temp.path, &options);
	if (!b->wb)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	if (styles_make(&b->styles, b->wb, lxw_private_normal_format(b->wb),
		    err) < 0)
		return -1;
	styles_number(&b->styles);
	row_streams_init(&b->streams, &b->styles, b->wb->sst, b->temp.folder);
	b->formulas = FORMULAS_MAX;
	return 0;
}

/* Makes libxlsxwriter quote the sheet's name in formulas. The library does not
 * quote names like 2024, A1 or TRUE. Excel reads such a name as a number, a
 * cell or a boolean; when it opens the file, it drops a defined name that
 * refers to the sheet. A quoted name is always read as a sheet name. */
static void quote_name(lxw_worksheet *ws, const char *name)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	add_quoted(&b, name);
	set_quoted_name(ws, b.data);
	kis_buf_release(&b);
}

struct writer *book_add_sheet(
	struct book *b, const char *name, struct kis_err *err)
{
	char *allowed = book_sheet_name(b->writers, b->count, name);
	lxw_worksheet *ws;
	struct writer *w;

	ws = workbook_add_worksheet(b->wb, allowed);
	if (!ws) {
		/* Report that memory ran out: because the sheet name is valid,
		 * workbook_add_worksheet() can fail for no other reason. */
		free(allowed);
		kis_fail(err, KIS_EX_SYSTEM, "out of memory");
		return NULL;
	}
	quote_name(ws, allowed);
	w = kis_mem_new(1, sizeof(*w));
	w->ws = ws;
	w->styles = &b->styles;
	w->name = allowed;
	w->row = -1;
	w->targets = &b->targets;
	kis_buf_init(&w->text, KIS_BUF_UNBOUND);
	b->writers =
		kis_mem_resize(b->writers, b->count + 1, sizeof(*b->writers));
	b->writers[b->count++] = w;
	return w;
}

int book_describe(struct book *b, const char *title, int is_ranking,
	long long created, struct kis_err *err)
{
	char author[] = "kis-toxlsx " KIS_VERSION;
	char subject[] = "국내주식 공매도 상위종목 (FHPST04820000)";
	char company[] = "";
	struct kis_buf named = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	lxw_doc_properties properties = {
		.subject = is_ranking ? subject : NULL,
		.author = author,
		.company = company,
		.created = (time_t)created,
	};
	int rc;

	kis_buf_add(&named, "", 0);
	name_add(&named, title, PROPERTY_UNITS);
	properties.title = named.data;
	rc = writer_check(workbook_set_properties(b->wb, &properties), err);
	kis_buf_release(&named);
	return rc;
}

/* Makes libxlsxwriter write its file. Sets b->wb to NULL even on failure,
 * because workbook_close() always frees the workbook. Returns 0, or -1 and sets
 * err as writer_check() does. */
static int close_library(struct book *b, struct kis_err *err)
{
	lxw_workbook *wb = b->wb;

	b->wb = NULL;
	for (size_t i = 0; i < b->count; i++)
		b->writers[i]->ws = NULL;
	return writer_check(workbook_close(wb), err);
}

/* Checks that the temporary workbook file can be read. If the file has a name,
 * opens it again, because libxlsxwriter wrote to the file of that name and not
 * to the open descriptor. Returns 0, or -1 and sets err (74). */
static int reopen(struct kis_tempfile *t, struct kis_err *err)
{
	int fd = open(t->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return kis_fail_errno(
			err, KIS_EX_IO, "cannot read '%s'", t->path);
	if (!t->named) {
		close(fd);
		return 0;
	}
	close(t->fd);
	t->fd = fd;
	return 0;
}

int book_close(struct book *b, struct kis_output *out, struct kis_err *err)
{
	if (close_library(b, err) < 0 || reopen(&b->temp, err) < 0)
		return -1;
	if (package_verify(b->temp.path, b->writers, b->count, err) < 0)
		return -1;
	/* Wait for the worker only now: it compressed the last rows while
	 * libxlsxwriter wrote the other parts of the file. */
	if (row_streams_finish(&b->streams, err) < 0)
		return -1;
	return package_splice(b->temp.path, b->writers, b->count,
		b->streams.deflate, out, err);
}

void book_release(struct book *b)
{
	if (b->wb)
		lxw_workbook_free(b->wb);
	for (size_t i = 0; i < b->count; i++) {
		kis_buf_release(&b->writers[i]->text);
		free(b->writers[i]->name);
		free(b->writers[i]);
	}
	free(b->writers);
	if (b->streams.deflate)
		row_streams_release(&b->streams);
	kis_names_release(&b->targets);
	kis_tempfile_release(&b->temp);
	restore_stderr();
	*b = (struct book)BOOK_INIT;
}
