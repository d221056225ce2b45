/* Tests cmd/kis-toxlsx: dates, text of cells, the XML scan, sheet names, the
 * verification of a workbook, and fdopen(). */
#include "cmd/kis-toxlsx/book.h"
#include "cmd/kis-toxlsx/cell.h"
#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/package.h"
#include "cmd/kis-toxlsx/row.h"
#include "lib/record.h"
#include "lib/text.h"
#include "tests/unit/tap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static long day(const char *text)
{
	return cell_date_parse(text, strlen(text));
}

static void test_days(void)
{
	static const char *const wrong[] = {"", "0", "20260229", "20261301",
		"20260001", "20260100", "20260132", "2026010", "202601011",
		"2026-1-1", "18991231", "19000228", "21000229", " 2026010"};
	char text[CELL_DATE_TEXT];
	long known = 61;

	ok(day("19000301") == 61, "cell_date_parse: 1900-03-01 is day 61");
	ok(day("19700101") == 25569,
		"cell_date_parse: 1970-01-01 is day 25569");
	ok(day("20240229") == 45351,
		"cell_date_parse: 2024-02-29 is day 45351");
	ok(day("20000229") != 0, "cell_date_parse: 2000 is a leap year");
	ok(day("99991231") == 2958465,
		"cell_date_parse: 9999-12-31 is day 2958465");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ok(day(wrong[i]) == 0, "cell_date_parse: rejects '%s'",
			wrong[i]);
	for (; known <= 2958465; known++) {
		char plain[9];

		cell_date_text(known, text);
		snprintf(plain, sizeof(plain), "%.4s%.2s%.2s", text, text + 5,
			text + 8);
		if (day(plain) != known)
			break;
	}
	ok(known == 2958466,
		"cell_date_text: every day from 61 on is parsed back (%ld)",
		known);
}

static void test_times(void)
{
	static const char good[] = "2026-11-20T18:40:03+09:00";
	static const char *const wrong[] = {"2026-11-20T18:40:03Z",
		"2026-11-20T24:00:00+09:00", "2026-11-20T18:60:03+09:00",
		"2026-11-20 18:40:03+09:00", "2026-02-30T18:40:03+09:00",
		"2026-11-20T18:40:03+08:00", ""};
	char text[CELL_DATE_TEXT];
	long long seconds = 0;
	double when = cell_time_parse(good, strlen(good), &seconds);

	ok(seconds == 1795167603,
		"cell_time_parse: returns the seconds since 1970 (%lld)",
		seconds);
	cell_time_text(when, text);
	ok(strcmp(text, "2026-11-20 18:40") == 0, "cell_time_text: %s", text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ok(cell_time_parse(wrong[i], strlen(wrong[i]), NULL) == 0,
			"cell_time_parse: rejects '%s'", wrong[i]);
	for (int minute = 0; minute < 1440; minute++) {
		char iso[32], needed[16];

		snprintf(iso, sizeof(iso), "2026-11-20T%02d:%02d:00+09:00",
			minute / 60 % 24, minute % 60);
		snprintf(needed, sizeof(needed), "%02d:%02d", minute / 60 % 24,
			minute % 60);
		cell_time_text(cell_time_parse(iso, strlen(iso), NULL), text);
		if (strcmp(text + 11, needed) != 0) {
			ok(0, "cell_time_text: %s became %s", iso, text);
			return;
		}
	}
	ok(1, "cell_time_text: every minute of a day is parsed back");
}

static void test_text(void)
{
	static const char *const pairs[][2] = {{"plain", "plain"},
		{"a\tb\nc", "a\tb\nc"}, {"\x01", "_x0001_"},
		{"a\rb", "a_x000D_b"}, {"_x0001_", "_x005F_x0001_"},
		{"_x00g1_", "_x00g1_"}, {"_x0001", "_x0001"},
		{"\xef\xbf\xbe", "_xFFFE_"}, {"\xef\xbf\xbf", "_xFFFF_"},
		{"\xef\xbf\xbd", "\xef\xbf\xbd"}, {"", ""}};
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		cell_text_set(&b, pairs[i][0], strlen(pairs[i][0]));
		ok(strcmp(b.data, pairs[i][1]) == 0,
			"cell_text_set: case %zu is escaped for XML", i);
	}
	kis_buf_release(&b);
}

/* Tests that the width of a cell with prdy_vrss_sign equals the display width
 * of the cell's text. */
static void test_signs(void)
{
	int column = kis_record_find("prdy_vrss_sign", 14);
	int good = 1;

	for (int i = 0; i <= 5; i++) {
		char text[1 + KIS_NDJSON_READ_PAST] = {(char)('0' + i)};
		struct kis_member m = {.text = text, .text_len = 1};
		struct kis_field field = {.type = KIS_TYPE_TABLE};
		struct cell c = {.type = CELL_EMPTY};

		cell_of(&m, column, &field, CELL_LOOK_REPORT, &c);
		good &= c.type == CELL_TEXT &&
			c.width == kis_text_width(c.text, c.text_len);
	}
	ok(good, "cell_of: width of prdy_vrss_sign equals the width of its "
		 "text");
}

/* Scans the XML document in two pieces, once for each possible split. Every
 * scan must count `rows` rows and `cells` cells, and xml_scan_is_whole() must
 * then return `whole`. */
static void scan_ok(const char *xml, int whole, uint64_t rows, uint64_t cells)
{
	size_t n = strlen(xml);

	for (size_t cut = 0; cut <= n; cut++) {
		struct xml_scan s = {0};

		xml_scan_feed(&s, xml, cut);
		xml_scan_feed(&s, xml + cut, n - cut);
		if (xml_scan_is_whole(&s) != whole || s.rows != rows ||
			s.cells != cells) {
			ok(0, "xml_scan_feed: split at %zu: %s", cut, xml);
			return;
		}
	}
	ok(1, "xml_scan_is_whole: %s: %s", whole ? "complete" : "incomplete",
		xml);
}

static void test_scan(void)
{
	scan_ok("<?xml version=\"1.0\"?><a><row r=\"1\"><c r=\"A1\"><v>1"
		"</v></c><c r=\"B1\"/></row></a>",
		1, 1, 2);
	scan_ok("<a><cols><col/></cols><rowx/><cx/></a>", 1, 0, 0);
	scan_ok("<a><row></row>", 0, 1, 0);
	scan_ok("<a></a", 0, 0, 0);
	scan_ok("<a></a></a>", 0, 0, 0);
	scan_ok("<a></a><b/>", 0, 0, 0);
	scan_ok("<a/>", 1, 0, 0);
	scan_ok("", 0, 0, 0);
}

/* Scans the XML document in two pieces, once for each possible split. After
 * every scan, xml_scan_is_text() must return `good`. */
static void chars_ok(const char *xml, int good)
{
	size_t n = strlen(xml);

	for (size_t cut = 0; cut <= n; cut++) {
		struct xml_scan s = {0};

		xml_scan_feed(&s, xml, cut);
		xml_scan_feed(&s, xml + cut, n - cut);
		if (xml_scan_is_text(&s) != good) {
			ok(0, "xml_scan_is_text: split at %zu of %zu bytes",
				cut, n);
			return;
		}
	}
	ok(1, "xml_scan_is_text: %s a document of %zu bytes",
		good ? "accepts" : "rejects", n);
}

static void test_scan_chars(void)
{
	static const char *const bad[] = {"\xef\xbf\xbe", "\xef\xbf\xbf",
		"\x01", "\x1f", "\x80", "\xbf", "\xc0\x80", "\xc1\xbf",
		"\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xe3\x82",
		"\xe3\x82<", "\xc3"};
	char xml[64];

	chars_ok("<a b=\"한글 é 😀 \x7f\">\t\r\n1234567 89 ~}</a>", 1);
	chars_ok("\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbd\xf4\x8f\xbf\xbf\xc2\x80",
		1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		chars_ok(bad[i], 0);
		snprintf(xml, sizeof(xml), "<a>12345678 %s</a>", bad[i]);
		chars_ok(xml, 0);
		snprintf(xml, sizeof(xml), "<a b=\"%s\">1234567</a>", bad[i]);
		chars_ok(xml, 0);
	}
}

static void test_top(void)
{
	struct top t = {0};
	char name[16];

	top_add(&t, TOP_VALUE, TOP_ROWS_MAX, "low", 3, 1, 0);
	top_add(&t, TOP_VALUE, TOP_ROWS_MAX, "high", 4, 3, 0);
	top_add(&t, TOP_VALUE, TOP_ROWS_MAX, "equal", 5, 3, 0);
	top_add(&t, TOP_SHARE, TOP_ROWS_MAX, "other", 5, 9, 0);
	ok(t.count[TOP_VALUE] == 3 && t.count[TOP_SHARE] == 1 &&
			strcmp(t.rows[TOP_VALUE][0].name, "high") == 0,
		"top_add: sorts the largest value first");
	ok(strcmp(t.rows[TOP_VALUE][1].name, "equal") == 0,
		"top_add: keeps equal values in input order");
	for (int i = 0; i < 2 * TOP_ROWS_MAX; i++) {
		snprintf(name, sizeof(name), "%d", i);
		top_add(&t, TOP_VALUE, TOP_ROWS_MAX, name, strlen(name),
			10 + i % 70, 0);
	}
	ok(t.count[TOP_VALUE] == TOP_ROWS_MAX &&
			t.rows[TOP_VALUE][0].value == 79 &&
			strcmp(t.rows[TOP_VALUE][TOP_ROWS_MAX - 1].name,
				"95") == 0,
		"top_add: keeps the TOP_ROWS_MAX largest; the last is %s",
		t.rows[TOP_VALUE][TOP_ROWS_MAX - 1].name);
	top_reset(&t);
	ok(t.count[TOP_VALUE] == 0 && !t.rows[TOP_VALUE],
		"top_reset: removes all rows");
}

static void test_fold(void)
{
	static const char *const pairs[][2] = {{"AZaz@[`{", "azaz@[`{"},
		{"ÀÖ×ØÞßàö÷", "àö×øþßàö÷"}, {"ĀāĮįİı", "āāįįİı"},
		{"ĲĶĸĹĽŇŉŊŶŸŹŽſ", "ĳķĸĺľňŉŋŷÿźžſ"},
		{"ΆΈΊΌΎΏΐΑΡΣΫάς", "άέίόύώΐαρσϋάσ"},
		{"ЀЏАЯѠҀ҂ҊҾӀӁӍӐԮ",
			"ѐџаяѡҁ҂ҋҿӏӂӎӑԯ"},
		{"ＡＺａ：", "ａｚａ："}, {"한글 😀", "한글 😀"}, {"", ""}};
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		name_fold(&b, pairs[i][0], strlen(pairs[i][0]));
		ok(strcmp(b.data, pairs[i][1]) == 0,
			"name_fold: '%s' becomes '%s'", pairs[i][0], b.data);
	}
	kis_buf_release(&b);
}

static void name_is(struct book *b, const char *wanted, const char *made)
{
	struct kis_err err = {0};
	struct writer *w = book_add_sheet(b, wanted, &err);

	ok(w && strcmp(w->name, made) == 0,
		"book_add_sheet: '%s' is named '%s' and accepted", wanted,
		w ? w->name : err.msg);
}

static void test_names(void)
{
	struct book book = BOOK_INIT, *b = &book;
	struct kis_err err = {0};

	ok(book_open(b, &err) == 0,
		"book_open: opens a workbook for the sheet names");
	name_is(b, "코스닥 1일", "코스닥 1일");
	name_is(b, "코스닥 1일", "코스닥 1일 (2)");
	name_is(b, "a[]:*?/\\b", "a_______b");
	name_is(b, "", "_");
	name_is(b, "'", "_ (2)");
	name_is(b, "history", "history (2)");
	name_is(b,
		"가나다라마바사아자차카타파하가나다라마바사아자차카타파하가나다"
		"라",
		"가나다라마바사아자차카타파하가나다라마바사아자차카타파하가나"
		"다");
	name_is(b, "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀");
	name_is(b, "\x01\xef\xbf\xbe", "__");
	name_is(b, "Été Ａ", "Été Ａ");
	name_is(b, "éTÉ ａ", "éTÉ ａ (2)");
	book_release(b);
}

/* Verifies the workbook file. Returns 0 if the workbook has `sheets` sheets
 * (1 or 2), each with `rows` rows and `cells` cells, or -1 and sets err. */
static int read_back(const char *path, uint64_t rows, uint64_t cells,
	size_t sheets, struct kis_err *err)
{
	struct writer w = {.rows = rows, .cells = cells};
	struct writer *const all[] = {&w, &w};

	return package_verify(path, all, sheets, err);
}

static void make_book(const char *path, const char *header)
{
	lxw_workbook *wb = workbook_new(path);
	lxw_worksheet *ws = workbook_add_worksheet(wb, "one");

	worksheet_write_number(ws, 0, 0, 1, NULL);
	worksheet_set_header(ws, header);
	workbook_close(wb);
}

static void test_readback(void)
{
	char path[] = "/tmp/kis-unit.XXXXXX";
	struct kis_err err = {0};

	close(mkstemp(path));
	make_book(path, "fine");
	ok(read_back(path, 1, 1, 1, &err) == 0,
		"package_verify: accepts a correct workbook");
	ok(read_back(path, 2, 1, 1, &err) < 0 && err.code == KIS_EX_IO,
		"package_verify: a missing row fails with status 74: %s",
		err.msg);
	ok(read_back(path, 1, 2, 1, &err) < 0 && err.code == KIS_EX_IO,
		"package_verify: a missing cell fails with status 74: %s",
		err.msg);
	ok(read_back(path, 1, 1, 2, &err) < 0 && err.code == KIS_EX_IO,
		"package_verify: a missing sheet fails with status 74: %s",
		err.msg);
	make_book(path, "not \x01 fine");
	ok(read_back(path, 1, 1, 1, &err) < 0 && err.code == KIS_EX_BUG,
		"package_verify: a character invalid in XML fails with status "
		"70: %s",
		err.msg);
	unlink(path);
}

/* Writes a byte with fdopen() to a new file made from template. Returns the
 * size of the file, -1 if its name was removed, or -2 if it cannot be made. */
static long size_written(char *template)
{
	int fd = mkstemp(template);
	struct stat st;
	long size;
	FILE *f;

	if (fd < 0)
		return -2;
	f = fdopen(fd, "w");
	fputc('x', f);
	fclose(f);
	size = stat(template, &st) ? -1 : (long)st.st_size;
	unlink(template);
	return size;
}

static void test_fdopen(void)
{
	char theirs[] = "/tmp/tmp.XXXXXX", other[] = "/tmp/kis-unit.XXXXXX";

#ifdef __GLIBC__
	ok(size_written(theirs) == -1,
		"fdopen: a temporary file of libxlsxwriter is in memory, and "
		"its name is removed");
#else
	(void)theirs;
#endif
	ok(size_written(other) == 1, "fdopen: any other file is written");
}

int main(void)
{
	test_days();
	test_times();
	test_text();
	test_signs();
	test_scan();
	test_scan_chars();
	test_top();
	test_fold();
	test_names();
	test_readback();
	test_fdopen();
	return done();
}
