#include "cmd/kis-fetch/token.h"
#include "lib/buf.h"
#include "lib/config.h"
#include "lib/file.h"
#include "lib/mem.h"
#include "lib/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Maximum number of bytes to read: the longest token, and whitespace around
 * it. */
enum { MAX_INPUT = KIS_TOKEN_MAX + 64 };

static int open_file(
	const char *path, const struct kis_log *logger, struct kis_err *err)
{
	/* O_NONBLOCK prevents open() from waiting for the writer of a FIFO. The
	 * later read waits for the writer, but only until the deadline. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return kis_fail_errno(err, KIS_EX_NOINPUT,
			"cannot open token file '%s'", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077))
		kis_log_warn(logger,
			"token file '%s' is readable by other users; run: "
			"chmod 600 '%s'",
			path, path);
	return fd;
}

static void fail_long(struct kis_err *err)
{
	kis_fail(err, KIS_EX_DATA, "invalid token: longer than %d bytes",
		KIS_TOKEN_MAX);
}

static char *take(struct kis_buf *b, struct kis_err *err)
{
	const char *p = b->data;
	size_t n = b->len;

	/* Windows programs may write a byte order mark. */
	p += kis_text_bom(b->data, n);
	n -= kis_text_bom(b->data, n);
	kis_text_trim(&p, &n);
	if (n == 0) {
		kis_fail(err, KIS_EX_NOINPUT,
			"no token received: the previous command failed or "
			"printed nothing");
		return NULL;
	}
	if (n <= KIS_TOKEN_MAX && kis_text_is_graphic(p, n))
		return kis_mem_copy(p, n);
	if (n > KIS_TOKEN_MAX)
		fail_long(err);
	else if (kis_text_is_utf16(b->data, b->len))
		kis_fail(err, KIS_EX_DATA,
			"invalid token: UTF-16 text; save it as UTF-8");
	else
		kis_fail(err, KIS_EX_DATA,
			"invalid token: contains whitespace or other invalid "
			"characters");
	return NULL;
}

char *token_read(const char *path, int64_t deadline_ms,
	const struct kis_log *logger, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(MAX_INPUT);
	int is_stdin = !path || strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open_file(path, logger, err);
	char *token = NULL;

	if (fd < 0)
		return NULL;
	kis_buf_reserve(&b, MAX_INPUT);
	/* Standard input is read without a deadline, because the previous
	 * command may wait before it prints the token. */
	if (kis_file_read_fd_until(fd, &b, is_stdin ? 0 : deadline_ms) == 0)
		token = take(&b, err);
	else if (errno == ETIME)
		kis_fail(err, KIS_EX_TEMP,
			"no token received from '%s' in time", path);
	else if (errno == EFBIG)
		fail_long(err);
	else
		kis_fail_errno(err, KIS_EX_IO, "cannot read the token");
	if (!is_stdin)
		close(fd);
	kis_buf_release_secret(&b);
	return token;
}
