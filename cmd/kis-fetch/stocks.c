#include "cmd/kis-fetch/stocks.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct stock *find(struct stocks *s, const char *code)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->list[i].code, code) == 0)
			return &s->list[i];
	return NULL;
}

/* Letters are capitals in all codes. */
static int copy_code(char to[STOCK_CODE], const char *p, size_t n)
{
	enum { SHORTEST = 6 };

	kis_text_trim(&p, &n);
	if (n < SHORTEST || n >= STOCK_CODE)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)p[i]))
			return -1;
		to[i] = (char)toupper((unsigned char)p[i]);
	}
	to[n] = '\0';
	return 0;
}

/* name may be NULL. */
static int add(struct stocks *s, const char *code, size_t n, const char *name,
	int exit, struct kis_err *err)
{
	char copy[STOCK_CODE] = "";
	struct stock *known;

	if (copy_code(copy, code, n) < 0)
		return kis_fail(err, exit,
			"invalid stock code '%.*s': expected 6 to 9 letters "
			"and digits, such as 005930",
			n > 40 ? 40 : (int)n, code);
	known = find(s, copy);
	if (!known && s->count == STOCKS_MAX)
		return kis_fail(err, KIS_EX_USAGE,
			"more than %d stocks in one run; split the list",
			STOCKS_MAX);
	if (!known) {
		s->list =
			kis_mem_resize(s->list, s->count + 1, sizeof(*s->list));
		known = &s->list[s->count++];
		memset(known, 0, sizeof(*known));
		memcpy(known->code, copy, sizeof(copy));
	}
	if (!known->name && name && *name)
		known->name = kis_mem_dup(name);
	return 0;
}

int stocks_add(
	struct stocks *s, const char *code, size_t n, struct kis_err *err)
{
	return add(s, code, n, NULL, KIS_EX_USAGE, err);
}

static int add_record(
	struct stocks *s, const char *line, size_t n, struct kis_err *err)
{
	json_t *record = kis_json_parse_foreign(line, n, KIS_EX_DATA, err);
	const char *code;
	int rc;

	if (!record)
		return -1;
	code = kis_json_text(record, "mksc_shrn_iscd");
	rc = code ? add(s, code, strlen(code),
			    kis_json_text(record, "hts_kor_isnm"), KIS_EX_DATA,
			    err)
		  : kis_fail(err, KIS_EX_DATA,
			    "the record has no stock code (mksc_shrn_iscd)");
	json_decref(record);
	return rc;
}

static int add_line(
	struct stocks *s, const char *line, size_t n, struct kis_err *err)
{
	kis_text_trim(&line, &n);
	if (n == 0)
		return 0;
	return *line == '{' ? add_record(s, line, n, err)
			    : add(s, line, n, NULL, KIS_EX_DATA, err);
}

static int add_lines(struct stocks *s, const char *path,
	const struct kis_buf *text, struct kis_err *err)
{
	static const char mark[] = "\xEF\xBB\xBF";
	const char *p = text->data, *end = p + text->len, *stop;

	if (text->len >= 3 && memcmp(p, mark, 3) == 0)
		p += 3;
	for (size_t line = 1; p < end; line++, p = stop + 1) {
		stop = memchr(p, '\n', (size_t)(end - p));
		if (!stop)
			stop = end;
		if (add_line(s, p, (size_t)(stop - p), err) < 0)
			return kis_fail_context(err, "%s:%zu", path, line);
	}
	return 0;
}

int stocks_read(struct stocks *s, const char *path, int64_t deadline_ms,
	struct kis_err *err)
{
	int is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO
			  : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct kis_buf text = KIS_BUF_INIT(8 << 20);
	size_t before = s->count;
	int rc = 0;

	if (fd < 0)
		return kis_fail_errno(err,
			errno == ENOENT ? KIS_EX_NOINPUT : KIS_EX_IO,
			"cannot open '%s'", path);
	if (kis_file_read_fd_until(fd, &text, is_stdin ? 0 : deadline_ms) < 0)
		rc = errno == EFBIG
			     ? kis_fail(err, KIS_EX_DATA,
				       "'%s' is larger than 8 MiB; split the "
				       "list",
				       path)
		     : errno == ETIME
			     ? kis_fail(err, KIS_EX_TEMP,
				       "nothing arrived in '%s' in time", path)
			     : kis_fail_errno(err, KIS_EX_IO,
				       "cannot read '%s'", path);
	if (!is_stdin)
		close(fd);
	if (rc == 0)
		rc = add_lines(s, path, &text, err);
	if (rc == 0 && s->count == before && before == 0)
		rc = kis_fail(
			err, KIS_EX_NOINPUT, "no stock code in '%s'", path);
	kis_buf_release(&text);
	return rc;
}

void stocks_release(struct stocks *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->list[i].name);
	free(s->list);
	memset(s, 0, sizeof(*s));
}
