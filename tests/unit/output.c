/*
 * Tests lib/output.h: which bytes are written to a pipe, and when.
 */
#include "lib/output.h"
#include "tests/unit/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECORD = 300 << 10 };

/* Reads all bytes that the pipe contains and returns their number. */
static size_t arrived(int fd)
{
	static char block[1 << 20];
	size_t sum = 0;
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) > 0)
		sum += (size_t)n;
	return sum;
}

/* Adds half of a 300 KiB record to the output. The output's 1 MiB block becomes
 * full within the fourth record. */
static void add_half(struct kis_output *o, struct kis_err *err)
{
	static char half[RECORD / 2];

	memset(half, 'x', sizeof(half));
	ok(kis_output_write(o, half, sizeof(half), err) == 0,
		"kis_output_write: accepts half a record");
}

static void test_whole_records_leave(int fd, struct kis_output *o)
{
	struct kis_err err = {0};

	for (int i = 0; i < 3; i++) {
		add_half(o, &err);
		add_half(o, &err);
		kis_output_record(o);
	}
	ok(arrived(fd) == 0,
		"kis_output_write: writes nothing before the block is full");
	add_half(o, &err);
	ok(arrived(fd) == 0, "kis_output_write: writes nothing when the block "
			     "has just been filled");
	add_half(o, &err);
	ok(arrived(fd) == 3 * RECORD, "kis_output_write: writes complete "
				      "records once the block is full");
	ok(o->held.len == RECORD,
		"kis_output_write: keeps an incomplete record in the block");
	kis_output_flush_records(o);
	ok(arrived(fd) == 0, "kis_output_flush_records: does not write an "
			     "incomplete record");
	kis_output_record(o);
}

/* After a failed write, no later data may be written, because the output would
 * lack the failed block. */
static void test_nothing_follows_a_failure(int fd, struct kis_output *o)
{
	struct kis_err err = {0};
	int good = o->fd;

	o->fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ok(!kis_output_reserve(o, 1, &err) && err.code == KIS_EX_IO,
		"kis_output_reserve: a failed write returns status 74");
	close(o->fd);
	o->fd = good;
	kis_output_flush_records(o);
	ok(arrived(fd) == 0, "kis_output_flush_records: writes nothing after a "
			     "failed write");
}

int main(void)
{
	struct kis_output o;
	struct kis_err err = {0};
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0 ||
		fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) < 0)
		return 1;
	if (kis_output_open(&o, NULL, 0, &err) < 0)
		return 1;
	o.fd = ends[1];
	test_whole_records_leave(ends[0], &o);
	test_nothing_follows_a_failure(ends[0], &o);
	kis_output_release(&o);
	close(ends[0]);
	return done();
}
