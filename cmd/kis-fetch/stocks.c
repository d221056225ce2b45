#include "cmd/kis-fetch/stocks.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "lib/locale.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static struct stock *find(struct stocks *s, const char *code)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->list[i].code, code) == 0)
			return &s->list[i];
	return NULL;
}

/* Copies the stock code of n bytes at p to the buffer "to", in capital letters.
 * Removes the prefix A that brokers add to a code, as in A005930. Returns 0, or
 * -1 if the form of the code is invalid. */
static int copy_code(char to[STOCK_CODE], const char *p, size_t n)
{
	enum { SHORTEST = 6 };

	kis_text_trim(&p, &n);
	if (n == SHORTEST + 1 && (*p == 'A' || *p == 'a'))
		p++, n--;
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

/* Adds a stock to s. If s already has a stock with this code, only sets its
 * name if it has none. name may be NULL. Returns 0. Returns -1 and sets err if
 * the code is invalid (the exit status is the argument "exit") or if there are
 * too many stocks (64). */
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
			"too many stocks: at most %d per run; to split the "
			"list, run: split -l %d FILE",
			STOCKS_MAX, STOCKS_MAX);
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
			    "the record has no stock code (mksc_shrn_iscd, a "
			    "string)");
	json_decref(record);
	return rc;
}

/* Splits a line of *n bytes: sets *code and *len to the stock code, and *line
 * and *n to the rest, which may be a name. The code may be 005930, "005930", or
 * ="005930" as kis-tocsv --excel writes it. */
static void cut_code(
	const char **line, size_t *n, const char **code, size_t *len)
{
	const char *p = *line, *end = p + *n;

	if (p < end && *p == '=')
		p++;
	if (p < end && *p == '"')
		p++;
	*code = p;
	while (p < end && !strchr(" \t,;\"", *p))
		p++;
	*len = (size_t)(p - *code);
	while (p < end && strchr(" \t,;\"", *p))
		p++;
	while (end > p && strchr(" \t,;\"", end[-1]))
		end--;
	*line = p;
	*n = (size_t)(end - p);
}

/* Adds the stock of one line: a code, optionally followed by a name, or a
 * record. Ignores empty lines and comments, which begin with #. */
static int add_line(
	struct stocks *s, const char *line, size_t n, struct kis_err *err)
{
	char other[STOCK_CODE], *name;
	const char *code, *next, *second;
	size_t len, rest, second_len;
	int rc;

	kis_text_trim(&line, &n);
	if (n == 0 || *line == '#')
		return 0;
	if (*line == '{')
		return add_record(s, line, n, err);
	cut_code(&line, &n, &code, &len);
	next = line;
	rest = n;
	cut_code(&next, &rest, &second, &second_len);
	if (copy_code(other, second, second_len) == 0 &&
		memchr("0123456789", *other, 10))
		return kis_fail(err, KIS_EX_DATA,
			"two stock codes on one line; write one per line");
	if (kis_text_utf8_valid(line, n) != n || memchr(line, '\0', n))
		return kis_fail(err, KIS_EX_DATA, "not valid UTF-8");
	name = kis_mem_copy(line, n);
	rc = add(s, code, len, kis_text_strip(name), KIS_EX_DATA, err);
	free(name);
	return rc;
}

static int add_lines(struct stocks *s, const char *path,
	const struct kis_buf *text, struct kis_err *err)
{
	const char *p = text->data, *end = p + text->len, *stop;

	p += kis_text_bom(p, text->len);
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
	enum { MAX_BYTES = 8 << 20 };
	struct kis_buf text = KIS_BUF_INIT(MAX_BYTES);
	int rc = kis_file_read_input(path, deadline_ms, _("a list of stocks"),
		KIS_EX_DATA, &text, NULL, err);

	if (rc == 0)
		rc = add_lines(s, path, &text, err);
	if (rc == 0 && s->count == 0)
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
