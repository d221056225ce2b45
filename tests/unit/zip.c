/*
 * Tests cmd/kis-toxlsx/package.h: minizip must read each part of an archive
 * with the right size and offset.
 *
 *	zip FILE HOLE PLAIN     writes an archive for kis-toxlsx-zip64.t, with
 *	                        sizes and offsets beyond 32 bits, which minizip
 *	                        cannot read; HOLE and PLAIN are sizes in bytes
 */
#include "cmd/kis-toxlsx/package.h"
#include "tests/unit/tap.h"

#include <fcntl.h>
#include <minizip/unzip.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const char stored[] = "so many bytes";

enum { STORED = sizeof(stored) - 1 };

/* Returns a zip part whose content is the constant "stored". Borrows name. */
static struct zip_part small(const char *name)
{
	return (struct zip_part){.name = name,
		.crc = (uint32_t)crc32(0, (const Bytef *)stored, STORED),
		.plain = STORED,
		.packed = STORED};
}

static int write_part(
	struct zip *z, const struct zip_part *part, struct kis_err *err)
{
	if (zip_begin(z, part, err) < 0)
		return -1;
	return zip_write(z, stored, part->packed, err);
}

/* Writes an archive to a sparse file, after a hole whose size in bytes is
 * "hole". The archive states "plain" as the uncompressed size of its part
 * "large". This size is false, but tests do not read the content of the part.
 * Returns 0, or a nonzero value on failure. */
static int write_all(const char *path, uint64_t hole, uint64_t plain)
{
	struct kis_output out = KIS_OUTPUT_INIT;
	struct kis_err err = {0};
	struct zip_part first = small("first"), last = small("last");
	struct zip_part large = small("large");
	struct zip z;
	int rc;

	large.method = 8;
	large.plain = plain;
	kis_buf_init(&out.held, KIS_BUF_UNBOUND);
	kis_buf_init(&out.spare, KIS_BUF_UNBOUND);
	out.hold_bytes = 1 << 16;
	out.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (out.fd < 0 || lseek(out.fd, (off_t)hole, SEEK_SET) < 0)
		return -1;
	zip_init(&z, &out);
	z.at = hole;
	rc = write_part(&z, &first, &err) | write_part(&z, &large, &err) |
	     write_part(&z, &last, &err) | zip_end(&z, &err);
	rc |= kis_output_commit(&out, &err);
	zip_release(&z);
	kis_output_release(&out);
	return rc;
}

static uint64_t size_of(unzFile file, const char *name)
{
	unz_file_info64 info;

	if (unzLocateFile(file, name, 1) != UNZ_OK ||
		unzGetCurrentFileInfo64(
			file, &info, NULL, 0, NULL, 0, NULL, 0) != UNZ_OK)
		return 0;
	return info.uncompressed_size;
}

static int is_whole(unzFile file, const char *name)
{
	char room[STORED + 1] = "";

	return unzLocateFile(file, name, 1) == UNZ_OK &&
	       unzOpenCurrentFile(file) == UNZ_OK &&
	       unzReadCurrentFile(file, room, sizeof(room)) == STORED &&
	       memcmp(room, stored, STORED) == 0 &&
	       unzCloseCurrentFile(file) == UNZ_OK;
}

static void test_sizes(const char *path, uint64_t hole, uint64_t plain)
{
	unzFile file;

	ok(write_all(path, hole, plain) == 0,
		"zip: writes an archive after %llu bytes, with a part of %llu",
		(unsigned long long)hole, (unsigned long long)plain);
	file = unzOpen64(path);
	if (!ok(file != NULL, "zip: minizip opens the archive"))
		return;
	ok(size_of(file, "large") == plain,
		"zip: minizip reads the size of the large part");
	ok(is_whole(file, "first"),
		"zip: minizip reads the part before the large one");
	ok(is_whole(file, "last"),
		"zip: minizip reads the part after the large one");
	unzClose(file);
	unlink(path);
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/kis-test.XXXXXX";

	if (argc == 4)
		return write_all(argv[1], strtoull(argv[2], NULL, 10),
			       strtoull(argv[3], NULL, 10)) < 0;
	if (!ok(mkdtemp(folder) && chdir(folder) == 0,
		    "zip: a temporary directory exists"))
		return done();
	test_sizes("zip", 0, 1000);
	test_sizes("zip", 12345, 1000);
	test_sizes("zip", 0, UINT32_MAX - (uint64_t)1);
	ok(rmdir(folder) == 0, "zip: no other files are left");
	return done();
}
