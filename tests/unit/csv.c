/*
 * Tests csv_write_record() and the functions of cell.h. libcsv's strict parser
 * reads each written row; every cell must come back unchanged, for any content
 * and delimiter.
 */
#include "cmd/kis-tocsv/cell.h"
#include "cmd/kis-tocsv/csv.h"
#include "lib/mem.h"
#include "tests/unit/tap.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 3, SLACK = 32 };

/* Callbacks of libcsv's parser. They append the byte "\1" after each cell and
 * the byte "\2" after each row; no cell in the tests contains these bytes. */
static void on_cell(void *p, size_t n, void *to)
{
	kis_buf_add(to, p, n);
	kis_buf_add_str(to, "\1");
}

static void on_row(int c, void *to)
{
	(void)c;
	kis_buf_add_str(to, "\2");
}

static int parse_back(
	const struct kis_buf *csv, char delimiter, struct kis_buf *cells)
{
	struct csv_parser parser;
	size_t n;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		abort();
	csv_set_delim(&parser, (unsigned char)delimiter);
	n = csv_parse(&parser, csv->data, csv->len, on_cell, on_row, cells);
	if (csv_fini(&parser, on_cell, on_row, cells) != 0)
		n = 0;
	csv_free(&parser);
	return n == csv->len ? 0 : -1;
}

static int has_special(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)p[i] < 0x20 || strchr("\"\\", p[i]))
			return 1;
	return 0;
}

static struct columns columns_of(size_t count)
{
	static struct column list[CELLS];

	for (size_t i = 0; i < count; i++) {
		list[i].known = KIS_NO_FIELD;
		list[i].field = KIS_NO_FIELD;
		list[i].member = (int)i;
	}
	return (struct columns){.list = list, .count = count};
}

/* Writes the cells as a row with w and parses the row. Returns 1 if the parsed
 * cells equal the written cells. */
static int comes_back(struct csv *w, char *const *texts, size_t count)
{
	struct kis_output out = KIS_OUTPUT_INIT;
	struct kis_buf wanted = KIS_BUF_INIT(KIS_BUF_UNBOUND), got = wanted;
	struct kis_member members[CELLS] = {0};
	struct columns columns = columns_of(count);
	struct kis_err err = {0};
	size_t bytes = 0;
	int same;

	kis_buf_init(&out.held, KIS_BUF_UNBOUND);
	out.hold_bytes = 1 << 16;
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(texts[i]);

		members[i].text = texts[i];
		members[i].text_len = n;
		members[i].value = KIS_VALUE_STRING;
		members[i].escaped = has_special(texts[i], n);
		bytes += n;
		on_cell(texts[i], n, &wanted);
	}
	on_row('\n', &wanted);
	same = csv_write_record(w, &columns, members, bytes, &out, &err) == 0 &&
	       parse_back(&out.held, w->delimiter, &got) == 0 &&
	       got.len == wanted.len &&
	       memcmp(got.data, wanted.data, got.len) == 0;
	if (!same)
		printf("# row: %.*s\n", (int)out.held.len, out.held.data);
	kis_buf_release(&out.held);
	kis_buf_release(&wanted);
	kis_buf_release(&got);
	return same;
}

/* Returns a new copy of text; the caller frees it. The copy is followed by
 * readable bytes that are not part of the text, like a text from the NDJSON
 * reader. These bytes are commas, so that a test fails if a function reads too
 * far. */
static char *with_slack(const char *text)
{
	size_t n = strlen(text);
	char *p = kis_mem_new(n + SLACK, 1);

	memset(p, ',', n + SLACK);
	memcpy(p, text, n);
	p[n] = '\0';
	return p;
}

static void test_awkward(char delimiter, int quote_all)
{
	static const char *const awkward[] = {"", "a", "a,b", "\"", "a\"b\"\"",
		"\r", "\n", "a\r\nb", "\t", " ", " a", "a ", "\ta", "a\t", ",",
		",,,", "1234567", "12345678", "123456789", "1234567,",
		"12345678,", ",12345678", "1234567812345678",
		"1234567812345678,", "삼성전자", "삼성,전자", "😀",
		"e\u0301 combining", "가", "\u2028", "\uFEFF", "'", ";", "=1+1",
		"a\\b"};
	const size_t n = sizeof(awkward) / sizeof(*awkward);
	struct csv w = {.delimiter = delimiter, .quote_all = quote_all};
	int alone = 1, together = 1;

	kis_buf_init(&w.row, KIS_BUF_UNBOUND);
	kis_buf_init(&w.cell, KIS_BUF_UNBOUND);
	kis_buf_init(&w.scratch, KIS_BUF_UNBOUND);
	for (size_t i = 0; i < n; i++) {
		char *texts[CELLS] = {with_slack(awkward[i]),
			with_slack(awkward[(i + 7) % n]),
			with_slack(awkward[(i * 3 + 1) % n])};

		alone &= comes_back(&w, texts, 1);
		together &= comes_back(&w, texts, CELLS);
		for (size_t k = 0; k < CELLS; k++)
			free(texts[k]);
	}
	csv_release(&w);
	ok(alone,
		"csv_write_record: rows of one special cell stay unchanged, "
		"delimiter %d, quote_all %d",
		delimiter, quote_all);
	ok(together,
		"csv_write_record: rows of three special cells stay unchanged, "
		"delimiter %d, quote_all %d",
		delimiter, quote_all);
}

static void fill_random(char *p, size_t n)
{
	static const char set[] = "abc123,,;;\"\" \t\r\n\\=x";

	for (size_t i = 0; i < n; i++)
		p[i] = set[(size_t)rand() % (sizeof(set) - 1)];
	p[n] = '\0';
}

static void test_random(void)
{
	struct csv w = {.delimiter = ','};
	int good = 1;

	kis_buf_init(&w.row, KIS_BUF_UNBOUND);
	kis_buf_init(&w.cell, KIS_BUF_UNBOUND);
	kis_buf_init(&w.scratch, KIS_BUF_UNBOUND);
	srand(1);
	for (int round = 0; round < 20000; round++) {
		char *texts[CELLS];

		for (size_t i = 0; i < CELLS; i++) {
			size_t n = (size_t)rand() % 40;

			texts[i] = kis_mem_new(n + SLACK, 1);
			fill_random(texts[i], n);
		}
		good &= comes_back(&w, texts, CELLS);
		for (size_t i = 0; i < CELLS; i++)
			free(texts[i]);
	}
	csv_release(&w);
	ok(good, "csv_write_record: 20,000 random rows stay unchanged");
}

static void formula(const char *text, int wanted)
{
	struct kis_buf scratch = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	ok(cell_is_formula(text, strlen(text), &scratch) == wanted,
		"cell_is_formula: '%s' %s a formula", text,
		wanted ? "is" : "is not");
	kis_buf_release(&scratch);
}

static void mistaken(const char *text, int wanted)
{
	struct kis_buf scratch = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	ok(cell_is_mistaken(text, strlen(text), &scratch) == wanted,
		"cell_is_mistaken: Excel %s '%s'",
		wanted ? "converts" : "does not convert", text);
	kis_buf_release(&scratch);
}

static void test_cells(void)
{
	static const char *const formulas[] = {"=1+1", "@x", "+cmd", "-x", "=5",
		"--5", "+", "\t", "\r", "\n=1", " =1", "\u00a0=1", "\u3000@x",
		"\t=1", "＝1+1", "＋x", "－x", "＠x", "+82-10-1234", "-5-3",
		"-1,2,x", "-5%x", " \r\n@SUM(1)"};
	static const char *const harmless[] = {"", "a=1", "-5", "-", " - ",
		"－", "- 5", "-.5", "+5", "-5%", "-5 %", "+1.26", "-1e9",
		"-1,000", "-0.5", "+1234567890123456789", "a@b", "005930",
		"(-5)", "－５", "\t5"};
	static const char *const taken[] = {"005930", "138930", "0013E0", "1-2",
		"--5", "007", "1E5", "1,000", "-5%", "₩1,000", "￦1,000", "€5",
		"$5", "￥5", "５５", "１，０００", "1/2", "1 1/2", "12:30",
		"2026-11-27", "TRUE", "false", "참", "거짓", "#N/A", "#n/a",
		"#DIV/0!", "ＴＲＵＥ", "MAR1", "2024년 1월 5일", " 5 ",
		"\u00a05"};
	static const char *const kept[] = {"00680K", "", "()", "-", "삼성전자",
		"TRUE1", "참고", "N/A", "#", "₩", "1일차", "A3", "KODEX 200"};
	size_t i;

	for (i = 0; i < sizeof(formulas) / sizeof(*formulas); i++)
		formula(formulas[i], 1);
	for (i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
		formula(harmless[i], 0);
	for (i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		mistaken(taken[i], 1);
	for (i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		mistaken(kept[i], 0);
}

int main(void)
{
	static const char delimiters[] = ",;\t|";

	for (size_t i = 0; i < sizeof(delimiters) - 1; i++) {
		test_awkward(delimiters[i], 0);
		test_awkward(delimiters[i], 1);
	}
	test_random();
	test_cells();
	return done();
}
