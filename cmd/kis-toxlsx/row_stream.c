#include "cmd/kis-toxlsx/row_stream.h"
#include "cmd/kis-toxlsx/tempfile.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void row_streams_init(struct row_streams *all, const struct styles *styles,
	const char *folder)
{
	memset(all, 0, sizeof(*all));
	row_xml_init(&all->xml, styles);
	kis_buf_init(&all->taken, KIS_BUF_UNBOUND);
	kis_buf_init(&all->piece, KIS_BUF_UNBOUND);
	kis_buf_init(&all->ready, KIS_BUF_UNBOUND);
	all->deflate = deflate_new();
	all->folder = folder;
}

void row_streams_release(struct row_streams *all)
{
	kis_aside_free(all->aside);
	row_xml_release(&all->xml);
	kis_buf_release(&all->taken);
	kis_buf_release(&all->piece);
	kis_buf_release(&all->ready);
	deflate_free(all->deflate);
	memset(all, 0, sizeof(*all));
}

struct row_stream *row_stream_new(
	struct row_streams *all, lxw_row_t first, struct kis_err *err)
{
	int fd = tempfile_nameless(all->folder, err);
	struct row_stream *s;

	if (fd < 0)
		return NULL;
	s = kis_mem_new(1, sizeof(*s));
	s->all = all;
	s->fd = fd;
	s->last = first - 1;
	kis_buf_init(&s->xml, KIS_BUF_UNBOUND);
	all->open++;
	return s;
}

static size_t most(const struct row_streams *all)
{
	size_t n = ROW_STREAMS_BYTES / all->open;

	return n > ROW_STREAM_MOST    ? ROW_STREAM_MOST
	       : n < ROW_STREAM_LEAST ? ROW_STREAM_LEAST
				      : n;
}

static void swap(struct kis_buf *a, struct kis_buf *b)
{
	struct kis_buf c = *a;

	*a = *b;
	*b = c;
}

/* Makes what was taken pieces, one behind the other; runs aside. */
static ssize_t pack(void *arg)
{
	struct row_streams *all = arg;
	const struct kis_buf *xml = &all->taken;
	size_t n;

	kis_buf_reset(&all->piece);
	for (size_t at = 0; at < xml->len; at += n) {
		n = xml->len - at;
		n = n < 2 * ROW_STREAM_MOST ? n : ROW_STREAM_MOST;
		if (deflate_piece(all->deflate, xml->data + at, n, &all->piece,
			    &all->failed) < 0)
			return -1;
	}
	return 0;
}

static void start_packing(struct row_stream *s)
{
	struct row_streams *all = s->all;

	all->busy = s;
	if (!all->aside)
		all->aside = kis_aside_new();
	if (all->aside)
		kis_aside_start(all->aside, pack, all);
}

/* Until no stream is busy; what was packed is in all->ready then. */
static int wait_packed(struct row_streams *all, struct kis_err *err)
{
	ssize_t rc;

	if (!all->busy)
		return 0;
	rc = all->aside ? kis_aside_wait(all->aside) : pack(all);
	all->busy = NULL;
	swap(&all->piece, &all->ready);
	if (rc < 0)
		*err = all->failed;
	return (int)rc;
}

/* One row of many megabytes shall not stay in memory. */
static void shrink(struct kis_buf *b)
{
	if (b->cap > 2 * ROW_STREAM_MOST + ROW_STREAM_LEAST)
		kis_buf_release(b);
}

/* NULL is legal: nothing is ready. */
static int write_ready(struct row_stream *s, struct kis_err *err)
{
	struct kis_buf *ready;

	if (!s)
		return 0;
	ready = &s->all->ready;
	if (tempfile_write(
		    s->fd, ready->data, ready->len, s->all->folder, err) < 0)
		return -1;
	s->packed += ready->len;
	shrink(ready);
	return 0;
}

/* Has the stream's XML packed, and writes what was packed before. */
static int flush(struct row_stream *s, struct kis_err *err)
{
	struct row_streams *all = s->all;
	struct row_stream *before = all->busy;

	s->crc = deflate_crc(s->crc, s->xml.data, s->xml.len);
	s->plain += s->xml.len;
	if (wait_packed(all, err) < 0)
		return -1;
	/* there may be more streams now, which have less each */
	if (all->taken.cap > 2 * most(all) + ROW_STREAM_LEAST)
		kis_buf_release(&all->taken);
	kis_buf_reset(&all->taken);
	swap(&all->taken, &s->xml);
	start_packing(s);
	return write_ready(before, err);
}

int row_stream_add(struct row_stream *s, const struct cell *cells, size_t count,
	struct kis_err *err)
{
	size_t enough = most(s->all);

	if (!s->xml.data)
		kis_buf_reserve(&s->xml, enough + ROW_STREAM_LEAST);
	row_xml_add(&s->all->xml, &s->xml, ++s->last, cells, count);
	return s->xml.len < enough ? 0 : flush(s, err);
}

int row_stream_close(struct row_stream *s, struct kis_err *err)
{
	struct row_streams *all = s->all;
	struct row_stream *before;

	if (s->xml.len && flush(s, err) < 0)
		return -1;
	before = all->busy;
	if (wait_packed(all, err) < 0 || write_ready(before, err) < 0)
		return -1;
	kis_buf_release(&s->xml);
	all->open--;
	return 0;
}

void row_stream_free(struct row_stream *s)
{
	if (!s)
		return;
	close(s->fd);
	kis_buf_release(&s->xml);
	free(s);
}
