/*
 * The NDJSON reader as its callers see it: what is a member, what is
 * refused and how it is told, and that nothing depends on how the bytes
 * arrive.
 */
#include "lib/buf.h"
#include "lib/mem.h"
#include "lib/ndjson.h"
#include "tests/unit/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reads all of fd; writes each member as key=kind:text; and each record's
 * end as | (same keys) or ! (others) to out, which the caller frees. */
static int read_all(int fd, char **out, struct kis_err *err)
{
	struct kis_buf text = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	const struct kis_member *m;
	struct kis_ndjson *r;
	char path[64];
	size_t count;
	int same, got = -1;

	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	r = kis_ndjson_open(path, err);
	kis_buf_add_str(&text, "");
	while (r && (got = kis_ndjson_next(r, &m, &count, &same, err)) > 0) {
		for (size_t i = 0; i < count; i++)
			kis_buf_printf(&text, "%.*s=%c:%.*s;",
				(int)m[i].key_len, m[i].key,
				"SNTF0J"[m[i].value], (int)m[i].text_len,
				m[i].text);
		kis_buf_add_str(&text, same ? "|" : "!");
	}
	kis_ndjson_free(r);
	*out = text.data;
	return r && got == 0 ? 0 : -1;
}

/* Writes in pieces of step bytes from a child. Small ones go through a pipe
 * that keeps them apart, so that a read ends where each does. */
static int feed(const char *p, size_t n, size_t step, pid_t *child)
{
	int ends[2];

	if (pipe2(ends, step < 64 ? O_DIRECT : 0) != 0)
		abort();
	*child = fork();
	if (*child == 0) {
		close(ends[0]);
		while (n) {
			ssize_t put = write(ends[1], p, n < step ? n : step);

			if (put <= 0)
				break;
			p += put;
			n -= (size_t)put;
		}
		_exit(0);
	}
	close(ends[1]);
	return ends[0];
}

static int read_text(
	const char *p, size_t n, size_t step, char **out, struct kis_err *err)
{
	pid_t child;
	int fd = feed(p, n, step, &child);
	int rc = read_all(fd, out, err);

	close(fd);
	waitpid(child, NULL, 0);
	return rc;
}

static void gives(const char *name, const char *text, const char *wanted)
{
	struct kis_err err = {0};
	char *got;
	int rc = read_text(text, strlen(text), 4096, &got, &err);

	if (!ok(rc == 0 && strcmp(got, wanted) == 0, "%s", name))
		printf("# got %s %s\n# wanted %s\n", got, err.msg, wanted);
	free(got);
}

static void refuses_bytes(
	const char *name, const char *p, size_t n, const char *message)
{
	struct kis_err err = {0};
	char *got;
	int rc = read_text(p, n, 4096, &got, &err);

	if (!ok(rc < 0 && err.code == KIS_EX_DATA && strstr(err.msg, message),
		    "%s", name))
		printf("# code %d, message %s, read %s\n", err.code, err.msg,
			got);
	free(got);
}

static void refuses(const char *name, const char *text, const char *message)
{
	refuses_bytes(name, text, strlen(text), message);
}

static void test_values(void)
{
	gives("all kinds of values",
		"{\"a\":\"x\",\"b\":1.10,\"c\":true,\"d\":false,\"e\":null,"
		"\"f\":[ 1 , {\"g\" : 2.50}]}\n",
		"a=S:x;b=N:1.10;c=T:true;d=F:false;e=0:;"
		"f=J:[1,{\"g\":2.50}];!");
	gives("the same kinds in the shape of the line before",
		"{\"a\":1}\n{\"a\":\"1\"}\n{\"a\":true}\n{\"a\":false}\n"
		"{\"a\":null}\n{\"a\":[]}\n{\"a\":-0.5e+7}\n",
		"a=N:1;!a=S:1;|a=T:true;|a=F:false;|a=0:;|a=J:[];|"
		"a=N:-0.5e+7;|");
	gives("escapes",
		"{\"a\":\"\"}\n"
		"{\"a\":\"\\\"\\\\\\/"
		"\\b\\f\\n\\r\\t\\u00e9\\uAC00\\ud83d\\ude00\"}\n"
		"{\"\\u0061\":\"x\\u0031\"}\n",
		"a=S:;!a=S:\"\\/\b\f\n\r\té가😀;|a=S:x1;|");
	gives("numbers of any size",
		"{\"a\":12345678901234567890,\"b\":1e999,"
		"\"c\":[123456789012345678901.50,1E-999]}\n",
		"a=N:12345678901234567890;b=N:1e999;"
		"c=J:[123456789012345678901.50,1E-999];!");
	gives("nested strings with no more escapes than must be",
		"{\"a\":[\"\\uac00\\u0041\\/\\u000a\\u0001\\\\\\\"\\u007f "
		"\"]}\n",
		"a=J:[\"가A/\\n\\u0001\\\\\\\"\x7f \"];!");
}

static void test_lines(void)
{
	gives("nothing", "", "");
	gives("blank lines and CRLF", "\n \t\r\n{\"a\":1}\r\n\r\n{\"a\":2}\r\n",
		"a=N:1;!a=N:2;|");
	gives("blanks between tokens",
		" { \"a\" : 1 , \"b\" : \"2\" } \n { \"a\" : 3 , \"b\" : 4 } \n"
		"{\"a\":5,\"b\":6}\n",
		"a=N:1;b=S:2;!a=N:3;b=N:4;|a=N:5;b=N:6;|");
	gives("other members, other order, none",
		"{\"a\":1,\"b\":2}\n{\"b\":2,\"a\":1}\n{\"a\":1}\n{}\n{}\n",
		"a=N:1;b=N:2;!b=N:2;a=N:1;!a=N:1;!!|");
	gives("one member less, and the same letters in all keys",
		"{\"a\":1,\"\":2}\n{\"a\":3}\n{\"\":4,\"a\":5}\n",
		"a=N:1;=N:2;!a=N:3;!=N:4;a=N:5;!");
	gives("long keys that share a front",
		"{\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz1\":1}"
		"\n"
		"{\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz2\":1}"
		"\n"
		"{\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz2\":2}"
		"\n",
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz1=N:1;!"
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz2=N:1;!"
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz2=N:2;|");
	gives("an empty key, and keys that share a front",
		"{\"\":1,\"ab\":2,\"a\":3}\n{\"a\":1,\"ba\":2,\"\":3}\n",
		"=N:1;ab=N:2;a=N:3;!a=N:1;ba=N:2;=N:3;!");
}

static void test_refused(void)
{
	static const char nul[] = "{\"a\":\"1\"}\n{\"a\":\"\0\"}\n";

	refuses("a cut file", "{\"a\":1}\n{\"a\":1}", ":2: the last line");
	refuses("half an object", "{\"a\":1}\n\n{\"a\":\n",
		":3: the line ends");
	refuses("a raw control character", "{\"a\":\"\t\"}\n", ":1: not JSON");
	refuses("one in a line like the last",
		"{\"a\":\"\"}\n{\"a\":\"\x1f\"}\n", ":2: not JSON");
	refuses_bytes("NUL", nul, sizeof(nul) - 1, ":2: a NUL");
	refuses("NUL as an escape", "{\"a\":\"\"}\n{\"a\":\"\\u0000\"}\n",
		":2: a NUL character, written");
	refuses("half a surrogate pair", "{\"a\":\"\"}\n{\"a\":\"\\ud800x\"}\n",
		":2: not JSON");
	refuses("two first halves",
		"{\"a\":\"\"}\n{\"a\":\"\\ud800\\ud800\"}\n", ":2: not JSON");
	refuses("a second half", "{\"a\":\"\"}\n{\"a\":\"\\udc00\"}\n",
		":2: not JSON");
	refuses("UTF-8 of a surrogate",
		"{\"a\":\"\"}\n{\"a\":\"\xED\xA0\x80\"}\n",
		":2: invalid UTF-8 at byte 7");
	refuses("overlong UTF-8", "{\"a\":\"\"}\n{\"a\":\"\xC0\xAF\"}\n",
		":2: invalid UTF-8");
	refuses("overlong UTF-8 of three bytes",
		"{\"a\":\"\"}\n{\"a\":\"\xE0\x9F\xBF\"}\n",
		":2: invalid UTF-8");
	refuses("overlong UTF-8 of four bytes",
		"{\"a\":\"\"}\n{\"a\":\"\xF0\x8F\xBF\xBF\"}\n",
		":2: invalid UTF-8");
	refuses("UTF-8 of four bytes cut by the quote",
		"{\"a\":\"\"}\n{\"a\":\"\xF0\x9F\x98\"}\n",
		":2: invalid UTF-8");
	refuses("UTF-8 beyond Unicode",
		"{\"a\":\"\"}\n{\"a\":\"\xF4\x90\x80\x80\"}\n",
		":2: invalid UTF-8");
	refuses("UTF-8 cut by the quote",
		"{\"a\":\"\"}\n{\"a\":\"\xEA\xB0\"}\n", ":2: invalid UTF-8");
	refuses("a member twice", "{\"a\":1,\"a\":2}\n", "stands twice");
	refuses("a member twice by an escape", "{\"a\":1,\"\\u0061\":2}\n",
		"stands twice");
	refuses("a member twice inside", "{\"x\":{\"a\":1,\"a\":2}}\n",
		"stands twice");
	refuses("junk behind", "{\"a\":1}\n{\"a\":1}x\n", ":2: something");
	refuses("an array", "[1]\n", "an array, not an object");
	refuses("a string", "\"a\"\n", "no object");
	refuses("a byte order mark", "\xEF\xBB\xBF{\"a\":1}\n", "byte order");
	refuses("a leading zero", "{\"a\":1}\n{\"a\":01}\n", ":2: not JSON");
	refuses("two numbers", "{\"a\":1}\n{\"a\":1-1e5}\n", ":2: not JSON");
	refuses("a point without digits", "{\"a\":1}\n{\"a\":1.}\n",
		"not JSON");
	refuses("a plus", "{\"a\":1}\n{\"a\":+1}\n", "not JSON");
	refuses("a wrong literal", "{\"a\":1}\n{\"a\":nulL}\n", "not JSON");
}

static void test_depth(void)
{
	char text[512];

	snprintf(text, sizeof(text), "{\"a\":%.*s%.*s}\n", 63,
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
		63,
		"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
		"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	ok(strlen(text) == 63 * 2 + 7, "64 levels are written");
	{
		struct kis_err err = {0};
		char *got;

		ok(read_text(text, strlen(text), 64, &got, &err) == 0,
			"64 levels are read");
		free(got);
	}
	snprintf(text, sizeof(text), "{\"a\":%.*s%.*s}\n", 64,
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
		64,
		"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
		"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	refuses("65 levels are not", text, "more than 64 levels");
}

/* Wherever a read ends, the members are the same. */
static void test_pieces(void)
{
	static const char text[] = "{\"a\":\"삼성전자\",\"b\":\"12345678\"}\n"
				   "{\"a\":\"x\\u00e9\\n\",\"b\":\"\"}\n\n"
				   "{\"a\":\"😀\",\"b\":[1,2]}\n{\"b\":\"1\"}\n";
	struct kis_err err = {0};
	char *whole, *got;
	int same = 1;

	read_text(text, sizeof(text) - 1, 4096, &whole, &err);
	for (size_t step = 1; step < 40; step++) {
		if (read_text(text, sizeof(text) - 1, step, &got, &err) != 0 ||
			strcmp(got, whole) != 0)
			same = 0;
		free(got);
	}
	ok(same && *whole, "reads of 1 to 39 bytes give the same records");
	free(whole);
}

static char *long_line(size_t n)
{
	char *line = kis_mem_new(n + 2, 1);

	memset(line, 'x', n);
	memcpy(line, "{\"a\":\"", 6);
	memcpy(line + n - 2, "\"}\n", 4);
	return line;
}

static void test_long_lines(void)
{
	static const size_t sizes[] = {
		(256 << 10) - 1, 256 << 10, (256 << 10) + 1, 1 << 20, 16 << 20};
	struct kis_err err = {0};
	char *line, *got;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		line = long_line(sizes[i]);
		ok(read_text(line, sizes[i] + 1, 1 << 20, &got, &err) == 0 &&
				strlen(got) == sizes[i] - 8 + 6,
			"a line of %zu bytes", sizes[i]);
		free(line);
		free(got);
	}
	line = long_line((16 << 20) + 1);
	refuses_bytes("a line of 16 MiB and one byte", line, (16 << 20) + 2,
		":1: a line of more than 16 MiB");
	free(line);
}

/* Records that end at every place around the end of a block. */
static void test_block_ends(void)
{
	int good = 1;

	for (size_t pad = (256 << 10) - 40; pad < (256 << 10) + 8; pad++) {
		struct kis_err err = {0};
		char *line = kis_mem_new(pad + 200, 1), *got;
		size_t n = pad;

		memset(line, ' ', pad);
		n += (size_t)sprintf(line + pad,
			"\n{\"a\":\"가나다\"}\n{\"a\":\"x\\n\"}\n{\"a\":1}\n");
		if (read_text(line, n, n, &got, &err) != 0 ||
			strcmp(got, "a=S:가나다;!a=S:x\n;|a=N:1;|") != 0)
			good = 0;
		free(line);
		free(got);
	}
	ok(good, "records across the end of a block");
}

static void test_answer(void)
{
	static const struct kis_member answer[] = {
		{.key = "output", .key_len = 6},
		{.key = "rt_cd", .key_len = 5}};

	ok(kis_ndjson_is_answer(answer, 2), "an answer is known");
	ok(!kis_ndjson_is_answer(answer, 1), "output alone is no answer");
}

static void test_open(void)
{
	struct kis_err err = {0};
	const struct kis_member *m;
	struct kis_ndjson *r;
	size_t count;
	int same;

	ok(!kis_ndjson_open("/nonexistent/x", &err) &&
			err.code == KIS_EX_NOINPUT,
		"a missing file is 66");
	ok(!kis_ndjson_open("/dev/null/x", &err) && err.code == KIS_EX_NOINPUT,
		"one below a file too");
	r = kis_ndjson_open("/", &err);
	ok(r && kis_ndjson_next(r, &m, &count, &same, &err) < 0 &&
			err.code == KIS_EX_IO,
		"a folder is 74");
	kis_ndjson_free(r);
	kis_ndjson_free(NULL);
}

int main(void)
{
	test_values();
	test_lines();
	test_refused();
	test_depth();
	test_pieces();
	test_long_lines();
	test_block_ends();
	test_answer();
	test_open();
	return done();
}
