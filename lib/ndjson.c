#include "lib/ndjson.h"
#include "lib/aside.h"
#include "lib/file.h"
#include "lib/mem.h"
#include "lib/ndjson_line.h"
#include "lib/process.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	/* with the spare one in the second-level cache; to be woken for
	 * smaller ones takes the reading thread longer than to read them */
	BLOCK = 512 << 10,
	MARGIN = 32 << 10, /* before a block: the front of a line cut by it */
	LONG = 1 << 20,    /* input of so many bytes is read ahead */
};

struct kis_ndjson {
	int fd;
	const char *name;   /* borrows; for messages */
	size_t line_number; /* of the last line taken */
	char *block;        /* room for size bytes and the slack */
	size_t size;
	size_t at; /* the next line starts here */
	size_t line_bytes;
	size_t whole; /* behind the last newline read */
	size_t held;  /* behind the last byte read */
	int at_end;
	size_t sum;              /* bytes read so far, up to LONG */
	struct kis_aside *aside; /* reads the next block into spare */
	char *spare;             /* of the same size, the margin in front */
	struct kis_buf where;
	struct kis_ndjson_line line;
};

static int open_input(struct kis_ndjson *r, const char *path)
{
	if (!path || strcmp(path, "-") == 0) {
		r->name = "standard input";
		r->fd = STDIN_FILENO;
		return 0;
	}
	r->name = path;
	r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return r->fd < 0 ? -1 : 0;
}

int kis_ndjson_no_file(const char *path, struct kis_err *err)
{
	const char *dot = strrchr(path, '.');

	if (errno != ENOENT && errno != ENOTDIR)
		return kis_fail_errno(err, KIS_EX_IO, "cannot open '%s'", path);
	/* a result that is not there was meant to be written */
	if (dot && (strcmp(dot, ".xlsx") == 0 || strcmp(dot, ".csv") == 0))
		return kis_fail(err, KIS_EX_NOINPUT,
			"there is no '%s' to read; to write it, type: -o %s",
			path, path);
	return kis_fail_errno(err, KIS_EX_NOINPUT, "cannot open '%s'", path);
}

struct kis_ndjson *kis_ndjson_open(const char *path, struct kis_err *err)
{
	struct kis_ndjson *r = kis_mem_new(1, sizeof(*r));

	if (open_input(r, path) < 0) {
		kis_ndjson_no_file(path, err);
		free(r);
		return NULL;
	}
	/* jansson's word for no memory would be that the line is wrong */
	json_set_alloc_funcs(kis_mem_alloc, free);
	kis_process_widen_pipe(r->fd);
	r->size = BLOCK;
	r->block = kis_mem_resize(NULL, r->size + KIS_NDJSON_SLACK, 1);
	kis_buf_init(&r->where, KIS_BUF_UNBOUND);
	kis_ndjson_line_init(&r->line);
	return r;
}

void kis_ndjson_free(struct kis_ndjson *r)
{
	if (!r)
		return;
	kis_aside_free(r->aside);
	if (r->fd > STDERR_FILENO)
		close(r->fd);
	free(r->block);
	free(r->spare);
	kis_buf_release(&r->where);
	kis_ndjson_line_release(&r->line);
	free(r);
}

const char *kis_ndjson_where(const struct kis_ndjson *r)
{
	/* formed only when asked for: a record costs 100 ns in all */
	struct kis_buf *where = &((struct kis_ndjson *)r)->where;

	kis_buf_reset(where);
	kis_buf_printf(where, "%s:%zu", r->name, r->line_number);
	return where->data;
}

static int refuse(struct kis_ndjson *r, struct kis_err *err)
{
	return kis_fail_context(err, "%s", kis_ndjson_where(r));
}

/* Makes room behind what is held: by dropping the lines taken, else by
 * growing up to the longest line and its newline. */
static int make_room(struct kis_ndjson *r, struct kis_err *err)
{
	const size_t most = (size_t)KIS_NDJSON_MAX_LINE + 1;

	memmove(r->block, r->block + r->at, r->held - r->at);
	r->held -= r->at;
	r->at = 0;
	if (r->held < r->size)
		return 0;
	if (r->held >= most) {
		r->line_number++;
		kis_fail(err, KIS_EX_DATA, "a line of more than %d MiB",
			KIS_NDJSON_MAX_LINE >> 20);
		return refuse(r, err);
	}
	r->size = r->size * 2 < most ? r->size * 2 : most;
	r->block = kis_mem_resize(r->block, r->size + KIS_NDJSON_SLACK, 1);
	return 0;
}

/* From now on the next block is read while lines are taken from this one. */
static void begin_ahead(struct kis_ndjson *r)
{
	if (r->size <= MARGIN + BLOCK)
		r->aside = kis_aside_new();
	if (!r->aside)
		return;
	r->size = MARGIN + BLOCK;
	r->block = kis_mem_resize(r->block, r->size + KIS_NDJSON_SLACK, 1);
	r->spare = kis_mem_resize(NULL, r->size + KIS_NDJSON_SLACK, 1);
	kis_aside_read(r->aside, r->fd, r->spare + MARGIN, BLOCK);
}

/* A line that does not fit the margin: what was read ahead joins it, and
 * nothing is read ahead any more. */
static void end_ahead(struct kis_ndjson *r, size_t n)
{
	r->size = r->held + BLOCK;
	r->block = kis_mem_resize(r->block, r->size + KIS_NDJSON_SLACK, 1);
	memcpy(r->block + r->held, r->spare + MARGIN, n);
	kis_aside_free(r->aside);
	free(r->spare);
	r->aside = NULL;
	r->spare = NULL;
}

/* Puts what is held in front of what was read ahead, which becomes the block,
 * and has the next one read. */
static void change_blocks(struct kis_ndjson *r)
{
	char *spare = r->block;

	r->at = MARGIN - r->held;
	memcpy(r->spare + r->at, r->block, r->held);
	r->held = MARGIN;
	r->block = r->spare;
	r->spare = spare;
	kis_aside_read(r->aside, r->fd, r->spare + MARGIN, BLOCK);
}

/* Bytes that came behind what is held, 0 at the end, -1 and errno. */
static ssize_t read_block(struct kis_ndjson *r)
{
	ssize_t n;

	if (!r->aside)
		return kis_file_read(
			r->fd, r->block + r->held, r->size - r->held);
	n = kis_aside_wait(r->aside);
	if (n > 0 && r->held > MARGIN)
		end_ahead(r, (size_t)n);
	else if (n > 0)
		change_blocks(r);
	return n;
}

static int read_some(struct kis_ndjson *r, struct kis_err *err)
{
	const char *last;
	ssize_t n = read_block(r);

	if (n < 0)
		return kis_fail_errno(
			err, KIS_EX_IO, "cannot read '%s'", r->name);
	last = memrchr(r->block + r->held, '\n', (size_t)n);
	r->held += (size_t)n;
	r->whole = last ? (size_t)(last - r->block) + 1 : 0;
	r->at_end = n == 0;
	/* what the scanner may look at behind the last newline */
	memset(r->block + r->held, 0, KIS_NDJSON_SLACK);
	if (r->sum < LONG && (r->sum += (size_t)n) >= LONG)
		begin_ahead(r);
	return 0;
}

/* Reads until a whole line is held: 1, 0 at the end, -1. */
static int fill(struct kis_ndjson *r, struct kis_err *err)
{
	while (!r->at_end) {
		if (make_room(r, err) < 0 || read_some(r, err) < 0)
			return -1;
		if (r->whole > 0)
			return 1;
	}
	if (r->held == r->at)
		return 0;
	r->line_number++;
	kis_fail(err, KIS_EX_DATA,
		"the last line has no newline: cut off, or " KIS_NDJSON_HINT);
	return refuse(r, err);
}

/* Takes one line: 1 for a record, 0 for a blank line, -1. */
static int take_line(struct kis_ndjson *r, int *same_keys, struct kis_err *err)
{
	char *p = r->block + r->at;
	int got = kis_ndjson_take(
		&r->line, &p, r->block + r->whole, same_keys, err);

	r->line_number++;
	r->line_bytes = (size_t)(p - r->block) - r->at;
	r->at += r->line_bytes;
	return got < 0 ? refuse(r, err) : got;
}

int kis_ndjson_next(struct kis_ndjson *r, const struct kis_member **members,
	size_t *count, int *same_keys, struct kis_err *err)
{
	int got = 0;

	while (got == 0) {
		if (r->at == r->whole) {
			got = fill(r, err);
			if (got <= 0)
				return got;
		}
		got = take_line(r, same_keys, err);
	}
	*members = r->line.now.members;
	*count = r->line.now.count;
	return got;
}

size_t kis_ndjson_line_bytes(const struct kis_ndjson *r)
{
	return r->line_bytes;
}

static int has(const struct kis_member *m, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (m[i].key_len == strlen(key) &&
			memcmp(m[i].key, key, m[i].key_len) == 0)
			return 1;
	return 0;
}

int kis_ndjson_is_answer(const struct kis_member *members, size_t count)
{
	return has(members, count, "rt_cd") &&
	       (has(members, count, "output") || has(members, count, "msg1"));
}
