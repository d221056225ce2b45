#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/book_splice.h"
#include "cmd/kis-toxlsx/library.h"
#include "cmd/kis-toxlsx/lxw_private.h"
#include "cmd/kis-toxlsx/name.h"
#include "cmd/kis-toxlsx/readback.h"
#include "cmd/kis-toxlsx/sheet_name.h"
#include "lib/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROPERTY_UNITS = 254 }; /* what the library takes */

int book_open(struct book *b, int streaming, struct kis_err *err)
{
	lxw_workbook_options options = {0};

	if (kis_tempfile_open(&b->temp, err) < 0)
		return -1;
	library_quiet_begin();
	options.tmpdir = b->temp.folder;
	b->streaming = streaming;
	b->wb = workbook_new_opt(b->temp.path, &options);
	if (!b->wb)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	if (styles_make(&b->styles, b->wb, err) < 0)
		return -1;
	if (streaming) {
		styles_number(&b->styles);
		row_streams_init(&b->streams, &b->styles, b->temp.folder);
	}
	return 0;
}

/* In formulas the library leaves 2024, A1 or TRUE as they are, where Excel
 * reads numbers, cells and truths: it drops such a name when it opens the file.
 * In quotes all names are names. */
static void quote_name(lxw_worksheet *ws, const char *name)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	kis_buf_add_str(&b, "'");
	for (const char *p = name; *p; p++)
		kis_buf_add(&b, *p == '\'' ? "''" : p, *p == '\'' ? 2 : 1);
	kis_buf_add_str(&b, "'");
	lxw_private_set_quoted_name(ws, b.data);
	kis_buf_release(&b);
}

struct writer *book_add_sheet(
	struct book *b, const char *name, struct kis_err *err)
{
	char *allowed = sheet_name_make(b->writers, b->count, name);
	lxw_worksheet *ws;
	struct writer *w;

	ws = workbook_add_worksheet(b->wb, allowed);
	if (!ws) {
		/* the name is one it takes */
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
	kis_buf_init(&w->text, KIS_BUF_UNBOUND);
	b->writers =
		kis_mem_resize(b->writers, b->count + 1, sizeof(*b->writers));
	b->writers[b->count++] = w;
	return w;
}

int book_describe(struct book *b, const char *title, int ours,
	long long created, struct kis_err *err)
{
	char author[] = "kis-toxlsx " KIS_VERSION;
	char subject[] = "국내주식 공매도 상위종목 (FHPST04820000)";
	char company[] = "";
	struct kis_buf named = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	lxw_doc_properties properties = {
		.subject = ours ? subject : NULL,
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

/* Closing frees the workbook, whatever it says. */
static int close_library(struct book *b, struct kis_err *err)
{
	lxw_workbook *wb = b->wb;
	int rc;

	b->wb = NULL;
	for (size_t i = 0; i < b->count; i++)
		b->writers[i]->ws = NULL;
	rc = writer_check(workbook_close(wb), err);
	if (rc < 0 || !library_write_errno())
		return rc;
	errno = library_write_errno();
	return kis_fail_errno(err, KIS_EX_IO,
		"cannot write a temporary file in '%s' (TMPDIR)",
		b->temp.folder);
}

static int send(struct book *b, struct kis_output *out, struct kis_err *err)
{
	off_t at = 0;

	for (;;) {
		enum { BLOCK = 64 << 10 };
		char *to = kis_output_room(out, BLOCK, err);
		ssize_t n;

		if (!to)
			return -1;
		n = pread(b->temp.fd, to, BLOCK, at);
		if (n < 0)
			return kis_fail_errno(err, KIS_EX_IO,
				"cannot read a temporary file in '%s'",
				b->temp.folder);
		if (n == 0)
			return 0;
		kis_output_advance(out, (size_t)n);
		kis_output_record(out);
		at += n;
	}
}

/* A named file is another one after the library wrote it. */
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
	if (readback(b->temp.path, b->writers, b->count, err) < 0)
		return -1;
	if (!b->streaming)
		return send(b, out, err);
	/* the last rows were packed while the library closed its parts */
	if (row_streams_finish(&b->streams, err) < 0)
		return -1;
	return book_splice(b->temp.path, b->writers, b->count,
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
	if (b->streaming)
		row_streams_release(&b->streams);
	kis_tempfile_release(&b->temp);
	library_quiet_end();
	*b = (struct book)BOOK_INIT;
}
