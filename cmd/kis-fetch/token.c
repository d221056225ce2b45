#include "cmd/kis-fetch/token.h"
#include "lib/buf.h"
#include "lib/file.h"
#include "lib/mem.h"
#include "lib/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_TOKEN = 4096 }; /* bytes; the documented limit is 350 */

static int open_file(
	const char *path, const struct kis_say *say, struct kis_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return kis_fail_errno(err, KIS_EX_NOINPUT,
			"cannot open the token file '%s'", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077))
		kis_say_warn(say,
			"the token in '%s' can be read by others; type: "
			"chmod 600 '%s'",
			path, path);
	return fd;
}

/* NULL, or what is wrong with the n bytes. */
static const char *flaw(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] > '~')
			return "what arrived is no token: it holds blanks, "
			       "line breaks or characters that no token has";
	return NULL;
}

static char *take(struct kis_buf *b, struct kis_err *err)
{
	const char *p = b->data, *wrong;
	size_t n = b->len;

	kis_text_trim(&p, &n);
	if (n == 0) {
		kis_fail(err, KIS_EX_NOINPUT,
			"no token arrived: the program before failed or "
			"printed none");
		return NULL;
	}
	wrong = flaw(p, n);
	if (!wrong)
		return kis_mem_copy(p, n);
	kis_fail(err, KIS_EX_DATA, "%s", wrong);
	return NULL;
}

char *token_read(
	const char *path, const struct kis_say *say, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(MAX_TOKEN);
	int is_stdin = !path || strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open_file(path, say, err);
	char *token = NULL;

	if (fd < 0)
		return NULL;
	kis_buf_reserve(&b, MAX_TOKEN);
	if (kis_file_read_fd(fd, &b) == 0)
		token = take(&b, err);
	else if (errno == EFBIG)
		kis_fail(err, KIS_EX_DATA,
			"what arrived is no token: it is longer than %d bytes",
			MAX_TOKEN);
	else
		kis_fail_errno(err, KIS_EX_IO, "cannot read the token");
	if (!is_stdin)
		close(fd);
	kis_buf_release_secret(&b);
	return token;
}
