#include "cmd/kis-toxlsx/package.h"
#include "lib/mem.h"
#include "lib/locale.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unzip.h>
#include <zlib.h>

enum {
	LOCAL = 0x04034b50,
	CENTRAL = 0x02014b50,
	END = 0x06054b50,
	END64 = 0x06064b50,
	LOCATOR64 = 0x07064b50,
	VERSION = 20,
	VERSION64 = 45,
	EXTRA64 = 1,
	/* MS-DOS date 1980-01-01, as in the parts that libxlsxwriter writes */
	DAY_1980 = 0x21,
	END64_BYTES = 44,
};

#define FULL16 0xffffU
#define FULL32 0xffffffffU

void zip_init(struct zip *z, struct kis_output *out)
{
	memset(z, 0, sizeof(*z));
	z->out = out;
	kis_buf_init(&z->directory, KIS_BUF_UNBOUND);
}

void zip_release(struct zip *z)
{
	kis_buf_release(&z->directory);
}

/* Appends the value as a little-endian number of the given size in bytes. */
static void add(struct kis_buf *b, uint64_t value, size_t bytes)
{
	char raw[8];

	for (size_t i = 0; i < bytes; i++)
		raw[i] = (char)(value >> 8 * i & 0xff);
	kis_buf_add(b, raw, bytes);
}

char *zip_room(struct zip *z, size_t n, struct kis_err *err)
{
	return kis_output_reserve(z->out, n, err);
}

void zip_advance(struct zip *z, size_t n)
{
	kis_output_advance(z->out, n);
	kis_output_record(z->out);
	z->at += n;
}

int zip_write(struct zip *z, const char *p, size_t n, struct kis_err *err)
{
	char *to = zip_room(z, n, err);

	if (!to)
		return -1;
	if (n)
		memcpy(to, p, n);
	zip_advance(z, n);
	return 0;
}

static int write_buf(struct zip *z, struct kis_buf *b, struct kis_err *err)
{
	int rc = zip_write(z, b->data, b->len, err);

	kis_buf_release(b);
	return rc;
}

static uint64_t capped(uint64_t value, int is64)
{
	return is64 ? FULL32 : value;
}

/* Appends the fields that the local and the central header of a part have in
 * common: those from "version needed to extract" to the length of the name. */
static void add_common(struct kis_buf *b, const struct zip_part *part, int is64)
{
	add(b, is64 ? VERSION64 : VERSION, 2);
	add(b, 0, 2); /* general purpose flags */
	add(b, (unsigned)part->method, 2);
	add(b, 0, 2); /* modification time: midnight */
	add(b, DAY_1980, 2);
	add(b, part->crc, 4);
	add(b, capped(part->packed, is64), 4);
	add(b, capped(part->plain, is64), 4);
	add(b, strlen(part->name), 2);
}

static void add_central(
	struct kis_buf *b, const struct zip_part *part, uint64_t at)
{
	int is64 =
		part->plain >= FULL32 || part->packed >= FULL32 || at >= FULL32;

	add(b, CENTRAL, 4);
	/* version and system of the creator: MS-DOS */
	add(b, is64 ? VERSION64 : VERSION, 2);
	add_common(b, part, is64);
	add(b, is64 ? 28 : 0, 2);
	add(b, 0, 2); /* length of the comment */
	add(b, 0, 2); /* number of the disk with the part */
	add(b, 0, 2); /* internal file attributes */
	add(b, 0, 4); /* external file attributes */
	add(b, capped(at, is64), 4);
	kis_buf_add_str(b, part->name);
	if (!is64)
		return;
	add(b, EXTRA64, 2);
	add(b, 24, 2);
	add(b, part->plain, 8);
	add(b, part->packed, 8);
	add(b, at, 8);
}

/* Checks that the previous part has its declared length. Returns 0, or -1 and
 * sets err (70). */
static int check_end(const struct zip *z, struct kis_err *err)
{
	if (z->parts == 0 || z->at == z->wanted)
		return 0;
	return kis_fail(err, KIS_EX_BUG,
		"internal error: part of the workbook has an unexpected "
		"length");
}

int zip_begin(struct zip *z, const struct zip_part *part, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	int is64 = part->plain >= FULL32 || part->packed >= FULL32;

	if (check_end(z, err) < 0)
		return -1;
	add_central(&z->directory, part, z->at);
	z->parts++;
	add(&b, LOCAL, 4);
	add_common(&b, part, is64);
	add(&b, is64 ? 20 : 0, 2);
	kis_buf_add_str(&b, part->name);
	if (is64) {
		add(&b, EXTRA64, 2);
		add(&b, 16, 2);
		add(&b, part->plain, 8);
		add(&b, part->packed, 8);
	}
	z->wanted = z->at + b.len + part->packed;
	return write_buf(z, &b, err);
}

static void add_end64(struct kis_buf *b, const struct zip *z, uint64_t at)
{
	uint64_t end = at + z->directory.len;

	add(b, END64, 4);
	add(b, END64_BYTES, 8);
	add(b, VERSION64, 2);
	add(b, VERSION64, 2);
	add(b, 0, 4); /* number of this disk */
	add(b, 0, 4); /* number of the disk with the directory */
	add(b, z->parts, 8);
	add(b, z->parts, 8);
	add(b, z->directory.len, 8);
	add(b, at, 8);
	add(b, LOCATOR64, 4);
	add(b, 0, 4);
	add(b, end, 8);
	add(b, 1, 4); /* total number of disks */
}

int zip_end(struct zip *z, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	uint64_t at = z->at;
	int is64 = z->parts >= FULL16 || at >= FULL32 ||
		   z->directory.len >= FULL32;

	if (check_end(z, err) < 0 ||
		zip_write(z, z->directory.data, z->directory.len, err) < 0)
		return -1;
	if (is64)
		add_end64(&b, z, at);
	add(&b, END, 4);
	/* number of this disk, and of the disk with the directory */
	add(&b, 0, 4);
	add(&b, is64 ? FULL16 : z->parts, 2);
	add(&b, is64 ? FULL16 : z->parts, 2);
	add(&b, capped(z->directory.len, is64), 4);
	add(&b, capped(at, is64), 4);
	add(&b, 0, 2); /* length of the comment */
	return write_buf(z, &b, err);
}

static int is_name(const struct xml_scan *s, const char *name, size_t n)
{
	return s->len >= n && memcmp(s->tag, name, n) == 0 &&
	       (s->len == n || s->tag[n] == ' ' || s->tag[n] == '/');
}

static void end_tag(struct xml_scan *s)
{
	s->in_tag = 0;
	if (s->tag[0] == '?' || s->tag[0] == '!')
		return;
	if (s->began && s->depth == 0)
		s->broken = 1;
	if (s->tag[0] == '/') {
		if (--s->depth < 0)
			s->broken = 1;
		return;
	}
	s->began = 1;
	s->depth += s->last != '/';
	s->cells += is_name(s, "c", 1);
	s->rows += is_name(s, "row", 3);
}

static void start_tag(struct xml_scan *s)
{
	s->in_tag = 1;
	s->len = 0;
	s->last = 0;
	s->tag[0] = '\0';
}

/* Stores the first bytes of the tag, which suffice to recognise its name. */
static void keep(struct xml_scan *s, const char *p, size_t n)
{
	if (n == 0)
		return;
	if (s->len < sizeof(s->tag)) {
		size_t room = sizeof(s->tag) - s->len;

		memcpy(s->tag + s->len, p, n < room ? n : room);
	}
	s->len += n;
	s->last = p[n - 1];
}

/* Returns the number of leading bytes from 0x20 to 0x7f, rounded down to a
 * multiple of 8. The caller skips these bytes, which make up nearly all XML,
 * without checking them further. */
static size_t skip_plain(const char *p, size_t n)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	size_t at = 0;

	for (uint64_t word; at + sizeof(word) <= n; at += sizeof(word)) {
		memcpy(&word, p + at, sizeof(word));
		/* subtracting 0x20 sets the high bit if the byte is less than
		 * 0x20 */
		if ((word | (word - high / 4)) & high)
			break;
	}
	return at;
}

/* Returns 1 if XML 1.0 (production 2) allows the character c. `least` is the
 * smallest code that UTF-8 allows for a character of as many bytes as c has. */
static int is_char(uint32_t c, uint32_t least)
{
	return c >= least && !(c >= 0xd800 && c <= 0xdfff) && c != 0xfffe &&
	       c != 0xffff && c <= 0x10ffff;
}

static void begin_char(struct xml_scan *s, unsigned char c)
{
	if (c < 0x80) {
		s->foreign |= c < 0x20 && c != '\t' && c != '\n' && c != '\r';
		return;
	}
	s->foreign |= c < 0xc2 || c > 0xf4;
	s->wanted = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	s->least = c < 0xe0 ? 0x80 : c < 0xf0 ? 0x800 : 0x10000;
	s->code = c & (0x3fU >> s->wanted);
}

static void check_chars(struct xml_scan *s, const char *p, size_t n)
{
	for (size_t i = 0; i < n && !s->foreign; i++) {
		unsigned char c;

		if (s->wanted == 0 && (i += skip_plain(p + i, n - i)) == n)
			break;
		c = (unsigned char)p[i];
		if (s->wanted == 0) {
			begin_char(s, c);
			continue;
		}
		s->foreign |= (c & 0xc0) != 0x80;
		s->code = s->code << 6 | (c & 0x3f);
		if (--s->wanted == 0)
			s->foreign |= !is_char(s->code, s->least);
	}
}

void xml_scan_feed(struct xml_scan *s, const char *p, size_t n)
{
	const char *end = p + n;

	check_chars(s, p, n);
	while (p < end) {
		int what = s->in_tag ? '>' : '<';
		const char *at = memchr(p, what, (size_t)(end - p));
		size_t upto = (size_t)((at ? at : end) - p);

		if (s->in_tag)
			keep(s, p, upto);
		if (!at)
			return;
		if (s->in_tag)
			end_tag(s);
		else
			start_tag(s);
		p = at + 1;
	}
}

int xml_scan_is_whole(const struct xml_scan *s)
{
	return s->began && s->depth == 0 && !s->in_tag && !s->broken;
}

int xml_scan_is_text(const struct xml_scan *s)
{
	return !s->foreign && s->wanted == 0;
}

enum { BLOCK = 64 << 10, MAX_NAME = 256 };

static int incomplete(const char *part, const char *why, struct kis_err *err)
{
	return kis_fail(err, KIS_EX_IO,
		"workbook verification failed (%s: %s), nothing was written; "
		"check the free space in TMPDIR",
		part, _(why));
}

static int inflate_part(unzFile zip, const char *part, struct xml_scan *scan,
	struct kis_err *err)
{
	static char block[BLOCK];
	int n;

	if (unzOpenCurrentFile(zip) != UNZ_OK)
		return incomplete(part, N_("cannot open"), err);
	while ((n = unzReadCurrentFile(zip, block, sizeof(block))) > 0)
		xml_scan_feed(scan, block, (size_t)n);
	if (n < 0) {
		unzCloseCurrentFile(zip);
		return incomplete(part, N_("corrupt"), err);
	}
	/* unzCloseCurrentFile() checks the CRC of the part */
	if (unzCloseCurrentFile(zip) != UNZ_OK)
		return incomplete(part, N_("checksum mismatch"), err);
	if (!xml_scan_is_text(scan))
		return kis_fail(err, KIS_EX_BUG,
			"internal error: %s of the workbook is not well-formed "
			"XML, nothing was written",
			part);
	if (!xml_scan_is_whole(scan))
		return incomplete(part, N_("truncated"), err);
	return 0;
}

/* Returns the number in the part's name if the name consists of `before`, a
 * number and `after`; otherwise returns 0. libxlsxwriter numbers the parts of
 * the sheets from 1, in the order of the sheets. */
static size_t sheet_number(
	const char *part, const char *before, const char *after)
{
	size_t n = strlen(before);
	unsigned long number;
	char *end;

	if (strncmp(part, before, n) != 0 || part[n] < '1' || part[n] > '9')
		return 0;
	number = strtoul(part + n, &end, 10);
	return strcmp(end, after) == 0 ? number : 0;
}

static size_t number_of_sheet(const char *part)
{
	return sheet_number(part, "xl/worksheets/sheet", ".xml");
}

static size_t number_of_links(const char *part)
{
	return sheet_number(part, "xl/worksheets/_rels/sheet", ".xml.rels");
}

static int compare(const char *part, const struct xml_scan *scan,
	const struct writer *writer, struct kis_err *err)
{
	char why[128];

	if (scan->rows == writer->rows && scan->cells == writer->cells)
		return 0;
	snprintf(why, sizeof(why),
		_("%" PRIu64 " of %" PRIu64 " rows, %" PRIu64 " of %" PRIu64
		  " cells"),
		scan->rows, writer->rows, scan->cells, writer->cells);
	return incomplete(part, why, err);
}

static int verify_part(unzFile zip, struct writer *const *sheets, size_t count,
	size_t *seen, struct kis_err *err)
{
	char part[MAX_NAME];
	struct xml_scan scan = {0};
	size_t number;

	if (unzGetCurrentFileInfo64(
		    zip, NULL, part, sizeof(part), NULL, 0, NULL, 0) != UNZ_OK)
		return incomplete("zip", N_("zip directory is corrupt"), err);
	if (inflate_part(zip, part, &scan, err) < 0)
		return -1;
	number = number_of_sheet(part);
	if (number == 0 || number > count)
		return 0;
	(*seen)++;
	return compare(part, &scan, sheets[number - 1], err);
}

int package_verify(const char *path, struct writer *const *sheets, size_t count,
	struct kis_err *err)
{
	unzFile zip = unzOpen64(path);
	size_t seen = 0;
	int rc = 0, at;

	if (!zip)
		return incomplete("zip", N_("zip directory is missing"), err);
	for (at = unzGoToFirstFile(zip); rc == 0 && at == UNZ_OK;
		at = unzGoToNextFile(zip))
		rc = verify_part(zip, sheets, count, &seen, err);
	if (rc == 0 && at != UNZ_END_OF_LIST_OF_FILE)
		rc = incomplete("zip", N_("zip directory is corrupt"), err);
	if (rc == 0 && seen != count)
		rc = incomplete("zip", N_("a sheet is missing"), err);
	unzClose(zip);
	return rc;
}

#define ROWS       "<sheetData>"
#define ROWS_END   "</sheetData>"
#define ROWS_EMPTY "<sheetData/>"
#define ROW        "<row r=\""
#define LINKS      "<hyperlinks>"
#define LINKS_END  "</hyperlinks>"
#define TARGET     "<Relationship Id=\"rId1\""
#define TARGET_OF                                                              \
	"\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"     \
	"relationships/hyperlink\" "                                           \
	"Target=\"https://finance.naver.com/item/main.naver?code="
#define TARGET_END "\" TargetMode=\"External\"/>"

/* A part of the zip file into which rows or links are inserted, and the pieces
 * of its new contents. */
struct spliced {
	struct kis_buf xml; /* the whole part as libxlsxwriter wrote it */
	/* uncompressed XML that replaces the end of the part */
	struct kis_buf text;
	struct kis_buf head; /* compressed XML before the inserted rows */
	struct kis_buf tail; /* compressed XML after the inserted rows */
	struct zip_part part;
};

static int fail_read(struct kis_err *err)
{
	return kis_fail(
		err, KIS_EX_IO, "cannot read temporary workbook file (TMPDIR)");
}

/* Opens the current part for reading. If raw is 1, the part's bytes are read
 * without decompression. Returns 0, or -1 and sets err (74). */
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

/* Compresses a piece of the part's XML, appends the result to `to`, and updates
 * the part's CRC and uncompressed size. Returns 0, or -1 and sets err (70,
 * 71). */
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

/* Returns the position in xml at which the stream's rows are inserted: the
 * first row element at or after first_row (counted from 0), or rows_end if
 * there is none. */
static const char *find_cut(
	const char *xml, const char *rows_end, lxw_row_t first_row)
{
	const char *p = xml;

	while ((p = strstr(p, ROW)) != NULL && p < rows_end) {
		if (strtoul(p + strlen(ROW), NULL, 10) > first_row)
			return p;
		p++;
	}
	return rows_end;
}

/* Appends the links that replace the placeholder link. The target of each link
 * is the relationship of the row's stock code. */
static void add_links(struct kis_buf *b, const struct writer *w)
{
	char letters[LXW_MAX_CELL_NAME_LENGTH], digits[CELL_NUMBER_TEXT];

	lxw_col_to_name(letters, w->link_col, LXW_FALSE);
	kis_buf_add_str(b, LINKS);
	for (size_t i = 0; i < w->link_rows; i++) {
		const struct kis_name *target;

		if (w->links[i] == 0)
			continue;
		target = &w->targets->list[w->links[i] - 1];
		kis_buf_add_str(b, "<hyperlink ref=\"");
		kis_buf_add_str(b, letters);
		kis_buf_add(b, digits,
			cell_number_whole(w->first_row + i + 1, digits));
		kis_buf_add_str(b, "\" r:id=\"k");
		kis_buf_add(b, target->text, target->len);
		kis_buf_add_str(b, "\"/>");
	}
	kis_buf_add_str(b, LINKS_END);
}

/* Sets s->text to the XML that follows the rows, with the links in place of the
 * placeholder link. Returns 0, or -1 if the placeholder link is missing. */
static int form_tail(
	struct spliced *s, const struct writer *w, const char *rows_end)
{
	const char *links, *after;

	kis_buf_reset(&s->text);
	if (*rows_end && strncmp(rows_end, ROWS_EMPTY, strlen(ROWS_EMPTY)) == 0)
		rows_end += strlen(ROWS_EMPTY);
	else
		rows_end += strlen(ROWS_END);
	kis_buf_add_str(&s->text, ROWS_END);
	if (w->links) {
		links = strstr(rows_end, LINKS);
		after = links ? strstr(links, LINKS_END) : NULL;
		if (!after)
			return -1;
		kis_buf_add(&s->text, rows_end, (size_t)(links - rows_end));
		add_links(&s->text, w);
		rows_end = after + strlen(LINKS_END);
	}
	kis_buf_add_str(&s->text, rows_end);
	return 0;
}

static int splice_xml(struct spliced *s, const struct writer *w,
	struct deflate *d, struct kis_err *err)
{
	const struct row_stream *rows = w->stream;
	const char *xml = s->xml.data;
	const char *empty = strstr(xml, ROWS_EMPTY);
	const char *rows_end = empty ? empty : strstr(xml, ROWS_END);
	const char *cut;

	if (!rows_end || form_tail(s, w, rows_end) < 0)
		return kis_fail(err, KIS_EX_BUG,
			"internal error: worksheet without a place for rows or "
			"links");
	cut = find_cut(xml, rows_end, w->first_row);
	s->part.crc = 0;
	s->part.plain = 0;
	if (add_piece(s, d, &s->head, xml, (size_t)(cut - xml), err) < 0)
		return -1;
	if (empty && add_piece(s, d, &s->head, ROWS, strlen(ROWS), err) < 0)
		return -1;
	s->part.crc = (uint32_t)crc32_combine(
		s->part.crc, rows->crc, (z_off_t)rows->plain);
	s->part.plain += rows->plain;
	if (add_piece(s, d, &s->tail, s->text.data, s->text.len, err) < 0)
		return -1;
	kis_buf_add(&s->tail, DEFLATE_END, DEFLATE_END_BYTES);
	s->part.packed = s->head.len + rows->packed.bytes + s->tail.len;
	return 0;
}

/* Appends one relationship for each stock code; all rows with this code share
 * the relationship. Naver Finance lists an ETN under its code without the
 * initial Q. */
static void add_targets(struct kis_buf *b, const struct writer *w)
{
	char *seen = kis_mem_new(w->targets->count + 1, 1);

	for (size_t i = 0; i < w->link_rows; i++) {
		const char *code;

		if (w->links[i] == 0 || seen[w->links[i]])
			continue;
		seen[w->links[i]] = 1;
		code = w->targets->list[w->links[i] - 1].text;
		kis_buf_add_str(b, "<Relationship Id=\"k");
		kis_buf_add_str(b, code);
		kis_buf_add_str(b, TARGET_OF);
		kis_buf_add_str(b, code + (strlen(code) == 7));
		kis_buf_add_str(b, TARGET_END);
	}
	free(seen);
}

static int splice_targets(struct zip *z, unzFile from, struct spliced *s,
	const struct writer *w, struct deflate *d, struct kis_err *err)
{
	const char *one, *after;

	if (read_part(from, &s->xml, err) < 0)
		return -1;
	one = strstr(s->xml.data, TARGET);
	after = one ? strstr(one, "/>") : NULL;
	if (!after)
		return kis_fail(err, KIS_EX_BUG,
			"internal error: worksheet without a place for links");
	kis_buf_add(&s->text, s->xml.data, (size_t)(one - s->xml.data));
	add_targets(&s->text, w);
	kis_buf_add_str(&s->text, after + strlen("/>"));
	s->part.crc = 0;
	s->part.plain = 0;
	if (add_piece(s, d, &s->tail, s->text.data, s->text.len, err) < 0)
		return -1;
	kis_buf_add(&s->tail, DEFLATE_END, DEFLATE_END_BYTES);
	s->part.packed = s->tail.len;
	if (zip_begin(z, &s->part, err) < 0)
		return -1;
	return zip_write(z, s->tail.data, s->tail.len, err);
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
	const struct writer *w, struct deflate *d, struct kis_err *err)
{
	if (read_part(from, &s->xml, err) < 0 || splice_xml(s, w, d, err) < 0 ||
		zip_begin(z, &s->part, err) < 0 ||
		zip_write(z, s->head.data, s->head.len, err) < 0 ||
		write_rows(z, w->stream, err) < 0)
		return -1;
	return zip_write(z, s->tail.data, s->tail.len, err);
}

static int move_part(struct zip *z, unzFile from, struct writer *const *sheets,
	size_t count, struct deflate *d, struct kis_err *err)
{
	struct spliced s = {
		.xml = KIS_BUF_INIT(KIS_BUF_UNBOUND),
		.text = KIS_BUF_INIT(KIS_BUF_UNBOUND),
		.head = KIS_BUF_INIT(KIS_BUF_UNBOUND),
		.tail = KIS_BUF_INIT(KIS_BUF_UNBOUND),
	};
	char name[MAX_NAME];
	unz_file_info64 info;
	size_t sheet, links;
	int rc;

	if (unzGetCurrentFileInfo64(from, &info, name, sizeof(name), NULL, 0,
		    NULL, 0) != UNZ_OK)
		return fail_read(err);
	s.part = (struct zip_part){name, (int)info.compression_method,
		(uint32_t)info.crc, info.uncompressed_size,
		info.compressed_size};
	sheet = number_of_sheet(name);
	links = number_of_links(name);
	if (sheet && sheet <= count && sheets[sheet - 1]->stream)
		rc = splice_part(z, from, &s, sheets[sheet - 1], d, err);
	else if (links && links <= count && sheets[links - 1]->links)
		rc = splice_targets(z, from, &s, sheets[links - 1], d, err);
	else
		rc = copy_part(z, from, &s.part, err);
	kis_buf_release(&s.xml);
	kis_buf_release(&s.text);
	kis_buf_release(&s.head);
	kis_buf_release(&s.tail);
	return rc;
}

int package_splice(const char *path, struct writer *const *sheets, size_t count,
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
