/*
 * Tests the NDJSON reader: the fields of records, and the messages for invalid
 * input. The result must not depend on how the bytes are split into reads.
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

/* Reads all records from fd and stores a new string in *out; the caller frees
 * it. The string contains each field as "key=kind:text;" and the end of each
 * record as "|" (same keys as the previous record) or "!" (different keys).
 * Returns the last result of kis_ndjson_next(). */
static int read_all(int fd, char **out, struct kis_err *err)
{
	struct kis_buf text = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	const struct kis_member *m;
	struct kis_ndjson *r;
	char path[64], *files[] = {path, NULL};
	size_t count;
	int same, got;

	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	r = kis_ndjson_new(files);
	kis_buf_add_str(&text, "");
	while ((got = kis_ndjson_next(r, &m, &count, &same, err)) > 0) {
		for (size_t i = 0; i < count; i++)
			kis_buf_printf(&text, "%.*s=%c:%.*s;",
				(int)m[i].key_len, m[i].key,
				"SNTF0J"[m[i].value], (int)m[i].text_len,
				m[i].text);
		kis_buf_add_str(&text, same ? "|" : "!");
	}
	kis_ndjson_free(r);
	*out = text.data;
	return got;
}

/* Starts a child process that writes n bytes to a pipe, at most "step" bytes at
 * a time, and sets *child to its pid. Returns the read end of the pipe, which
 * the caller closes. If the pieces are small, the pipe is in packet mode
 * (O_DIRECT), so that each read returns one piece. */
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

	if (!ok(rc == 0 && strcmp(got, wanted) == 0, "ndjson: accepts %s",
		    name))
		printf("# got %s %s\n# expected %s\n", got, err.msg, wanted);
	free(got);
}

static void refuses_bytes(
	const char *name, const char *p, size_t n, const char *message)
{
	struct kis_err err = {0};
	char *got;
	int rc = read_text(p, n, 4096, &got, &err);

	if (!ok(rc < 0 && err.code == KIS_EX_DATA && strstr(err.msg, message),
		    "ndjson: rejects %s", name))
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
	gives("all kinds of values under the key of the line before",
		"{\"a\":1}\n{\"a\":\"1\"}\n{\"a\":true}\n{\"a\":false}\n"
		"{\"a\":null}\n{\"a\":[]}\n{\"a\":-0.5e+7}\n",
		"a=N:1;!a=S:1;|a=T:true;|a=F:false;|a=0:;|a=J:[];|"
		"a=N:-0.5e+7;|");
	gives("all escapes in strings",
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
	gives("nested strings and returns them with few escapes",
		"{\"a\":[\"\\uac00\\u0041\\/\\u000a\\u0001\\\\\\\"\\u007f "
		"\"]}\n",
		"a=J:[\"가A/\\n\\u0001\\\\\\\"\x7f \"];!");
}

static void test_lines(void)
{
	gives("empty input", "", "");
	gives("empty lines, whitespace and CRLF",
		"\n \t\r\n{\"a\":1}\r\n\r\n{\"a\":2}\r\n", "a=N:1;!a=N:2;|");
	gives("spaces between tokens",
		" { \"a\" : 1 , \"b\" : \"2\" } \n { \"a\" : 3 , \"b\" : 4 } \n"
		"{\"a\":5,\"b\":6}\n",
		"a=N:1;b=S:2;!a=N:3;b=N:4;|a=N:5;b=N:6;|");
	gives("records with other fields, in another order, or without fields",
		"{\"a\":1,\"b\":2}\n{\"b\":2,\"a\":1}\n{\"a\":1}\n{}\n{}\n",
		"a=N:1;b=N:2;!b=N:2;a=N:1;!a=N:1;!!|");
	gives("a record with one field less, and keys in another order",
		"{\"a\":1,\"\":2}\n{\"a\":3}\n{\"\":4,\"a\":5}\n",
		"a=N:1;=N:2;!a=N:3;!=N:4;a=N:5;!");
	gives("long keys that share a prefix",
		"{\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz1\":1}"
		"\n"
		"{\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz2\":1}"
		"\n"
		"{\"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz2\":2}"
		"\n",
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz1=N:1;!"
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz2=N:1;!"
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz2=N:2;|");
	gives("an empty key, and short keys that share a prefix",
		"{\"\":1,\"ab\":2,\"a\":3}\n{\"a\":1,\"ba\":2,\"\":3}\n",
		"=N:1;ab=N:2;a=N:3;!a=N:1;ba=N:2;=N:3;!");
}

static void test_refused(void)
{
	static const char nul[] = "{\"a\":\"1\"}\n{\"a\":\"\0\"}\n";

	refuses("a last line without a newline", "{\"a\":1}\n{\"a\":1}",
		":2: last line");
	refuses("an unterminated object", "{\"a\":1}\n\n{\"a\":\n",
		":3: unterminated value at column 6");
	refuses("a raw control character", "{\"a\":\"\t\"}\n",
		":1: invalid JSON at column 7: control");
	refuses("a raw control character in the second record",
		"{\"a\":\"\"}\n{\"a\":\"\x1f\"}\n", ":2: invalid JSON");
	refuses_bytes(
		"a NUL byte", nul, sizeof(nul) - 1, ":2: NUL byte at column 7");
	refuses("a NUL written as an escape",
		"{\"a\":\"\"}\n{\"a\":\"\\u0000\"}\n",
		":2: NUL character (\\u0000) at column 7");
	refuses("a high surrogate alone",
		"{\"a\":\"\"}\n{\"a\":\"\\ud800x\"}\n", ":2: invalid JSON");
	refuses("two high surrogates",
		"{\"a\":\"\"}\n{\"a\":\"\\ud800\\ud800\"}\n",
		":2: invalid JSON");
	refuses("a low surrogate alone", "{\"a\":\"\"}\n{\"a\":\"\\udc00\"}\n",
		":2: invalid JSON");
	refuses("a surrogate encoded in UTF-8",
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
	refuses("a UTF-8 sequence of four bytes cut by the quote",
		"{\"a\":\"\"}\n{\"a\":\"\xF0\x9F\x98\"}\n",
		":2: invalid UTF-8");
	refuses("UTF-8 above U+10FFFF",
		"{\"a\":\"\"}\n{\"a\":\"\xF4\x90\x80\x80\"}\n",
		":2: invalid UTF-8");
	refuses("a UTF-8 sequence of three bytes cut by the quote",
		"{\"a\":\"\"}\n{\"a\":\"\xEA\xB0\"}\n", ":2: invalid UTF-8");
	refuses("a duplicate field", "{\"a\":1,\"a\":2}\n",
		"duplicate field in object, at column 8");
	refuses("a duplicate field written with an escape",
		"{\"a\":1,\"\\u0061\":2}\n", "duplicate field");
	refuses("a duplicate field in a nested object",
		"{\"x\":{\"a\":1,\"a\":2}}\n", "duplicate field");
	refuses("data after an object", "{\"a\":1}\n{\"a\":1}x\n",
		":2: trailing data after the object, at column 8");
	refuses("an array of numbers as a record", "[1]\n",
		"input is a JSON array");
	refuses("a string as a record", "\"a\"\n", "expected an object");
	refuses("a byte order mark", "\xEF\xBB\xBF{\"a\":1}\n",
		"byte order mark");
	refuses("a number with a leading zero", "{\"a\":1}\n{\"a\":01}\n",
		":2: invalid JSON");
	refuses("two numbers in one value", "{\"a\":1}\n{\"a\":1-1e5}\n",
		":2: invalid JSON");
	refuses("a number that ends with a point", "{\"a\":1}\n{\"a\":1.}\n",
		"invalid JSON");
	refuses("a number with a plus sign", "{\"a\":1}\n{\"a\":+1}\n",
		"invalid JSON");
	refuses("a name without a value", "{\"a\":{\"b\":}}\n",
		"column 11: expected a value");
	refuses("an array that ends with a comma", "{\"a\":[1,]}\n",
		"column 9: expected a value");
	refuses("an object that ends with a comma", "{\"a\":1,}\n",
		"column 8: expected a name");
	refuses("brackets that do not match", "{\"a\":[1}}\n",
		"column 8: expected ',' or ']'");
	refuses("a literal in the wrong letter case",
		"{\"a\":1}\n{\"a\":nulL}\n", "invalid JSON");
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
	ok(strlen(text) == 63 * 2 + 7,
		"ndjson: the test data has 64 levels of nesting");
	{
		struct kis_err err = {0};
		char *got;

		ok(read_text(text, strlen(text), 64, &got, &err) == 0,
			"ndjson: accepts 64 levels of nesting");
		free(got);
	}
	snprintf(text, sizeof(text), "{\"a\":%.*s%.*s}\n", 64,
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
		64,
		"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
		"]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	refuses("65 levels of nesting", text, "nesting exceeds 64 levels");
}

/* Tests that the records do not depend on where reads end. */
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
	ok(same && *whole,
		"ndjson: reads of 1 to 39 bytes give the same records");
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
			"ndjson: accepts a line of %zu bytes", sizes[i]);
		free(line);
		free(got);
	}
	line = long_line((16 << 20) + 1);
	refuses_bytes("a line of 16 MiB and one byte", line, (16 << 20) + 2,
		":1: line exceeds 16 MiB");
	free(line);
}

/* Tests three short records after a line of spaces. The length of that line
 * varies around 512 KiB, the size of a block of lib/ndjson.c, so that records
 * end at every position near the end of a block. */
static void test_block_ends(void)
{
	int good = 1;

	for (size_t pad = (512 << 10) - 40; pad < (512 << 10) + 8; pad++) {
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
	ok(good, "ndjson: accepts records across the end of a block");
}

static void test_response(void)
{
	static const char hint[] = "a response written by 'kis-fetch --raw'";

	refuses("a response of the API",
		"{\"output\":[],\"rt_cd\":\"0\",\"msg1\":\"\"}\n", hint);
	refuses("an error response of the API",
		"{\"rt_cd\":\"1\",\"msg1\":\"no\"}\n", hint);
	refuses("a response of the API after records",
		"{\"a\":1}\n{\"rt_cd\":\"1\",\"output\":[]}\n", hint);
	refuses("a response of the API over several lines",
		"{\n \"output\": [],\n \"rt_cd\": \"0\"}\n", hint);
	refuses("a response of the API without a newline",
		"{\"output\":[],\"rt_cd\":\"0\"}", hint);
	gives("a record whose only field is rt_cd", "{\"rt_cd\":\"0\"}\n",
		"rt_cd=S:0;!");
}

static void test_mistakes(void)
{
	refuses("gzip data", "\x1f\x8b\x08\x01 abc\n", "run: zcat '/dev/fd/");
	refuses("zstd data", "\x28\xb5\x2f\xfd abc\n",
		"run: zstdcat '/dev/fd/");
	refuses("an Excel workbook", "PK\3\4 abc\n", "an Excel workbook");
	refuses("a token as input", "eyJ0eXAi\n", "a token");
	refuses("CSV data", "market,period\n1001,1d\n", "input is CSV");
	refuses("CSV data with tabs", "market\tperiod\n1001\t1d\n", " --itsv ");
	refuses("CSV data with semicolons", "\"rank\";\"x\"\n1;2\n",
		"--ifs ';'");
	refuses("Korean CSV data with a byte order mark",
		"\xEF\xBB\xBF\"시장\",\"기간\"\r\n", "input is CSV");
	refuses("an array of objects", "[{\"a\":1},\n{\"a\":2}]\n",
		"jq -c '.[]' '/dev/");
	refuses("an array after an empty line", "\n [\n", "jq -c '.[]' '/dev/");
	refuses("JSON over several lines", "{\n  \"a\": 1\n}\n",
		"run: jq -c . '/dev/");
	refuses("an unterminated second record as invalid JSON",
		"{\"a\":1}\n{\"a\":\n", ":2: unterminated value");
}

/* Tests that kis_ndjson_rewind(), called after 0 to 5 records, makes the reader
 * return all records again. */
static void test_lookahead(void)
{
	static const char text[] = "{\"a\":\"1\\u0031\"}\n\n{\"b\":[ 1 ]}\n"
				   "{\"b\":2}\n{\"a\":3}\n{\"a\":4}\n";

	for (int ahead = 0; ahead <= 5; ahead++) {
		struct kis_buf got = KIS_BUF_INIT(KIS_BUF_UNBOUND);
		char path[64], *files[] = {path, NULL};
		const struct kis_member *m;
		struct kis_err err = {0};
		struct kis_ndjson *r;
		size_t count;
		pid_t child;
		int same, fd = feed(text, sizeof(text) - 1, 7, &child);

		snprintf(path, sizeof(path), "/dev/fd/%d", fd);
		r = kis_ndjson_new(files);
		kis_ndjson_look_ahead(r);
		for (int i = 0; i < ahead; i++)
			kis_ndjson_next(r, &m, &count, &same, &err);
		kis_ndjson_rewind(r);
		while (kis_ndjson_next(r, &m, &count, &same, &err) > 0)
			kis_buf_printf(&got, "%s%.*s=%.*s;",
				strchr(kis_ndjson_position(r), ':'),
				(int)m->key_len, m->key, (int)m->text_len,
				m->text);
		ok(strcmp(got.data, ":1a=11;:3b=[1];:4b=2;:5a=3;:6a=4;") == 0,
			"kis_ndjson_rewind: all records follow a lookahead of "
			"%d",
			ahead);
		kis_ndjson_free(r);
		kis_buf_release(&got);
		close(fd);
		waitpid(child, NULL, 0);
	}
}

static void test_restart(void)
{
	char path[] = "/tmp/kis-unit-XXXXXX", null[] = "/dev/null";
	char *files[] = {path, NULL};
	const struct kis_member *m;
	struct kis_err err = {0};
	struct kis_ndjson *r;
	size_t count;
	int same, fd = mkstemp(path);

	if (write(fd, "{\"a\":1}\n{\"a\":2}\n", 16) != 16)
		abort();
	r = kis_ndjson_new(files);
	kis_ndjson_next(r, &m, &count, &same, &err);
	kis_ndjson_next(r, &m, &count, &same, &err);
	ok(kis_ndjson_restart(r) &&
			kis_ndjson_next(r, &m, &count, &same, &err) == 1 &&
			m->text[0] == '1' && !same,
		"kis_ndjson_restart: a regular file is read again from its "
		"start");
	if (write(fd, "{\"a\":3}\n", 8) != 8)
		abort();
	ok(kis_ndjson_restart(r) &&
			kis_ndjson_next(r, &m, &count, &same, &err) == -1 &&
			err.code == KIS_EX_IO,
		"kis_ndjson_restart: a file that has changed fails with status "
		"74");
	kis_ndjson_free(r);
	files[0] = null;
	r = kis_ndjson_new(files);
	kis_ndjson_next(r, &m, &count, &same, &err);
	ok(!kis_ndjson_restart(r), "kis_ndjson_restart: refuses a device");
	kis_ndjson_free(r);
	close(fd);
	unlink(path);
}

static int open_code(char *path)
{
	char *files[] = {path, NULL};
	struct kis_err err = {0};
	const struct kis_member *m;
	struct kis_ndjson *r = kis_ndjson_new(files);
	size_t count;
	int same, rc = kis_ndjson_next(r, &m, &count, &same, &err);

	kis_ndjson_free(r);
	return rc < 0 ? err.code : 0;
}

static void test_open(void)
{
	static char missing[] = "/dev/none/x", below[] = "/dev/null/x",
		    root[] = "/";

	ok(open_code(missing) == KIS_EX_NOINPUT,
		"kis_ndjson_next: a missing file fails with status 66");
	ok(open_code(below) == KIS_EX_NOINPUT,
		"kis_ndjson_next: a path below a file fails with status 66");
	ok(open_code(root) == KIS_EX_IO,
		"kis_ndjson_next: a directory fails with status 74");
	kis_ndjson_free(NULL);
}

/* Tests 200,000 records with different keys. The reader forgets all keys when
 * it has read 65,536 of them, and must still accept every record. */
static void test_many_names(void)
{
	enum { RECORDS = 200000 };
	struct kis_buf text = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	struct kis_err err = {0};
	char *got;

	for (int i = 0; i < RECORDS; i++)
		kis_buf_printf(&text, "{\"n%d\":1}\n", i);
	ok(read_text(text.data, text.len, 1 << 16, &got, &err) == 0,
		"ndjson: accepts 200,000 records, each with another key");
	free(got);
	kis_buf_release(&text);
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
	test_response();
	test_mistakes();
	test_lookahead();
	test_restart();
	test_many_names();
	test_open();
	return done();
}
