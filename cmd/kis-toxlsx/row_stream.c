#include "cmd/kis-toxlsx/row_stream.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

void row_streams_init(struct row_streams *all, const struct styles *styles,
	const char *folder)
{
	memset(all, 0, sizeof(*all));
	row_xml_init(&all->xml, styles);
	for (size_t i = 0; i < ROW_PIECES; i++) {
		struct row_piece *piece = &all->pieces[i];

		piece->deflate = deflate_new();
		kis_buf_init(&piece->xml, KIS_BUF_UNBOUND);
		kis_buf_init(&piece->packed, KIS_BUF_UNBOUND);
	}
	all->deflate = all->pieces[0].deflate;
	all->spools.folder = folder;
	all->spools.blocks = SPOOL_BLOCKS;
}

void row_streams_release(struct row_streams *all)
{
	kis_aside_free(all->aside);
	row_xml_release(&all->xml);
	for (size_t i = 0; i < ROW_PIECES; i++) {
		deflate_free(all->pieces[i].deflate);
		kis_buf_release(&all->pieces[i].xml);
		kis_buf_release(&all->pieces[i].packed);
	}
	memset(all, 0, sizeof(*all));
}

struct row_stream *row_stream_new(struct row_streams *all, lxw_row_t first)
{
	struct row_stream *s = kis_mem_new(1, sizeof(*s));

	s->all = all;
	spool_init(&s->packed, &all->spools);
	s->last = first - 1;
	kis_buf_init(&s->xml, KIS_BUF_UNBOUND);
	all->open++;
	return s;
}

/* XML that is enough for a piece. */
static size_t enough(const struct row_streams *all)
{
	size_t n = ROW_STREAMS_BYTES / (all->open ? all->open : 1);

	return n > ROW_STREAM_MOST    ? ROW_STREAM_MOST
	       : n < ROW_STREAM_LEAST ? ROW_STREAM_LEAST
				      : n;
}

/* What a row of many megabytes took shall not stay in memory. */
static void empty(struct kis_buf *b, size_t most)
{
	kis_buf_reset(b);
	if (b->cap > most)
		kis_buf_release(b);
}

/* Deflates in several, if a row was very long; runs aside. */
static ssize_t pack(void *arg)
{
	struct row_piece *piece = arg;
	const struct kis_buf *xml = &piece->xml;
	size_t n;

	for (size_t at = 0; at < xml->len; at += n) {
		n = xml->len - at;
		n = n < 2 * ROW_STREAM_MOST ? n : ROW_STREAM_MOST;
		if (deflate_piece(piece->deflate, xml->data + at, n,
			    &piece->packed, &piece->failed) < 0)
			return -1;
	}
	return 0;
}

static struct row_piece *piece_at(struct row_streams *all, unsigned i)
{
	return &all->pieces[i % ROW_PIECES];
}

static int is_packed(struct row_streams *all, const struct row_piece *piece)
{
	return piece->here || kis_aside_is_done(all->aside);
}

/* The oldest piece, as soon as it is packed, into its spool. */
static int write_piece(struct row_streams *all, struct kis_err *err)
{
	struct row_piece *piece = piece_at(all, all->written++);
	ssize_t rc = piece->here ? piece->rc : kis_aside_wait(all->aside);

	if (rc < 0) {
		*err = piece->failed;
		return -1;
	}
	if (spool_add(&piece->stream->packed, piece->packed.data,
		    piece->packed.len, err) < 0)
		return -1;
	/* there may be more streams now, which have less each */
	empty(&piece->xml, 2 * enough(all) + ROW_STREAM_LEAST);
	empty(&piece->packed, enough(all));
	return 0;
}

/* All that are packed, so that there is room for one more. */
static int write_pieces(struct row_streams *all, struct kis_err *err)
{
	while (all->written != all->taken) {
		if (all->taken - all->written < ROW_PIECES &&
			!is_packed(all, piece_at(all, all->written)))
			break;
		if (write_piece(all, err) < 0)
			return -1;
	}
	return 0;
}

static void start_packing(struct row_streams *all, struct row_piece *piece)
{
	if (!all->aside)
		all->aside = kis_aside_new();
	piece->here = !all->aside || kis_aside_is_full(all->aside);
	if (piece->here)
		piece->rc = pack(piece);
	else
		kis_aside_start(all->aside, pack, piece);
}

/* Takes the stream's XML as a piece, and gives it an empty buffer. */
static int flush(struct row_stream *s, struct kis_err *err)
{
	struct row_streams *all = s->all;
	struct row_piece *piece;
	struct kis_buf emptied;
	int is_long = s->xml.len > 2 * ROW_STREAM_MOST;

	/* rows of many megabytes do not add up */
	if ((is_long ? row_streams_finish(all, err) : write_pieces(all, err)) <
		0)
		return -1;
	piece = piece_at(all, all->taken);
	if (deflate_prepare(piece->deflate, all->deflate, s->xml.data,
		    s->xml.len, err) < 0)
		return -1;
	s->crc = deflate_crc(s->crc, s->xml.data, s->xml.len);
	s->plain += s->xml.len;
	emptied = piece->xml;
	piece->xml = s->xml;
	s->xml = emptied;
	piece->stream = s;
	all->deflate = piece->deflate;
	all->taken++;
	start_packing(all, piece);
	return 0;
}

int row_stream_add(struct row_stream *s, const struct cell *cells, size_t count,
	struct kis_err *err)
{
	size_t n = enough(s->all);

	if (!s->xml.data)
		kis_buf_reserve(&s->xml, n + ROW_STREAM_LEAST);
	row_xml_add(&s->all->xml, &s->xml, ++s->last, cells, count);
	return s->xml.len < n ? 0 : flush(s, err);
}

int row_stream_close(struct row_stream *s, struct kis_err *err)
{
	if (s->xml.len && flush(s, err) < 0)
		return -1;
	kis_buf_release(&s->xml);
	s->all->open--;
	return 0;
}

int row_streams_finish(struct row_streams *all, struct kis_err *err)
{
	while (all->written != all->taken)
		if (write_piece(all, err) < 0)
			return -1;
	return 0;
}

void row_stream_free(struct row_stream *s)
{
	if (!s)
		return;
	spool_release(&s->packed);
	kis_buf_release(&s->xml);
	free(s);
}
