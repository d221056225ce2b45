#include "lib/output.h"
#include "lib/worker.h"
#include "lib/file.h"
#include "lib/mem.h"
#include "lib/process.h"

#include <string.h>
#include <unistd.h>

/* Size in bytes of each block after the first. A block of this size fits in the
 * processor's second-level cache. */
enum { STREAM_BYTES = 256 << 10 };

static int is_stdout(const char *path)
{
	return !path || strcmp(path, "-") == 0 ||
	       kis_outfile_descriptor(path) == STDOUT_FILENO;
}

int kis_output_open(struct kis_output *o, const char *path, int private_file,
	struct kis_err *err)
{
	return kis_output_open_until(o, path, private_file, 0, err);
}

int kis_output_open_until(struct kis_output *o, const char *path,
	int private_file, int64_t deadline_ms, struct kis_err *err)
{
	struct kis_outfile_how how = {private_file, deadline_ms};

	*o = (struct kis_output)KIS_OUTPUT_INIT;
	kis_buf_init(&o->held, KIS_BUF_UNBOUND);
	kis_buf_init(&o->spare, KIS_BUF_UNBOUND);
	o->secret = private_file;
	o->hold_bytes = private_file ? KIS_OUTPUT_SECRET : KIS_OUTPUT_HOLD;
	if (is_stdout(path)) {
		o->fd = STDOUT_FILENO;
		kis_process_widen_pipe(o->fd);
		return 0;
	}
	o->fd = kis_outfile_open(&o->target, path, &how, err);
	return o->fd < 0 ? -1 : 0;
}

void kis_output_tame(
	struct kis_output *o, enum kis_text_tame how, const char *keep)
{
	if (isatty(o->fd))
		o->tame = how;
	o->keep = keep;
}

static int write_tamed(struct kis_output *o, size_t n)
{
	struct kis_buf tamed = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	int rc;

	kis_text_tame(&tamed, o->held.data, n, o->tame, o->keep);
	rc = kis_file_write(o->fd, tamed.data, tamed.len);
	kis_buf_release(&tamed);
	return rc;
}

static int fail_write(struct kis_output *o, struct kis_err *err)
{
	o->broken = 1;
	if (!o->target.name)
		return kis_fail_errno(
			err, KIS_EX_IO, "cannot write to standard output");
	return kis_fail_errno(
		err, KIS_EX_IO, "cannot write to '%s'", o->target.name);
}

/* Waits until the worker, if there is one, has written its block. Returns 0, or
 * -1 and sets err (74). */
static int wait_written(struct kis_output *o, struct kis_err *err)
{
	if (o->worker && kis_worker_wait(o->worker) < 0)
		return fail_write(o, err);
	return 0;
}

static int send_held(struct kis_output *o, size_t n, struct kis_err *err)
{
	if (wait_written(o, err) < 0)
		return -1;
	if (n == 0)
		return 0;
	if ((o->tame ? write_tamed(o, n)
		     : kis_file_write(o->fd, o->held.data, n)) < 0)
		return fail_write(o, err);
	memmove(o->held.data, o->held.data + n, o->held.len - n);
	o->held.len -= n;
	o->whole = 0;
	o->streaming = 1;
	return 0;
}

/* Starts writing a full block in the thread of the worker, so that the next
 * block can be filled meanwhile. The block must end with a complete record.
 * Returns 0, or -1 and sets err (74) if the previous block could not be
 * written. */
static int send_aside(struct kis_output *o, struct kis_err *err)
{
	struct kis_buf full = o->held;

	if (wait_written(o, err) < 0)
		return -1;
	kis_buf_reset(&o->spare);
	o->held = o->spare;
	o->spare = full;
	o->whole = 0;
	kis_worker_write(o->worker, o->fd, full.data, full.len);
	return 0;
}

/* Writes the complete records in the buffer. The first blocks are written in
 * the calling thread, because starting a thread takes longer than writing a
 * small output. Returns 0, or -1 and sets err (74). */
static int send_block(struct kis_output *o, struct kis_err *err)
{
	if (o->worker && o->whole == o->held.len)
		return send_aside(o, err);
	if (o->streaming && !o->worker && !o->secret && !o->tame)
		o->worker = kis_worker_new();
	if (send_held(o, o->whole, err) < 0)
		return -1;
	/* free the large first block; later blocks are smaller */
	if (o->held.len == 0)
		kis_buf_release(&o->held);
	return 0;
}

char *kis_output_reserve(struct kis_output *o, size_t n, struct kis_err *err)
{
	size_t enough = o->streaming ? STREAM_BYTES : o->hold_bytes;

	/* Compare only the size of the buffered data, without n, because
	 * callers often reserve more than they use. */
	if (o->held.len >= enough && send_block(o, err) < 0)
		return NULL;
	if (!o->held.data && !kis_buf_reserve(&o->held, enough + n))
		return NULL;
	return kis_buf_reserve(&o->held, n);
}

void kis_output_advance(struct kis_output *o, size_t n)
{
	o->held.len += n;
}

void kis_output_record(struct kis_output *o)
{
	o->whole = o->held.len;
}

int kis_output_write(
	struct kis_output *o, const char *p, size_t n, struct kis_err *err)
{
	char *to = kis_output_reserve(o, n, err);

	if (!to)
		return -1;
	if (n)
		memcpy(to, p, n);
	kis_output_advance(o, n);
	return 0;
}

int kis_output_can_reset(const struct kis_output *o)
{
	return o->target.path != NULL;
}

int kis_output_reset(struct kis_output *o, struct kis_err *err)
{
	if (wait_written(o, err) < 0)
		return -1;
	if (ftruncate(o->fd, 0) != 0 || lseek(o->fd, 0, SEEK_SET) != 0)
		return fail_write(o, err);
	kis_buf_reset(&o->held);
	o->whole = 0;
	return 0;
}

int kis_output_commit(struct kis_output *o, struct kis_err *err)
{
	int fd;

	if (send_held(o, o->held.len, err) < 0)
		return -1;
	if (kis_outfile_commit(&o->target, o->fd, err) < 0)
		return -1;
	fd = o->fd;
	o->fd = -1;
	/* Check the result of close() for standard output or a device, where
	 * close() may report a write error. A regular file is already synced
	 * and in place. */
	return close(fd) != 0 && !o->target.path ? fail_write(o, err) : 0;
}

void kis_output_flush_records(struct kis_output *o)
{
	struct kis_err ignored;

	if (o->streaming && !o->broken && !o->target.path && o->fd >= 0)
		send_held(o, o->whole, &ignored);
}

void kis_output_release(struct kis_output *o)
{
	kis_worker_free(o->worker);
	kis_buf_release(&o->spare);
	if (o->fd > STDERR_FILENO)
		close(o->fd);
	kis_outfile_release(&o->target);
	if (o->secret)
		kis_buf_release_secret(&o->held);
	else
		kis_buf_release(&o->held);
	*o = (struct kis_output)KIS_OUTPUT_INIT;
}
