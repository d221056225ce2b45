#include "cmd/kis-toxlsx/readback.h"
#include "cmd/kis-toxlsx/xml_scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unzip.h>

enum { BLOCK = 64 << 10, MAX_NAME = 256 };

static int incomplete(const char *part, const char *why, struct kis_err *err)
{
	return kis_fail(err, KIS_EX_IO,
		"the workbook was not written whole (%s: %s); nothing is "
		"published: is the folder for temporary files (TMPDIR) full?",
		part, why);
}

static int inflate_part(unzFile zip, const char *part, struct xml_scan *scan,
	struct kis_err *err)
{
	static char block[BLOCK];
	int n;

	if (unzOpenCurrentFile(zip) != UNZ_OK)
		return incomplete(part, "cannot be opened", err);
	while ((n = unzReadCurrentFile(zip, block, sizeof(block))) > 0)
		xml_scan_feed(scan, block, (size_t)n);
	if (n < 0) {
		unzCloseCurrentFile(zip);
		return incomplete(part, "is damaged", err);
	}
	/* here minizip compares the CRC */
	if (unzCloseCurrentFile(zip) != UNZ_OK)
		return incomplete(part, "has a wrong checksum", err);
	if (!xml_scan_is_text(scan))
		return kis_fail(err, KIS_EX_BUG,
			"the workbook's %s is no XML; nothing is published",
			part);
	if (!xml_scan_is_whole(scan))
		return incomplete(part, "ends too early", err);
	return 0;
}

size_t readback_sheet_number(const char *part)
{
	unsigned number;
	char end;

	if (sscanf(part, "xl/worksheets/sheet%u.xm%c", &number, &end) != 2)
		return 0;
	return number;
}

static int compare(const char *part, const struct xml_scan *scan,
	const struct writer *writer, struct kis_err *err)
{
	char why[128];

	if (scan->rows == writer->rows && scan->cells == writer->cells)
		return 0;
	snprintf(why, sizeof(why),
		"%" PRIu64 " of %" PRIu64 " rows, %" PRIu64 " of %" PRIu64
		" cells",
		scan->rows, writer->rows, scan->cells, writer->cells);
	return incomplete(part, why, err);
}

static int read_part(unzFile zip, struct writer *const *sheets, size_t count,
	size_t *seen, struct kis_err *err)
{
	char part[MAX_NAME];
	struct xml_scan scan = {0};
	size_t number;

	if (unzGetCurrentFileInfo64(
		    zip, NULL, part, sizeof(part), NULL, 0, NULL, 0) != UNZ_OK)
		return incomplete("zip", "its directory is damaged", err);
	if (inflate_part(zip, part, &scan, err) < 0)
		return -1;
	number = readback_sheet_number(part);
	if (number == 0 || number > count)
		return 0;
	(*seen)++;
	return compare(part, &scan, sheets[number - 1], err);
}

int readback(const char *path, struct writer *const *sheets, size_t count,
	struct kis_err *err)
{
	unzFile zip = unzOpen64(path);
	size_t seen = 0;
	int rc = 0, at;

	if (!zip)
		return incomplete("zip", "its directory is missing", err);
	for (at = unzGoToFirstFile(zip); rc == 0 && at == UNZ_OK;
		at = unzGoToNextFile(zip))
		rc = read_part(zip, sheets, count, &seen, err);
	if (rc == 0 && at != UNZ_END_OF_LIST_OF_FILE)
		rc = incomplete("zip", "its directory is damaged", err);
	if (rc == 0 && seen != count)
		rc = incomplete("zip", "a sheet is missing", err);
	unzClose(zip);
	return rc;
}
