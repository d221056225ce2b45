#include "cmd/kis-toxlsx/zip.h"

#include <string.h>

enum {
	LOCAL = 0x04034b50,
	CENTRAL = 0x02014b50,
	END = 0x06054b50,
	END64 = 0x06064b50,
	LOCATOR64 = 0x07064b50,
	VERSION = 20,
	VERSION64 = 45,
	EXTRA64 = 1,
	DAY_1980 = 0x21, /* 1980-01-01, what the library's parts have */
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

/* Little endian, in so many bytes. */
static void add(struct kis_buf *b, uint64_t value, size_t bytes)
{
	char raw[8];

	for (size_t i = 0; i < bytes; i++)
		raw[i] = (char)(value >> 8 * i & 0xff);
	kis_buf_add(b, raw, bytes);
}

char *zip_room(struct zip *z, size_t n, struct kis_err *err)
{
	return kis_output_room(z->out, n, err);
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

/* What both headers of a part have: from the version that can read it to the
 * length of the name. */
static void add_common(struct kis_buf *b, const struct zip_part *part, int is64)
{
	add(b, is64 ? VERSION64 : VERSION, 2);
	add(b, 0, 2); /* flags */
	add(b, (unsigned)part->method, 2);
	add(b, 0, 2); /* midnight */
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
	add(b, is64 ? VERSION64 : VERSION, 2); /* made by: 0 is MS-DOS */
	add_common(b, part, is64);
	add(b, is64 ? 28 : 0, 2);
	add(b, 0, 2); /* comment */
	add(b, 0, 2); /* disk */
	add(b, 0, 2); /* attributes, inner */
	add(b, 0, 4); /* and outer */
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

/* Whether the part before has all that was announced. */
static int check_end(const struct zip *z, struct kis_err *err)
{
	if (z->parts == 0 || z->at == z->wanted)
		return 0;
	return kis_fail(err, KIS_EX_BUG,
		"a part of the workbook has another length than announced");
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
	add(b, 0, 4); /* this disk */
	add(b, 0, 4); /* the directory's */
	add(b, z->parts, 8);
	add(b, z->parts, 8);
	add(b, z->directory.len, 8);
	add(b, at, 8);
	add(b, LOCATOR64, 4);
	add(b, 0, 4);
	add(b, end, 8);
	add(b, 1, 4); /* disks */
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
	add(&b, 0, 4); /* disks */
	add(&b, is64 ? FULL16 : z->parts, 2);
	add(&b, is64 ? FULL16 : z->parts, 2);
	add(&b, capped(z->directory.len, is64), 4);
	add(&b, capped(at, is64), 4);
	add(&b, 0, 2); /* comment */
	return write_buf(z, &b, err);
}
