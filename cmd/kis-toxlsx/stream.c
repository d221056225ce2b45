#include "cmd/kis-toxlsx/stream.h"
#include "lib/mem.h"
#include "lib/tempfile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void spool_init(struct spool *s, struct spools *all)
{
	memset(s, 0, sizeof(*s));
	s->all = all;
	s->fd = -1;
}

static uint64_t room_of(const struct spool *s)
{
	return (uint64_t)s->count * SPOOL_BLOCK;
}

static void add_block(struct spool *s)
{
	s->all->blocks--;
	s->blocks = kis_mem_resize(s->blocks, s->count + 1, sizeof(char *));
	s->blocks[s->count++] = kis_mem_resize(NULL, SPOOL_BLOCK, 1);
}

/* Stores the bytes in memory blocks until the run has no blocks left. Returns
 * the number of bytes stored. */
static size_t keep(struct spool *s, const char *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		size_t at = (size_t)(s->bytes % SPOOL_BLOCK), part;

		if (s->bytes >= room_of(s)) {
			if (s->fd >= 0 || s->all->blocks == 0)
				break;
			add_block(s);
		}
		part = SPOOL_BLOCK - at < n - done ? SPOOL_BLOCK - at
						   : n - done;
		memcpy(s->blocks[s->count - 1] + at, p + done, part);
		s->bytes += part;
		done += part;
	}
	return done;
}

int spool_add(struct spool *s, const char *p, size_t n, struct kis_err *err)
{
	size_t kept = keep(s, p, n);

	if (kept == n)
		return 0;
	if (s->fd < 0)
		s->fd = kis_tempfile_nameless(s->all->folder, err);
	if (s->fd < 0 || kis_tempfile_write(s->fd, p + kept, n - kept,
				 s->all->folder, err) < 0)
		return -1;
	s->bytes += n - kept;
	return 0;
}

ssize_t spool_read(const struct spool *s, uint64_t at, char *to, size_t n)
{
	size_t from = (size_t)(at % SPOOL_BLOCK), left = SPOOL_BLOCK - from;

	if (at >= s->bytes)
		return 0;
	if (at >= room_of(s))
		return pread(s->fd, to, n, (off_t)(at - room_of(s)));
	n = n < left ? n : left;
	n = n < s->bytes - at ? n : (size_t)(s->bytes - at);
	memcpy(to, s->blocks[at / SPOOL_BLOCK] + from, n);
	return (ssize_t)n;
}

void spool_release(struct spool *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->blocks[i]);
	free(s->blocks);
	if (s->all && s->fd >= 0)
		close(s->fd);
	memset(s, 0, sizeof(*s));
}

void row_streams_init(struct row_streams *all, const struct styles *styles,
	lxw_sst *sst, const char *folder)
{
	memset(all, 0, sizeof(*all));
	row_xml_init(&all->xml, styles, sst);
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
	kis_worker_free(all->worker);
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

/* Returns the size in bytes at which the XML in a stream's buffer becomes a
 * piece. */
static size_t enough(const struct row_streams *all)
{
	size_t n = ROW_STREAMS_BYTES / (all->open ? all->open : 1);

	return n > ROW_STREAM_MOST    ? ROW_STREAM_MOST
	       : n < ROW_STREAM_LEAST ? ROW_STREAM_LEAST
				      : n;
}

/* Empties the buffer. If its capacity exceeds `most` bytes, as after a very
 * long row, frees the memory too. */
static void empty(struct kis_buf *b, size_t most)
{
	kis_buf_reset(b);
	if (b->cap > most)
		kis_buf_release(b);
}

/* Compresses a piece, in several parts if a row was very long. Runs in the
 * worker or in the caller's thread. Returns 0, or -1 and sets piece->failed. */
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
	return piece->here || kis_worker_is_done(all->worker);
}

/* Waits until the oldest piece is compressed, and adds the compressed bytes to
 * the spool of the piece's stream. Returns 0, or -1 and sets err. */
static int write_piece(struct row_streams *all, struct kis_err *err)
{
	struct row_piece *piece = piece_at(all, all->written++);
	ssize_t rc = piece->here ? piece->rc : kis_worker_wait(all->worker);

	if (rc < 0) {
		*err = piece->failed;
		return -1;
	}
	if (spool_add(&piece->stream->packed, piece->packed.data,
		    piece->packed.len, err) < 0)
		return -1;
	/* Empty the buffers, and free one that is too large: more streams may
	 * be open now, so that each may use less memory. */
	empty(&piece->xml, 2 * enough(all) + ROW_STREAM_LEAST);
	empty(&piece->packed, enough(all));
	return 0;
}

/* Adds the pieces to their spools in order, up to the first piece that is not
 * compressed yet. If all pieces are in use, waits for the oldest piece. Returns
 * 0, or -1 and sets err. */
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

/* Compresses the piece in the worker, or in the caller's thread if the worker's
 * queue is full. Creates the worker only if `more` is 1: then more rows follow,
 * and the input is long enough to justify a thread. */
static void start_packing(
	struct row_streams *all, struct row_piece *piece, int more)
{
	if (!all->worker && more)
		all->worker = kis_worker_new();
	piece->here = !all->worker || kis_worker_is_full(all->worker);
	if (piece->here)
		piece->rc = pack(piece);
	else
		kis_worker_start(all->worker, pack, piece);
}

/* Moves the stream's XML into a piece; the stream gets an empty buffer. `more`
 * is 1 if more rows follow. Returns 0, or -1 and sets err. */
static int flush(struct row_stream *s, int more, struct kis_err *err)
{
	struct row_streams *all = s->all;
	struct row_piece *piece;
	struct kis_buf emptied;
	int is_long = s->xml.len > 2 * ROW_STREAM_MOST;

	/* Before a very long row, wait until all earlier pieces are in their
	 * spools, so that such rows do not accumulate in memory. */
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
	start_packing(all, piece, more);
	return 0;
}

int row_stream_add(struct row_stream *s, const struct cell *cells, size_t count,
	struct kis_err *err)
{
	size_t n = enough(s->all);

	if (!s->xml.data)
		kis_buf_reserve(&s->xml, n + ROW_RESERVE);
	row_xml_add(&s->all->xml, &s->xml, ++s->last, cells, count);
	return s->xml.len < n ? 0 : flush(s, 1, err);
}

int row_stream_close(struct row_stream *s, struct kis_err *err)
{
	if (s->xml.len && flush(s, 0, err) < 0)
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
