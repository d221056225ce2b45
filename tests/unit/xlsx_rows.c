/* Tests the parts of cmd/kis-toxlsx that write large workbooks: numbers, XML of
 * rows, deflate, and zip. */
#include "cmd/kis-toxlsx/deflate.h"
#include "cmd/kis-toxlsx/cell.h"
#include "cmd/kis-toxlsx/package.h"
#include "cmd/kis-toxlsx/stream.h"
#include "lib/mem.h"
#include "lib/number.h"
#include "tests/unit/tap.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unzip.h>
#include <zlib.h>

static uint64_t state = 1;

static uint64_t draw(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(2685821657736338717);
}

static int as_printf(double value)
{
	char got[CELL_NUMBER_TEXT], needed[64];
	size_t n = cell_number_write(value, got);

	snprintf(needed, sizeof(needed), "%.16G", value);
	if (strlen(needed) == n && memcmp(needed, got, n) == 0)
		return 1;
	printf("# %s came out as %.*s\n", needed, (int)n, got);
	return 0;
}

static void test_write(void)
{
	static const double odd[] = {0, -0.0, 1, -1, 0.1, 0.5, 9.5, 0.0001,
		0.00009999, 0.09999999999999999167, 0.99999999999999989, 1e15,
		999999999999999, 9999999999999998, 1e-7, 1e300, -2.5e-300,
		45298.77815972222, 0.3, 2.0 / 3, 123456.789, 4503599627370497.5,
		1125899906842624.125};
	int good = 1;

	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		good &= as_printf(odd[i]);
	ok(good, "cell_number_write: special values equal printf's %%.16G");
	for (int i = 0; good && i < 1000000; i++) {
		int power = (int)(draw() % 22) - 5;
		double value = (double)(int64_t)draw() / 9.3e18;

		good &= as_printf(value * pow(10, power));
	}
	ok(good, "cell_number_write: a million random values equal printf's "
		 "%%.16G");
	for (int i = 0; good && i < 1000000; i++)
		good &= as_printf((double)(1 + draw() % 200000) /
					  (double)(1 + draw() % 200000) -
				  1);
	ok(good, "cell_number_write: a million ratios equal printf's %%.16G");
}

static unsigned digits_before_point(double value)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "%.0f", trunc(fabs(value)));

	return n > 20 ? 20 : (unsigned)n;
}

/* Returns 1 if the cell_number_*() function that `kind` selects gives the same
 * result as the functions of lib/number.h, which has its own tests. */
static int agrees(const char *text, int kind)
{
	char slack[64 + CELL_NUMBER_TEXT] = {0};
	struct cell_number got;
	struct kis_number needed;
	size_t n = strlen(text);
	int is_integer = 0, a, b;

	memcpy(slack, text, n);
	if (kind == 0) {
		a = cell_number_padded(slack, n, &got);
		b = kis_number_parse_padded(text, n, &needed);
	} else if (kind == 1) {
		a = cell_number_percent(slack, n, &got);
		b = kis_number_parse_percent(text, n, &needed);
	} else {
		a = cell_number_plain(slack, n, 0, &got, &is_integer);
		b = kis_number_is_plain(text, n, 0) &&
		    kis_number_parse(text, n, &needed);
		if (a && b && is_integer != needed.is_integer)
			return 0;
	}
	if (a != b)
		return 0;
	if (!a)
		return 1;
	if (kind < 2 &&
		got.whole != digits_before_point(kind == 1 ? needed.value * 100
							   : needed.value))
		return 0;
	return cell_number_value(&got) == needed.value &&
	       got.sign == (needed.value > 0) - (needed.value < 0) &&
	       kis_number_is(got.text, got.len);
}

static void test_read(void)
{
	static const char *const texts[] = {"", "0", "-0", "-", "7", "-7",
		"007", "+7", "7.32", "-7.32", "+1.26", "0.00", "-0.00", "00.5",
		"100.00", "123.456", "12.5", "1e3", "1E-3", "1e400", "1e-400",
		"123456789012345", "1234567890123456", "-123456789012345",
		"100000000000000000000", "0.123456789012345", "12345.67890",
		"0.1234567890123456", "  7 ", "00000138600.0000",
		"          0.0000", "nan", "inf", "1.", ".5", "1,000", "--1",
		"1 2", "99999.99", "9999999.99", "99999999.99", "12:30", "/.00",
		"1.0:", "x.12"};
	static const char *const kinds[] = {"padded", "percent", "plain"};
	char text[40];
	int good = 1;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (int kind = 0; kind < 3; kind++)
			if (!agrees(texts[i], kind))
				ok(0,
					"cell_number_%s: '%s' equals "
					"lib/number.h",
					kinds[kind], texts[i]);
	for (int i = 0; good && i < 300000; i++) {
		static const char bytes[] = "0123456789012345670000..-+ e:/";
		size_t n = draw() % 20;

		for (size_t k = 0; k < n; k++)
			text[k] = bytes[draw() % (sizeof(bytes) - 1)];
		text[n] = '\0';
		for (int kind = 0; kind < 3; kind++)
			good &= agrees(text, kind);
	}
	ok(good, "cell_number: 300,000 random texts equal lib/number.h ('%s')",
		text);
	for (int i = 0; good && i <= 20000; i++) {
		snprintf(text, sizeof(text), "-%d.%02d", i / 100, i % 100);
		good &= agrees(text, 1) && agrees(text + 1, 1);
	}
	ok(good,
		"cell_number_percent: all hundredths up to 200 %% equal "
		"lib/number.h ('%s')",
		text);
}

static int inflates_to(
	const struct kis_buf *packed, const struct kis_buf *needed)
{
	char *plain = kis_mem_new(needed->len + 1, 1);
	z_stream s = {.next_in = (Bytef *)packed->data,
		.avail_in = (uInt)packed->len,
		.next_out = (Bytef *)plain,
		.avail_out = (uInt)needed->len + 1};
	int good;

	inflateInit2(&s, -15);
	good = inflate(&s, Z_FINISH) == Z_STREAM_END && s.avail_in == 0 &&
	       s.total_out == needed->len &&
	       memcmp(plain, needed->data, needed->len) == 0;
	inflateEnd(&s);
	free(plain);
	return good;
}

static void test_deflate(void)
{
	static const size_t sizes[] = {0, 1, 2, 100, 4096, 65535, 65536, 65537,
		300000, 1, 1000000, 0, 7};
	struct kis_buf plain = KIS_BUF_INIT(KIS_BUF_UNBOUND), packed = plain;
	struct deflate *d = deflate_new();
	struct kis_err err = {0};
	uint32_t crc = 0;
	int good = 1;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		char *p = kis_buf_reserve(&plain, sizes[i]);

		/* pieces with an odd index have random bytes; the others repeat
		 * a short pattern */
		for (size_t k = 0; k < sizes[i]; k++)
			p[k] = (char)(i % 2 ? draw() : k / 7 % 5);
		good &= deflate_prepare(d, d, p, sizes[i], &err) == 0;
		good &= deflate_piece(d, p, sizes[i], &packed, &err) == 0;
		crc = deflate_crc(crc, p, sizes[i]);
		plain.len += sizes[i];
	}
	kis_buf_add(&packed, DEFLATE_END, DEFLATE_END_BYTES);
	ok(good && inflates_to(&packed, &plain),
		"deflate_piece: pieces form one deflate stream");
	ok(crc == crc32_z(0, (Bytef *)plain.data, plain.len),
		"deflate_crc: CRC of all pieces is correct");
	deflate_free(d);
	kis_buf_release(&plain);
	kis_buf_release(&packed);
}

/* Compresses the XML of rows in pieces of 800 bytes, which may end anywhere in
 * the XML. Uses the `count` deflaters in turn, and prepares a piece for each of
 * them before it compresses the first piece. */
static void pack_rows(
	struct deflate *const *d, size_t count, struct kis_buf *packed)
{
	enum { PIECE = 800 };
	const struct deflate *before = d[0];
	struct kis_buf xml = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	struct kis_err err;
	size_t i = 0;

	for (int row = 2; row < 20000; row++)
		kis_buf_printf(&xml,
			"<row r=\"%d\"><c s=\"2\" r=\"A%d\"><v>%d</v></c>"
			"<c s=\"1\" t=\"inlineStr\" r=\"B%d\"><is><t>삼성 "
			"&quot;%d&quot;</t></is></c><c s=\"2\" r=\"C%d\">"
			"<v>%d.5</v></c></row>",
			row, row, row - 2, row, row - 2, row, row - 2);
	for (const char *p = xml.data; p + PIECE < xml.data + xml.len;
		p += PIECE, i++) {
		deflate_prepare(d[i % count], before, p, PIECE, &err);
		before = d[i % count];
		if (i >= count - 1)
			deflate_piece(d[(i + 1) % count],
				p - (count - 1) * PIECE, PIECE, packed, &err);
	}
	kis_buf_release(&xml);
}

/* Prints the size and CRC of the compressed rows. test_deflate_same() runs this
 * program with an argument, so that this function runs in a new process. */
static int tell_packed(void)
{
	struct kis_buf packed = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	struct deflate *d = deflate_new();

	pack_rows(&d, 1, &packed);
	printf("%zu %08x\n", packed.len,
		deflate_crc(0, packed.data, packed.len));
	deflate_free(d);
	kis_buf_release(&packed);
	return 0;
}

/* Compresses the same rows with one deflater and with three deflaters in turn.
 * The bytes must be the same, apart from the last pieces of the three
 * deflaters, which are prepared but not compressed. */
static void test_deflate_several(void)
{
	struct kis_buf one = KIS_BUF_INIT(KIS_BUF_UNBOUND), three = one;
	struct deflate *d[] = {deflate_new(), deflate_new(), deflate_new()};

	pack_rows(d, 1, &one);
	for (size_t i = 0; i < 3; i++) {
		deflate_free(d[i]);
		d[i] = deflate_new();
	}
	pack_rows(d, 3, &three);
	ok(three.len > 0 && three.len < one.len &&
			memcmp(one.data, three.data, three.len) == 0,
		"deflate_piece: three deflaters in turn give the same bytes as "
		"one");
	for (size_t i = 0; i < 3; i++)
		deflate_free(d[i]);
	kis_buf_release(&one);
	kis_buf_release(&three);
}

/* The compressed bytes must not depend on memory addresses, which differ
 * between processes. With ISA-L's compression level 1, one process in three
 * compressed the same rows to different bytes. */
static void test_deflate_same(const char *self)
{
	char command[4096], first[64] = "", line[64];
	int good = 1;

	snprintf(command, sizeof(command), "'%s' pack", self);
	for (int i = 0; i < 20; i++) {
		FILE *f = popen(command, "r");

		line[0] = '\0';
		good &= f && fgets(line, sizeof(line), f) && pclose(f) == 0;
		if (i == 0)
			memcpy(first, line, sizeof(first));
		good &= strcmp(line, first) == 0;
	}
	ok(good, "deflate_piece: gives the same bytes in every process");
}

static void row_is(const struct cell *cells, size_t count, const char *needed)
{
	struct styles styles = {0};
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	struct row_xml x;

	styles.number[STYLE_TEXT] = 7;
	styles.number[STYLE_WHOLE] = 12;
	row_xml_init(&x, &styles, NULL);
	row_xml_add(&x, &b, 1048574, cells, count);
	kis_buf_add(&b, "", 0);
	ok(strcmp(b.data, needed) == 0, "row_xml_add: writes %s", needed);
	if (strcmp(b.data, needed) != 0)
		printf("# got: %s\n", b.data);
	row_xml_release(&x);
	kis_buf_release(&b);
}

static struct cell text(const char *words)
{
	static char slack[8][128];
	static size_t next;
	char *copy = slack[next++ % 8];

	snprintf(copy, 128 - KIS_NDJSON_READ_PAST, "%s", words);
	return (struct cell){.type = CELL_TEXT,
		.style = STYLE_TEXT,
		.text = copy,
		.text_len = strlen(copy)};
}

static void test_row(void)
{
	struct cell cells[28] = {{.type = CELL_EMPTY}};

	row_is(cells, 28, "");
	cell_number_padded(
		"42                              ", 2, &cells[27].number);
	cells[27].type = CELL_NUMBER;
	cells[27].style = STYLE_WHOLE;
	row_is(cells, 28,
		"<row r=\"1048575\"><c s=\"12\" r=\"AB1048575\"><v>42</v></c>"
		"</row>");
	cells[0] = text("R&D <\x01> 하나");
	cells[1] = text(" x");
	cells[2] = text("_x0041_");
	cells[3] = text("삼성전자우선주 KODEX 200");
	row_is(cells, 4,
		"<row r=\"1048575\"><c s=\"7\" t=\"inlineStr\" "
		"r=\"A1048575\"><is><t>R&amp;D &lt;_x0001_&gt; 하나"
		"</t></is></c><c s=\"7\" t=\"inlineStr\" r=\"B1048575\"><is>"
		"<t xml:space=\"preserve\"> x</t></is></c><c s=\"7\" "
		"t=\"inlineStr\" r=\"C1048575\"><is><t>_x005F_x0041_</t></is>"
		"</c><c s=\"7\" t=\"str\" r=\"D1048575\"><v>삼성전자우선주 "
		"KODEX 200</v></c></row>");
	cells[0] = (struct cell){
		.type = CELL_BOOL, .style = STYLE_TEXT, .truth = 1};
	row_is(cells, 1,
		"<row r=\"1048575\"><c s=\"7\" t=\"b\" "
		"r=\"A1048575\"><v>1</v></c>"
		"</row>");
}

/* Returns 1 if the current entry of the zip directory, as minizip reads it, has
 * this name, these sizes and this CRC. */
static int part_is(unzFile zip, const char *name, uint64_t plain,
	uint64_t packed, uint32_t crc)
{
	unz_file_info64 info;
	char got[64];

	return unzGetCurrentFileInfo64(zip, &info, got, sizeof(got), NULL, 0,
		       NULL, 0) == UNZ_OK &&
	       strcmp(got, name) == 0 && info.uncompressed_size == plain &&
	       info.compressed_size == packed && info.crc == crc;
}

static int has_bytes(int fd, const char *p, size_t n)
{
	char all[1024];
	ssize_t got = pread(fd, all, sizeof(all), 0);

	return got > 0 && memmem(all, (size_t)got, p, n) != NULL;
}

static void test_zip(void)
{
	/* the archive states a false size for the second part, because a test
	 * cannot write 5 GiB */
	struct zip_part parts[] = {{"small", 0, 0x352441c2, 3, 3},
		{"large", 8, 7, UINT64_C(5) << 30, 4}, {"last", 0, 8, 3, 3}};
	struct kis_output out;
	struct kis_err err = {0};
	struct zip z;
	unzFile zip;
	char read[4] = "";
	/* the zip64 field that the archive must contain: uncompressed size,
	 * compressed size, and offset of the part */
	static const char extra[] = {1, 0, 24, 0, 0, 0, 0, 0x40, 1, 0, 0, 0, 4,
		0, 0, 0, 0, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0};
	char path[] = "/tmp/kis-unit.XXXXXX";
	int fd = mkstemp(path), good;

	kis_output_open(&out, path, 0, &err);
	zip_init(&z, &out);
	good = zip_begin(&z, &parts[0], &err) == 0 &&
	       zip_write(&z, "abc", 3, &err) == 0 &&
	       zip_begin(&z, &parts[1], &err) == 0 &&
	       zip_write(&z, "1234", 4, &err) == 0 &&
	       zip_begin(&z, &parts[2], &err) == 0 &&
	       zip_write(&z, "abc", 3, &err) == 0 && zip_end(&z, &err) == 0 &&
	       kis_output_commit(&out, &err) == 0;
	ok(good, "zip_end: writes an archive of three parts");
	close(fd);
	fd = open(path, O_RDONLY);
	zip = unzOpen64(path);
	ok(zip && unzGoToFirstFile(zip) == UNZ_OK &&
			part_is(zip, "small", 3, 3, 0x352441c2) &&
			unzOpenCurrentFile(zip) == UNZ_OK &&
			unzReadCurrentFile(zip, read, 3) == 3 &&
			strcmp(read, "abc") == 0 &&
			unzCloseCurrentFile(zip) == UNZ_OK,
		"zip: minizip reads the first part");
	ok(unzGoToNextFile(zip) == UNZ_OK && unzGoToNextFile(zip) == UNZ_OK &&
			part_is(zip, "last", 3, 3, 8),
		"zip: minizip finds a part after one of more than 4 GiB");
	/* minizip 1.1 does not read the zip64 field if a long has 8 bytes, so
	 * look for the bytes in the file */
	ok(has_bytes(fd, extra, sizeof(extra)),
		"zip: a size of more than 4 GiB is in a zip64 field");
	unzClose(zip);
	zip_release(&z);
	zip_init(&z, &out);
	ok(zip_begin(&z, &parts[0], &err) == 0 && zip_end(&z, &err) == -1 &&
			err.code == KIS_EX_BUG,
		"zip_end: a part shorter than announced fails with status 70");
	zip_release(&z);
	kis_output_release(&out);
	close(fd);
	unlink(path);
}

/* Returns byte i of the test data. The data do not repeat, so that a test
 * notices if bytes are missing or in the wrong place. */
static char byte_at(uint64_t i)
{
	return (char)(i * UINT64_C(2685821657736338717) >> 40);
}

/* Appends the next n bytes of the test data to the spool. Returns 0, or the
 * exit status for the failure. */
static int grow(struct spool *s, size_t n)
{
	char *p = kis_mem_new(n + 1, 1);
	struct kis_err err;
	int rc;

	for (size_t i = 0; i < n; i++)
		p[i] = byte_at(s->bytes + i);
	rc = spool_add(s, p, n, &err);
	free(p);
	return rc < 0 ? (int)err.code : 0;
}

/* Reads the spool, at most "step" bytes at a time. Returns 1 if the spool
 * contains exactly the first "bytes" bytes of the test data. */
static int holds(const struct spool *s, uint64_t bytes, size_t step)
{
	static char block[1 << 20];
	uint64_t at = 0;
	ssize_t n;

	while ((n = spool_read(s, at, block, step)) > 0)
		for (ssize_t i = 0; i < n; i++)
			if (block[i] != byte_at(at++))
				return 0;
	return n == 0 && at == bytes && s->bytes == bytes;
}

static void test_spool(void)
{
	const char *folder = getenv("TMPDIR");
	struct spools all = {.folder = folder ? folder : "/tmp", .blocks = 3};
	struct spool a, b;

	spool_init(&a, &all);
	spool_init(&b, &all);
	ok(grow(&a, 0) == 0 && a.count == 0 && holds(&a, 0, 7),
		"spool_read: an empty spool has no bytes");
	ok(grow(&a, SPOOL_BLOCK - 1) == 0 && grow(&a, 1) == 0 && a.count == 1 &&
			grow(&a, 100) == 0 && a.count == 2 && a.fd < 0 &&
			holds(&a, SPOOL_BLOCK + 100, 777),
		"spool_add: keeps a few blocks in memory");
	ok(grow(&b, 10) == 0 && all.blocks == 0,
		"spool_add: spools share the limit of blocks");
	ok(grow(&a, SPOOL_BLOCK) == 0 && a.fd >= 0 && a.count == 2,
		"spool_add: writes to a file when the last block is full");
	all.blocks = 1;
	ok(grow(&a, 2) == 0 && a.count == 2,
		"spool_add: stays with the file when blocks are free again");
	ok(grow(&a, 3000) == 0 && holds(&a, 2 * SPOOL_BLOCK + 3102, 1000) &&
			holds(&a, 2 * SPOOL_BLOCK + 3102, 1 << 20),
		"spool_read: returns the bytes of memory and file in order");
	all.blocks = 0;
	all.folder = "/dev/null/none";
	ok(grow(&b, SPOOL_BLOCK - 10) == 0 && holds(&b, SPOOL_BLOCK, 4096),
		"spool_add: needs no directory for one block");
	ok(grow(&b, 1) == KIS_EX_IO,
		"spool_add: fails with status 74 without a directory");
	spool_release(&a);
	spool_release(&b);
	spool_release(&b);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return tell_packed();
	test_write();
	test_read();
	test_deflate();
	test_deflate_several();
	test_deflate_same(argv[0]);
	test_row();
	test_spool();
	test_zip();
	return done();
}
