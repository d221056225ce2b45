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
	kis_buf_init(&all->piece, KIS_BUF_UNBOUND);
	all->deflate = deflate_new();
	all->folder = folder;
}

void row_streams_release(struct row_streams *all)
{
	row_xml_release(&all->xml);
	kis_buf_release(&all->piece);
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

static int write_piece(struct row_stream *s, struct kis_err *err)
{
	struct kis_buf *piece = &s->all->piece;

	if (tempfile_write(
		    s->fd, piece->data, piece->len, s->all->folder, err) < 0)
		return -1;
	s->packed += piece->len;
	return 0;
}

static int flush(struct row_stream *s, struct kis_err *err)
{
	size_t n;

	s->crc = deflate_crc(s->crc, s->xml.data, s->xml.len);
	for (size_t at = 0; at < s->xml.len; at += n) {
		n = s->xml.len - at;
		n = n < 2 * ROW_STREAM_MOST ? n : ROW_STREAM_MOST;
		kis_buf_reset(&s->all->piece);
		if (deflate_piece(s->all->deflate, s->xml.data + at, n,
			    &s->all->piece, err) < 0 ||
			write_piece(s, err) < 0)
			return -1;
	}
	s->plain += s->xml.len;
	/* there may be more streams now; and one row of many megabytes shall
	 * not stay in memory */
	if (s->xml.cap > 2 * most(s->all) + ROW_STREAM_LEAST)
		kis_buf_release(&s->xml);
	kis_buf_reset(&s->xml);
	return 0;
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
	if (s->xml.len && flush(s, err) < 0)
		return -1;
	kis_buf_release(&s->xml);
	s->all->open--;
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
