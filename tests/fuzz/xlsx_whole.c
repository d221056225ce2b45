/*
 * NDJSON to a workbook, which the program reads back itself: done, or wrong
 * input and nothing written. The first byte chooses the options.
 */
#include "cmd/kis-toxlsx/report.h"
#include "lib/ndjson.h"
#include "tests/fuzz/demand.h"

#include <string.h>

static int add_all(struct report *r, const char *path, struct kis_err *err)
{
	struct kis_ndjson *in = kis_ndjson_open(path, err);
	const struct kis_member *members;
	size_t count;
	int same, rc;

	DEMAND(in);
	while ((rc = kis_ndjson_next(in, &members, &count, &same, err)) == 1)
		if (report_add(r, members, count, same, err) < 0) {
			rc = -1;
			break;
		}
	kis_ndjson_free(in);
	return rc;
}

static void make(const struct settings *settings, const char *path)
{
	struct kis_output out = KIS_OUTPUT_INIT;
	struct kis_err err = {0};
	struct report r;
	char name[64], head[4];
	int rc, made = memory_file("", 0, name);

	DEMAND(kis_output_open(&out, "-", 0, &err) == 0);
	out.fd = dup(made);
	report_init(&r, settings);
	rc = add_all(&r, path, &err);
	if (rc == 0)
		rc = report_finish(&r, &out, &err);
	if (rc == 0)
		rc = kis_output_publish(&out, &err);
	if (rc == 0) {
		DEMAND(pread(made, head, 4, 0) == 4);
		DEMAND(memcmp(head, "PK\3\4", 4) == 0);
	} else {
		DEMAND((err.code == 65 || err.code == 66) && *err.msg);
		DEMAND(lseek(made, 0, SEEK_END) == 0);
	}
	report_release(&r);
	kis_output_release(&out);
	close(made);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct settings settings = {0};
	char path[64];
	int fd;

	if (n == 0)
		return 0;
	fd = memory_file(data + 1, n - 1, path);
	settings.plain = data[0] & 1;
	settings.top = data[0] & 2 ? 10 : 0;
	settings.sheet_by = data[0] & 4 ? "a" : NULL;
	make(&settings, path);
	close(fd);
	return 0;
}
