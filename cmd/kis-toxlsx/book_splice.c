#include "cmd/kis-toxlsx/book_splice.h"
#include "cmd/kis-toxlsx/readback.h"
#include "cmd/kis-toxlsx/zip.h"

#include <string.h>
#include <unzip.h>
#include <zlib.h>

#define ROWS       "<sheetData>"
#define ROWS_END   "</sheetData>"
#define ROWS_EMPTY "<sheetData/>"

enum { BLOCK = 64 << 10, MAX_NAME = 256 };

/* What a sheet's part is put together from. */
struct spliced {
	struct kis_buf xml;  /* the library's part */
	struct kis_buf head; /* up to the rows, deflated */
	struct kis_buf tail;
	struct zip_part part;
};

static int fail_read(struct kis_err *err)
{
	return kis_fail(err, KIS_EX_IO,
		"cannot read the workbook's temporary file (TMPDIR)");
}

/* Opens the part at hand; raw: as it is, compressed. */
static int open_part(unzFile from, int raw, struct kis_err *err)
{
	int method, level;

	if (unzOpenCurrentFile2(from, &method, &level, raw) != UNZ_OK)
		return fail_read(err);
	return 0;
}

static int copy_part(struct zip *z, unzFile from, const struct zip_part *part,
	struct kis_err *err)
{
	static char block[BLOCK];
	int n;

	if (zip_begin(z, part, err) < 0 || open_part(from, 1, err) < 0)
		return -1;
	while ((n = unzReadCurrentFile(from, block, sizeof(block))) > 0)
		if (zip_write(z, block, (size_t)n, err) < 0)
			return -1;
	if (n < 0 || unzCloseCurrentFile(from) != UNZ_OK)
		return fail_read(err);
	return 0;
}

static int read_part(unzFile from, struct kis_buf *xml, struct kis_err *err)
{
	int n;

	if (open_part(from, 0, err) < 0)
		return -1;
	do {
		n = unzReadCurrentFile(
			from, kis_buf_reserve(xml, BLOCK), BLOCK);
		if (n < 0)
			return fail_read(err);
		xml->len += (size_t)n;
	} while (n > 0);
	kis_buf_add(xml, "", 0);
	return unzCloseCurrentFile(from) == UNZ_OK ? 0 : fail_read(err);
}

/* Deflates a stretch and counts it in. */
static int add_piece(struct spliced *s, struct deflate *d, struct kis_buf *to,
	const char *p, size_t n, struct kis_err *err)
{
	if (deflate_prepare(d, d, p, n, err) < 0 ||
		deflate_piece(d, p, n, to, err) < 0)
		return -1;
	s->part.crc = deflate_crc(s->part.crc, p, n);
	s->part.plain += n;
	return 0;
}

static int splice_xml(struct spliced *s, const struct row_stream *rows,
	struct deflate *d, struct kis_err *err)
{
	const char *xml = s->xml.data, *end = xml + s->xml.len;
	const char *empty = strstr(xml, ROWS_EMPTY);
	const char *cut = empty ? empty : strstr(xml, ROWS_END);

	if (!cut)
		return kis_fail(
			err, KIS_EX_BUG, "a sheet has no place for rows");
	s->part.crc = 0;
	s->part.plain = 0;
	if (add_piece(s, d, &s->head, xml, (size_t)(cut - xml), err) < 0)
		return -1;
	if (empty && add_piece(s, d, &s->head, ROWS, strlen(ROWS), err) < 0)
		return -1;
	s->part.crc = (uint32_t)crc32_combine(
		s->part.crc, rows->crc, (z_off_t)rows->plain);
	s->part.plain += rows->plain;
	if (empty &&
		add_piece(s, d, &s->tail, ROWS_END, strlen(ROWS_END), err) < 0)
		return -1;
	if (empty)
		cut += strlen(ROWS_EMPTY);
	if (add_piece(s, d, &s->tail, cut, (size_t)(end - cut), err) < 0)
		return -1;
	kis_buf_add(&s->tail, DEFLATE_END, DEFLATE_END_BYTES);
	s->part.packed = s->head.len + rows->packed.bytes + s->tail.len;
	return 0;
}

static int write_rows(
	struct zip *z, const struct row_stream *rows, struct kis_err *err)
{
	uint64_t at = 0;

	while (at < rows->packed.bytes) {
		char *to = zip_room(z, BLOCK, err);
		ssize_t n;

		if (!to)
			return -1;
		n = spool_read(&rows->packed, at, to, BLOCK);
		if (n <= 0)
			return fail_read(err);
		zip_advance(z, (size_t)n);
		at += (uint64_t)n;
	}
	return 0;
}

static int splice_part(struct zip *z, unzFile from, struct spliced *s,
	const struct row_stream *rows, struct deflate *d, struct kis_err *err)
{
	if (read_part(from, &s->xml, err) < 0 ||
		splice_xml(s, rows, d, err) < 0 ||
		zip_begin(z, &s->part, err) < 0 ||
		zip_write(z, s->head.data, s->head.len, err) < 0 ||
		write_rows(z, rows, err) < 0)
		return -1;
	return zip_write(z, s->tail.data, s->tail.len, err);
}

static int move_part(struct zip *z, unzFile from, struct writer *const *sheets,
	size_t count, struct deflate *d, struct kis_err *err)
{
	struct spliced s = {
		.xml = KIS_BUF_INIT(KIS_BUF_UNBOUND),
		.head = KIS_BUF_INIT(KIS_BUF_UNBOUND),
		.tail = KIS_BUF_INIT(KIS_BUF_UNBOUND),
	};
	char name[MAX_NAME];
	unz_file_info64 info;
	size_t number;
	int rc;

	if (unzGetCurrentFileInfo64(from, &info, name, sizeof(name), NULL, 0,
		    NULL, 0) != UNZ_OK)
		return fail_read(err);
	s.part = (struct zip_part){name, (int)info.compression_method,
		(uint32_t)info.crc, info.uncompressed_size,
		info.compressed_size};
	number = readback_sheet_number(name);
	if (number == 0 || number > count || !sheets[number - 1]->stream)
		rc = copy_part(z, from, &s.part, err);
	else
		rc = splice_part(
			z, from, &s, sheets[number - 1]->stream, d, err);
	kis_buf_release(&s.xml);
	kis_buf_release(&s.head);
	kis_buf_release(&s.tail);
	return rc;
}

int book_splice(const char *path, struct writer *const *sheets, size_t count,
	struct deflate *deflate, struct kis_output *out, struct kis_err *err)
{
	unzFile from = unzOpen64(path);
	struct zip z;
	int rc = 0, at;

	if (!from)
		return fail_read(err);
	zip_init(&z, out);
	for (at = unzGoToFirstFile(from); rc == 0 && at == UNZ_OK;
		at = unzGoToNextFile(from))
		rc = move_part(&z, from, sheets, count, deflate, err);
	if (rc == 0 && at != UNZ_END_OF_LIST_OF_FILE)
		rc = fail_read(err);
	if (rc == 0)
		rc = zip_end(&z, err);
	zip_release(&z);
	unzClose(from);
	return rc;
}
