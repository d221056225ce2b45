#include "lib/ndjson.h"
#include "lib/worker.h"
#include "lib/file.h"
#include "lib/mem.h"
#include "lib/ndjson_line.h"
#include "lib/ndjson_mistake.h"
#include "lib/process.h"
#include "lib/locale.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	/* Size of a block in bytes. Two blocks of this size fit in the
	 * processor's second-level cache. With smaller blocks, waking the
	 * reading thread would take longer than reading. */
	BLOCK = 512 << 10,
	/* Bytes reserved before a block. The start of a line is copied there if
	 * the line began in the previous block. */
	MARGIN = 32 << 10,
	/* Number of bytes of a file that are read before a thread starts to
	 * read ahead. */
	LONG = 1 << 20,
};

/* A copy of the lines of one block, to be read again after the lookahead. */
struct chunk {
	char *bytes; /* owned; len + KIS_NDJSON_READ_PAST bytes */
	size_t len;
	size_t file; /* index of the file in kis_ndjson.files */
	/* Number of lines of the file that come before the next line to read
	 * from this chunk. */
	size_t number;
};

/* The state of a file when it was first opened; used to detect changes. */
struct identity {
	struct stat stat;
	/* Offset when the file was first opened: 0 except for standard input,
	 * -1 if standard input is a pipe. */
	off_t start;
};

struct kis_ndjson {
	char *const *files;          /* borrowed; ends with NULL */
	size_t file;                 /* index of the current or next file */
	size_t known;                /* number of identities recorded so far */
	struct identity *identities; /* owned; one for each file */
	int fd;                      /* -1: no file is open */
	size_t line_number;          /* number of the last line that was read */
	int has_record;              /* 1 if files[file] had a record so far */

	char *block;       /* owned; size + KIS_NDJSON_READ_PAST bytes */
	size_t size;       /* maximum number of bytes in block */
	size_t at;         /* offset of the next line in block */
	size_t line_bytes; /* length of the line that was read last */
	size_t whole;      /* offset of the end of the last complete line */
	size_t held;       /* offset of the end of the bytes read */
	int at_end;        /* 1 if the end of the file was read */
	/* Number of bytes read from the file; not updated after it has reached
	 * LONG. */
	size_t sum;
	/* thread that reads the next block into spare; may be NULL */
	struct kis_worker *worker;
	/* Owned; buffer that the thread of worker fills, as large as block. The
	 * data in it begins at offset MARGIN. */
	char *spare;

	int keeps; /* 1 during the lookahead: copy blocks to chunks */
	size_t looked_records, looked_bytes;
	struct chunk *chunks; /* owned; chunk_count chunks are in use */
	size_t chunk_count;
	/* index of the chunk that contains the next line to read again, and
	 * offset of the line in the chunk */
	size_t chunk, chunk_at;
	int rereads; /* 1 if the last record came from chunks */

	unsigned epoch;
	int failed;
	struct kis_buf position;
	struct kis_line line;
};

static int is_stdin(const char *path)
{
	return strcmp(path, "-") == 0;
}

static const char *name_of(const struct kis_ndjson *r)
{
	const char *path = r->files[r->file];

	return is_stdin(path) ? _("standard input") : path;
}

/* Returns the name of the current file of r, or NULL for standard input. */
static const char *path_of(const struct kis_ndjson *r)
{
	const char *path = r->files[r->file];

	return is_stdin(path) ? NULL : path;
}

int kis_ndjson_open_error(const char *path, struct kis_err *err)
{
	const char *dot = strrchr(path, '.');

	if (errno != ENOENT && errno != ENOTDIR)
		return kis_fail_errno(err, KIS_EX_IO, "cannot open '%s'", path);
	/* A missing .xlsx or .csv file was probably meant as the output. */
	if (dot && (strcmp(dot, ".xlsx") == 0 || strcmp(dot, ".csv") == 0))
		return kis_fail(err, KIS_EX_NOINPUT,
			"cannot open '%s': no such file; to write to it, use "
			"-o '%s'",
			path, path);
	return kis_fail_errno(err, KIS_EX_NOINPUT, "cannot open '%s'", path);
}

struct kis_ndjson *kis_ndjson_new(char *const *files)
{
	struct kis_ndjson *r = kis_mem_new(1, sizeof(*r));
	size_t count = 0;

	while (files[count])
		count++;
	r->files = files;
	r->fd = -1;
	r->identities = kis_mem_new(count + 1, sizeof(*r->identities));
	r->size = BLOCK;
	r->block = kis_mem_resize(NULL, r->size + KIS_NDJSON_READ_PAST, 1);
	kis_buf_init(&r->position, KIS_BUF_UNBOUND);
	kis_line_init(&r->line);
	return r;
}

static void close_file(struct kis_ndjson *r)
{
	kis_worker_free(r->worker);
	free(r->spare);
	r->worker = NULL;
	r->spare = NULL;
	if (r->fd > STDERR_FILENO)
		close(r->fd);
	r->fd = -1;
	r->at = r->whole = r->held = r->sum = r->line_number = 0;
	r->at_end = r->has_record = 0;
}

static void free_chunks(struct kis_ndjson *r)
{
	for (size_t i = 0; i < r->chunk_count; i++)
		free(r->chunks[i].bytes);
	free(r->chunks);
	r->chunks = NULL;
	r->chunk_count = r->chunk = r->chunk_at = 0;
}

void kis_ndjson_free(struct kis_ndjson *r)
{
	if (!r)
		return;
	close_file(r);
	free_chunks(r);
	free(r->identities);
	free(r->block);
	kis_buf_release(&r->position);
	kis_line_release(&r->line);
	free(r);
}

/* When a file is first opened, records its identity. When it is opened again,
 * checks that its identity is unchanged and seeks to the offset at which
 * reading first began. Returns 0, or -1 and sets err (74). */
static int identify(struct kis_ndjson *r, struct kis_err *err)
{
	struct identity *id = &r->identities[r->file];
	struct stat now;

	if (fstat(r->fd, &now) != 0)
		return kis_fail_errno(
			err, KIS_EX_IO, "cannot read '%s'", name_of(r));
	if (r->file == r->known) {
		id->stat = now;
		id->start = is_stdin(r->files[r->file])
				    ? lseek(r->fd, 0, SEEK_CUR)
				    : 0;
		r->known++;
		return 0;
	}
	if (now.st_dev != id->stat.st_dev || now.st_ino != id->stat.st_ino ||
		now.st_size != id->stat.st_size ||
		now.st_mtim.tv_sec != id->stat.st_mtim.tv_sec ||
		now.st_mtim.tv_nsec != id->stat.st_mtim.tv_nsec ||
		lseek(r->fd, id->start, SEEK_SET) != id->start)
		return kis_fail(err, KIS_EX_IO,
			"'%s' changed while it was being read", name_of(r));
	return 0;
}

static int open_file(struct kis_ndjson *r, struct kis_err *err)
{
	const char *path = r->files[r->file];

	r->fd = is_stdin(path) ? STDIN_FILENO
			       : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (r->fd < 0)
		return kis_ndjson_open_error(path, err);
	kis_process_widen_pipe(r->fd);
	return identify(r, err);
}

const char *kis_ndjson_position(const struct kis_ndjson *r)
{
	/* Format the position only when it is needed, because formatting would
	 * take long compared with the 100 ns for reading a record. */
	struct kis_buf *position =
		&((struct kis_ndjson *)(uintptr_t)r)->position;
	size_t file = r->rereads ? r->chunks[r->chunk].file : r->file;
	size_t number =
		r->rereads ? r->chunks[r->chunk].number : r->line_number;

	kis_buf_reset(position);
	kis_buf_printf(position, "%s:%zu",
		is_stdin(r->files[file]) ? _("standard input") : r->files[file],
		number);
	return position->data;
}

/* Prepends the file and the line number to the error message about an invalid
 * line. p is the start of the line, and n the number of bytes in memory from
 * there. If no record of the file was read and the format of the file is not
 * NDJSON, first replaces the message with one about the format. Always returns
 * -1. */
static int reject(
	struct kis_ndjson *r, const char *p, size_t n, struct kis_err *err)
{
	if (!r->has_record && r->fd >= 0)
		kis_ndjson_is_mistake(
			p, n, path_of(r), kis_line_is_cut(&r->line), err);
	return kis_fail_context(err, "%s", kis_ndjson_position(r));
}

/* ---- Reading a file in blocks ---- */

/* Makes room for the next read. Moves the unparsed bytes to the start of the
 * block. If the block is still full, enlarges it, up to the maximum length of a
 * line. Returns 0, or -1 and sets err (65) if a line is longer than the
 * maximum. */
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
		kis_fail(err, KIS_EX_DATA, "line exceeds %d MiB",
			KIS_NDJSON_MAX_LINE >> 20);
		return reject(r, r->block, r->held, err);
	}
	r->size = r->size * 2 < most ? r->size * 2 : most;
	r->block = kis_mem_resize(r->block, r->size + KIS_NDJSON_READ_PAST, 1);
	return 0;
}

/* Starts a thread that reads the next block while the current block is parsed.
 * Does nothing if no thread can be created or if the block was enlarged for a
 * long line. */
static void begin_ahead(struct kis_ndjson *r)
{
	if (r->size <= MARGIN + BLOCK)
		r->worker = kis_worker_new();
	if (!r->worker)
		return;
	r->size = MARGIN + BLOCK;
	r->block = kis_mem_resize(r->block, r->size + KIS_NDJSON_READ_PAST, 1);
	r->spare = kis_mem_resize(NULL, r->size + KIS_NDJSON_READ_PAST, 1);
	kis_worker_read(r->worker, r->fd, r->spare + MARGIN, BLOCK);
}

/* Ends the thread that reads ahead, because the start of a line does not fit in
 * the MARGIN bytes before the next block. Appends the n bytes that the thread
 * has read to the current block. */
static void end_ahead(struct kis_ndjson *r, size_t n)
{
	r->size = r->held + BLOCK;
	r->block = kis_mem_resize(r->block, r->size + KIS_NDJSON_READ_PAST, 1);
	memcpy(r->block + r->held, r->spare + MARGIN, n);
	kis_worker_free(r->worker);
	free(r->spare);
	r->worker = NULL;
	r->spare = NULL;
}

/* Copies the unparsed bytes to the end of the MARGIN bytes before the block
 * that was read ahead, makes that block the current one, and starts reading the
 * next block. */
static void change_blocks(struct kis_ndjson *r)
{
	char *spare = r->block;

	r->at = MARGIN - r->held;
	memcpy(r->spare + r->at, r->block, r->held);
	r->held = MARGIN;
	r->block = r->spare;
	r->spare = spare;
	kis_worker_read(r->worker, r->fd, r->spare + MARGIN, BLOCK);
}

/* Appends the next bytes of the file to the unparsed bytes. Returns the number
 * of bytes added, 0 at the end of the file, or -1 and sets errno. */
static ssize_t read_block(struct kis_ndjson *r)
{
	ssize_t n;

	if (!r->worker)
		return kis_file_read(
			r->fd, r->block + r->held, r->size - r->held);
	n = kis_worker_wait(r->worker);
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
			err, KIS_EX_IO, "cannot read '%s'", name_of(r));
	last = memrchr(r->block + r->held, '\n', (size_t)n);
	r->held += (size_t)n;
	r->whole = last ? (size_t)(last - r->block) + 1 : 0;
	r->at_end = n == 0;
	/* The parser may read the bytes after the data, so initialise them. */
	memset(r->block + r->held, 0, KIS_NDJSON_READ_PAST);
	if (r->sum < LONG && (r->sum += (size_t)n) >= LONG)
		begin_ahead(r);
	return 0;
}

/* Reads until a complete line is in memory. Returns 1; 0 at the end of the
 * file; or -1 and sets err: 74 if reading fails, 65 if a line is too long or
 * the last line has no newline. */
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
		"last line has no newline: the input is truncated");
	return reject(r, r->block + r->at, r->held - r->at, err);
}

/* ---- Reading lines, and the lookahead ---- */

/* Copies the lines of a new block to a new chunk for kis_ndjson_rewind(),
 * because parsing changes the lines in the block. */
static void keep_block(struct kis_ndjson *r)
{
	size_t n = r->whole - r->at;
	struct chunk *c;

	r->chunks = kis_mem_resize(
		r->chunks, r->chunk_count + 1, sizeof(*r->chunks));
	c = &r->chunks[r->chunk_count++];
	*c = (struct chunk){
		.bytes = kis_mem_resize(NULL, n + KIS_NDJSON_READ_PAST, 1),
		.len = n,
		.file = r->file,
		.number = r->line_number};
	memcpy(c->bytes, r->block + r->at, n);
	memset(c->bytes + n, 0, KIS_NDJSON_READ_PAST);
}

/* Checks the result of kis_line_next(). Returns 1 for a record, 0 for a line of
 * whitespace, or -1 and sets err for an invalid line or a response of the API.
 */
static int check_line(struct kis_ndjson *r, int got, const char *p,
	int same_keys, struct kis_err *err)
{
	if (got < 0) {
		kis_line_error(&r->line, p, err);
		return reject(r, p, (size_t)(r->block + r->held - p), err);
	}
	if (got == 0 || same_keys || !kis_line_is_response(&r->line)) {
		r->has_record |= got;
		return got;
	}
	kis_ndjson_is_response(path_of(r), err);
	return kis_fail_context(err, "%s", kis_ndjson_position(r));
}

static int read_line(struct kis_ndjson *r, int *same_keys, struct kis_err *err)
{
	char *p = r->block + r->at, *line = p;
	int got;

	r->line_number++;
	got = kis_line_next(&r->line, &p, r->block + r->whole, same_keys);
	r->line_bytes = (size_t)(p - line);
	r->at += r->line_bytes;
	r->looked_records++;
	r->looked_bytes += r->line_bytes;
	return check_line(r, got, line, *same_keys, err);
}

/* Reads the next record of the lookahead again. No error can occur, because the
 * lines were valid when they were first read. Returns 1, or 0 after the last
 * record. */
static int reread_line(struct kis_ndjson *r, int *same_keys)
{
	int got = 0;

	while (got == 0 && r->chunk < r->chunk_count) {
		struct chunk *c = &r->chunks[r->chunk];
		char *p = c->bytes + r->chunk_at, *line = p;

		if (r->chunk_at == c->len) {
			free(c->bytes);
			c->bytes = NULL;
			r->chunk++;
			r->chunk_at = 0;
			continue;
		}
		got = kis_line_next(&r->line, &p, c->bytes + c->len, same_keys);
		r->line_bytes = (size_t)(p - line);
		r->chunk_at += r->line_bytes;
		c->number++;
	}
	r->rereads = got == 1;
	if (got == 0)
		free_chunks(r);
	return got;
}

/* Opens the next file. Returns 1, 0 if there is no next file, or -1 and sets
 * err. */
static int next_file(struct kis_ndjson *r, struct kis_err *err)
{
	if (r->fd >= 0) {
		if (!r->files[r->file + 1])
			return 0;
		close_file(r);
		r->file++;
	}
	return open_file(r, err) < 0 ? -1 : 1;
}

int kis_ndjson_next(struct kis_ndjson *r, const struct kis_member **members,
	size_t *count, int *same_keys, struct kis_err *err)
{
	int got = 0;

	r->failed = 1;
	if (r->line.names.count >= KIS_LINE_NAMES_MAX && !r->line.ahead_end) {
		kis_line_forget(&r->line);
		r->epoch++;
	}
	if (!r->keeps && r->chunk_count)
		got = reread_line(r, same_keys);
	while (got == 0) {
		if (r->fd < 0 || r->at == r->whole) {
			got = r->fd < 0 ? 0 : fill(r, err);
			if (got == 0)
				got = next_file(r, err);
			if (got == 0)
				r->failed = 0;
			if (got <= 0)
				return got;
			if (r->keeps && r->at < r->whole)
				keep_block(r);
			got = 0;
			continue;
		}
		got = read_line(r, same_keys, err);
	}
	r->failed = got < 0;
	*members = r->line.members;
	*count = r->line.count;
	return got;
}

int kis_ndjson_failed(const struct kis_ndjson *r)
{
	return r->failed;
}

size_t kis_ndjson_line_bytes(const struct kis_ndjson *r)
{
	return r->line_bytes;
}

unsigned kis_ndjson_epoch(const struct kis_ndjson *r)
{
	return r->epoch;
}

void kis_ndjson_look_ahead(struct kis_ndjson *r)
{
	r->keeps = 1;
}

int kis_ndjson_is_far(const struct kis_ndjson *r)
{
	return r->looked_records >= KIS_LOOKAHEAD_RECORDS ||
	       r->looked_bytes >= KIS_LOOKAHEAD_BYTES;
}

void kis_ndjson_rewind(struct kis_ndjson *r)
{
	r->keeps = 0;
	r->line.is_new = 1;
	/* If a line was parsed ahead, skip it in the block. The last chunk
	 * contains an unparsed copy of that line, which is read again. */
	if (r->line.ahead_end) {
		r->at = (size_t)(r->line.ahead_end - r->block);
		r->line_number++;
		r->line.ahead_end = NULL;
	}
	/* The lines that are still unparsed will be read from the block, so
	 * remove their copies from the last chunk. */
	if (r->chunk_count)
		r->chunks[r->chunk_count - 1].len -= r->whole - r->at;
}

/* Returns 1 if the file can be read again from the offset at which it was first
 * read. */
static int can_reread(const struct kis_ndjson *r, size_t file)
{
	const char *path = r->files[file];
	const struct identity *id = &r->identities[file];
	struct stat now;

	if (file < r->known)
		return S_ISREG(id->stat.st_mode) && id->start >= 0;
	return (is_stdin(path) ? fstat(STDIN_FILENO, &now)
			       : stat(path, &now)) == 0 &&
	       S_ISREG(now.st_mode);
}

int kis_ndjson_can_restart(const struct kis_ndjson *r)
{
	for (size_t i = 0; r->files[i]; i++)
		if (!can_reread(r, i))
			return 0;
	return 1;
}

int kis_ndjson_restart(struct kis_ndjson *r)
{
	if (!kis_ndjson_can_restart(r))
		return 0;
	close_file(r);
	free_chunks(r);
	r->rereads = 0;
	r->file = 0;
	r->keeps = 0;
	r->line.ahead_end = NULL;
	r->line.is_new = 1;
	return 1;
}
