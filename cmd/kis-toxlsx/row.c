#include "cmd/kis-toxlsx/row.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "lib/vec16.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Length of an escaped character, such as _x0001_. */
enum { MAX_GROWTH = 7 };

static int is_escape(const char *p, size_t n)
{
	if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return 0;
	for (int i = 2; i < 6; i++)
		if (!isxdigit((unsigned char)p[i]))
			return 0;
	return 1;
}

/* Returns 1 if the first byte of the text is the CR of a CR LF. */
static int is_line_end(const char *p, size_t n)
{
	return *p == '\r' && n > 1 && p[1] == '\n';
}

/* Returns the character at p if it must be escaped, otherwise 0. Sets *len to
 * the number of bytes of the character if it must be escaped, otherwise to
 * 1. */
static unsigned forbidden_at(const char *p, size_t n, size_t *len)
{
	unsigned char c = (unsigned char)p[0];

	*len = 1;
	if (c < 0x20 && c != '\t' && c != '\n')
		return c;
	if (c == '_' && is_escape(p, n))
		return c;
	if (c != 0xef || n < 3 || (unsigned char)p[1] != 0xbf ||
		(unsigned char)p[2] < 0xbe)
		return 0;
	*len = 3;
	return (unsigned char)p[2] == 0xbe ? 0xfffe : 0xffff;
}

void cell_text_set(struct kis_buf *out, const char *p, size_t n)
{
	size_t from = 0, len = 1;

	kis_buf_reset(out);
	for (size_t i = 0; i < n; i += len) {
		unsigned c = forbidden_at(p + i, n - i, &len);

		if (!c)
			continue;
		kis_buf_add(out, p + from, i - from);
		if (!is_line_end(p + i, n - i))
			kis_buf_printf(out, "_x%04X_", c);
		from = i + len;
	}
	kis_buf_add(out, p + from, n - from);
}

/* Returns 1 if one of the first n bytes may need an escape: a control
 * character, XML markup, the start of _xHHHH_, or 0xEF, the first byte of
 * U+FFFE and U+FFFF. */
static int is_special(kis_vec16 word, size_t n)
{
	kis_vec16 low = (kis_vec16)((word & KIS_VEC16_SPLAT((char)0xE0)) ==
				    KIS_VEC16_SPLAT(0));
	kis_vec16 found = low | (kis_vec16)(word == KIS_VEC16_SPLAT('&')) |
			  (kis_vec16)(word == KIS_VEC16_SPLAT('<')) |
			  (kis_vec16)(word == KIS_VEC16_SPLAT('>')) |
			  (kis_vec16)(word == KIS_VEC16_SPLAT('_')) |
			  (kis_vec16)(word == KIS_VEC16_SPLAT((char)0xEF));

	return kis_vec16_any(found & kis_vec16_front(n));
}

size_t cell_text_copy_plain(char *to, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i += KIS_VEC16_BYTES) {
		size_t left = n - i;
		kis_vec16 word = kis_vec16_load(p + i);

		if (is_special(word,
			    left < KIS_VEC16_BYTES ? left : KIS_VEC16_BYTES))
			return 0;
		kis_vec16_store(to + i, word);
	}
	return n;
}

void cell_text_add_xml(struct kis_buf *out, const char *p, size_t n)
{
	for (size_t i = 0, len; i < n; i += len) {
		unsigned c = forbidden_at(p + i, n - i, &len);

		if (is_line_end(p + i, n - i))
			continue;
		if (c)
			kis_buf_printf(out, "_x%04X_", c);
		else if (p[i] == '&')
			kis_buf_add_str(out, "&amp;");
		else if (p[i] == '<')
			kis_buf_add_str(out, "&lt;");
		else if (p[i] == '>')
			kis_buf_add_str(out, "&gt;");
		else
			kis_buf_add(out, p + i, len);
	}
}

int cell_text_fits(const char *p, size_t n)
{
	const char *end = p + n;
	size_t units = 0;

	if (n <= CELL_TEXT_SURE_BYTES)
		return 1;
	while (p < end) {
		size_t len;

		if (forbidden_at(p, (size_t)(end - p), &len)) {
			units += MAX_GROWTH;
			p += len;
			continue;
		}
		units += kis_text_utf8_next(&p, end) > 0xffff ? 2 : 1;
	}
	return units <= CELL_TEXT_MAX_UNITS;
}

int name_takes(uint32_t c)
{
	return c >= 0x20 && c != 0x7f && c != 0xfffe && c != 0xffff;
}

void name_add(struct kis_buf *b, const char *text, size_t max_units)
{
	const char *end = text + strlen(text);

	while (text < end) {
		const char *from = text;
		uint32_t c = kis_text_utf8_next(&text, end);
		size_t units = c > 0xffff ? 2 : 1;

		if (units > max_units)
			return;
		max_units -= units;
		if (name_takes(c))
			kis_buf_add(b, from, (size_t)(text - from));
		else
			kis_buf_add(b, "_", 1);
	}
}

/* Ranges of capital letters, from the simple and common foldings in Unicode's
 * CaseFolding.txt. `add` is the distance from a capital to its small letter. If
 * `step` is 2, only every second character of the range is a capital. */
static const struct {
	uint16_t first, last;
	uint8_t step, add;
} capitals[] = {
	{0x0041, 0x005a, 1, 32},                         /* Latin */
	{0x00c0, 0x00d6, 1, 32},                         /* Latin-1 */
	{0x00d8, 0x00de, 1, 32}, {0x0100, 0x012e, 2, 1}, /* Latin Extended-A */
	{0x0132, 0x0136, 2, 1}, {0x0139, 0x0147, 2, 1}, {0x014a, 0x0176, 2, 1},
	{0x0179, 0x017d, 2, 1}, {0x0386, 0x0386, 1, 38}, /* Greek */
	{0x0388, 0x038a, 1, 37}, {0x038c, 0x038c, 1, 64},
	{0x038e, 0x038f, 1, 63}, {0x0391, 0x03a1, 1, 32},
	{0x03a3, 0x03ab, 1, 32},
	{0x03c2, 0x03c2, 1, 1}, /* sigma at the end of a word */
	{0x03d8, 0x03ee, 2, 1}, {0x0400, 0x040f, 1, 80}, /* Cyrillic */
	{0x0410, 0x042f, 1, 32}, {0x0460, 0x0480, 2, 1}, {0x048a, 0x04be, 2, 1},
	{0x04c0, 0x04c0, 1, 15}, {0x04c1, 0x04cd, 2, 1}, {0x04d0, 0x052e, 2, 1},
	{0xff21, 0xff3a, 1, 32}, /* full-width */
};

static uint32_t fold(uint32_t c)
{
	if (c == 0x178)
		/* Y with diaeresis cannot be in the table: its small letter has
		 * the lower code, so `add` would be negative. */
		return 0xff;
	for (size_t i = 0; i < sizeof(capitals) / sizeof(*capitals); i++)
		if (c <= capitals[i].last)
			return c < capitals[i].first ||
					       (c - capitals[i].first) %
						       capitals[i].step
				       ? c
				       : c + capitals[i].add;
	return c;
}

static void add_char(struct kis_buf *b, uint32_t c)
{
	char bytes[3] = {(char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3f)),
		(char)(0x80 | (c & 0x3f))};

	if (c >= 0x800) {
		kis_buf_add(b, bytes, 3);
		return;
	}
	bytes[0] = c < 0x80 ? (char)c : (char)(0xc0 | c >> 6);
	bytes[1] = bytes[2];
	kis_buf_add(b, bytes, c < 0x80 ? 1 : 2);
}

void name_fold(struct kis_buf *b, const char *text, size_t n)
{
	const char *end = text + n;

	kis_buf_reset(b);
	kis_buf_add(b, "", 0);
	while (text < end) {
		const char *from = text;
		uint32_t c = kis_text_utf8_next(&text, end);
		uint32_t small = fold(c);

		if (small == c)
			kis_buf_add(b, from, (size_t)(text - from));
		else
			add_char(b, small);
	}
}

enum {
	SHORT_NUMBER = 16, /* number of bytes that suffice for most numbers */
	/* Maximum size in bytes of a cell's XML without its text: the full
	 * sizes ROW_XML_… of all pieces (row.h), and a number. */
	CELL_BYTES = ROW_XML_BEGIN + ROW_XML_LETTERS + ROW_XML_ROW +
		     CELL_NUMBER_TEXT + ROW_XML_END,
	/* Number of text cells, from the start of the workbook, that share
	 * their text even if it needs no escape. About 4,000 records of a
	 * ranking have this number of text cells. */
	SHARED_CELLS = 20000,
	/* maximum size of the shared string table, in bytes */
	SHARED_BYTES = 1 << 20,
	/* bytes of SHARED_BYTES that are reserved for text that needs
	 * escapes */
	SHARED_SPECIAL = 512 << 10,
	/* estimated bytes that the table needs for each text, in addition to
	 * the text */
	SHARED_OVERHEAD = 96,
};

#define ROW         "<row r=\""
#define ROW_NEXT    "\">"
#define VALUE       "\"><v>"
#define CELL_END    "</v></c>"
#define ROW_END     CELL_END "</row>"
#define FORMULA     "<f>"
#define FORMULA_END "</f><v>"
#define INLINE      " t=\"inlineStr\""
#define TEXT        "<is><t>"
/* start of an inline string that keeps whitespace at both ends */
#define TEXT_KEPT "<is><t xml:space=\"preserve\">"
#define TEXT_END  "</t></is></c>"

_Static_assert(sizeof(CELL_END) - 1 == ROW_XML_END,
	"ROW_XML_END is the length of CELL_END");

static void set_begin(struct row_xml_begin *b, int style, const char *type)
{
	b->len = (size_t)snprintf(b->text, sizeof(b->text),
		CELL_END "<c s=\"%d\"%s r=\"", style, type);
}

void row_xml_init(struct row_xml *x, const struct styles *styles, lxw_sst *sst)
{
	static const char *const types[CELL_TYPES] = {
		[CELL_TEXT] = " t=\"str\"",
		[CELL_NUMBER] = "",
		[CELL_FORMULA] = "",
		[CELL_BOOL] = " t=\"b\"",
	};

	memset(x, 0, sizeof(*x));
	for (int i = 0; i < STYLE_COUNT; i++) {
		for (int type = CELL_TEXT; type < CELL_TYPES; type++)
			set_begin(&x->begin[i][type], styles->number[i],
				types[type]);
		set_begin(&x->inlined[i], styles->number[i], INLINE);
		set_begin(&x->shared_[i], styles->number[i], " t=\"s\"");
	}
	x->shared.sst = sst;
	x->shared.cells = SHARED_CELLS;
	x->shared.bytes = SHARED_BYTES;
	kis_buf_init(&x->shared.escaped, KIS_BUF_UNBOUND);
}

static void add_letters(struct row_xml *x, size_t columns)
{
	x->letters = kis_mem_resize(x->letters, columns, sizeof(*x->letters));
	for (; x->columns < columns; x->columns++) {
		struct row_xml_letters *letters = &x->letters[x->columns];

		memset(letters, 0, sizeof(*letters));
		lxw_col_to_name(letters->text, (lxw_col_t)x->columns, 0);
		letters->len = strlen(letters->text);
	}
}

/* The row that is being written. */
struct row {
	struct kis_buf *out;
	char *to; /* position at which the next byte is written */
	/* Number of bytes to omit from the start of the next XML to write,
	 * which begins with CELL_END, the end tags of the previous cell: the
	 * length of CELL_END if no cell is open, otherwise 0. */
	size_t skip;
	int any; /* 1 if the row has a cell */
};

/* Reserves space for the XML of the cells. Text that needs escapes may need
 * more space, which put_inline() reserves. */
static void make_room(struct row *r, const struct cell *cells, size_t count)
{
	size_t n = CELL_BYTES;

	for (size_t i = 0; i < count; i++)
		n += CELL_BYTES +
		     (cells[i].type == CELL_TEXT ||
					     cells[i].type == CELL_FORMULA
				     ? cells[i].text_len +
					       sizeof(FORMULA FORMULA_END)
				     : 0);
	r->to = kis_buf_reserve(r->out, n);
}

static char *put_bytes(char *to, const char *p, size_t n)
{
	memcpy(to, p, n);
	return to + n;
}

static void begin_row(struct row_xml *x, struct row *r, lxw_row_t row)
{
	size_t n = cell_number_whole(row + 1, x->row);

	r->to = put_bytes(r->to, ROW, sizeof(ROW) - 1);
	r->to = put_bytes(r->to, x->row, n);
	r->to = put_bytes(r->to, ROW_NEXT, sizeof(ROW_NEXT) - 1);
	r->skip = ROW_XML_END;
	r->any = 0;
	put_bytes(x->row + n, VALUE, sizeof(VALUE));
	x->row_len = n + sizeof(VALUE) - 1;
}

/* Writes the XML of a cell up to its value. Returns a pointer to the position
 * of the value. */
static char *begin_cell(const struct row_xml *x, const struct row *r,
	size_t col, const struct row_xml_begin *begin)
{
	char *to = r->to;

	memcpy(to, begin->text + r->skip, ROW_XML_BEGIN);
	to += begin->len - r->skip;
	memcpy(to, x->letters[col].text, ROW_XML_LETTERS);
	to += x->letters[col].len;
	memcpy(to, x->row, ROW_XML_ROW);
	return to + x->row_len;
}

static void end_cell(struct row *r, char *to)
{
	r->to = to;
	r->skip = 0;
	r->any = 1;
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Writes the text of a cell unchanged. Returns the length of the text, or 0 if
 * the text may need an escape or needs xml:space. */
static size_t put_plain(char *to, const struct cell *c)
{
	if (is_blank(c->text[0]) || is_blank(c->text[c->text_len - 1]))
		return 0;
	return cell_text_copy_plain(to, c->text, c->text_len);
}

/* Writes the value of a cell. Returns the length of the value. */
static size_t put_number(char *to, const struct cell *c)
{
	if (c->type == CELL_BOOL) {
		*to = c->truth ? '1' : '0';
		return 1;
	}
	memcpy(to, c->number.text, SHORT_NUMBER);
	if (c->number.len > SHORT_NUMBER)
		memcpy(to, c->number.text, CELL_NUMBER_TEXT);
	return c->number.len;
}

/* Writes a cell without its end tags, which the next cell adds. Returns 1, or 0
 * if put_plain() cannot write the text; the cell is then not written. */
static int put_cell(const struct row_xml *x, struct row *r, size_t col,
	const struct cell *c)
{
	char *value = begin_cell(x, r, col, &x->begin[c->style][c->type]);
	size_t n = c->type == CELL_TEXT ? put_plain(value, c)
					: put_number(value, c);

	if (n == 0)
		return 0;
	end_cell(r, value + n);
	return 1;
}

/* Writes a cell with a formula and its value. The formula must not need
 * escapes. */
static void put_formula(const struct row_xml *x, struct row *r, size_t col,
	const struct cell *c)
{
	char *to = begin_cell(x, r, col, &x->begin[c->style][c->type]);

	to = put_bytes(to - strlen("<v>"), FORMULA, strlen(FORMULA));
	to = put_bytes(to, c->text, c->text_len);
	to = put_bytes(to, FORMULA_END, strlen(FORMULA_END));
	end_cell(r, to + put_number(to, c));
}

/* Returns the index of the text in the table of shared strings, or -1 if the
 * table does not have the text. Adds a new text only if at least `kept` bytes
 * of the table then remain free. */
static int64_t share(struct row_shared *s, const char *p, size_t n, size_t kept)
{
	size_t known = s->texts.count, i;

	if (s->bytes < n + SHARED_OVERHEAD + kept) {
		i = kis_names_find(&s->texts, p, n);
		return i == SIZE_MAX ? -1 : (int64_t)s->index[i];
	}
	i = kis_names_add(&s->texts, p, n);
	if (i < known)
		return (int64_t)s->index[i];
	if (s->room < s->texts.cap) {
		s->room = s->texts.cap;
		s->index = kis_mem_resize(s->index, s->room, sizeof(*s->index));
	}
	s->bytes -= n + SHARED_OVERHEAD;
	cell_text_set(&s->escaped, p, n);
	s->index[i] = lxw_get_sst_index(s->sst, s->escaped.data, 0)->index;
	return (int64_t)s->index[i];
}

/* Writes the cell as a shared string and returns 1. Returns 0 if the text is
 * not in the table and adding it would leave fewer than `kept` bytes free. */
static int put_shared(struct row_xml *x, struct row *r, size_t col,
	const struct cell *c, size_t kept)
{
	int64_t i = x->shared.sst
			    ? share(&x->shared, c->text, c->text_len, kept)
			    : -1;
	char *to;

	if (i < 0)
		return 0;
	to = begin_cell(x, r, col, &x->shared_[c->style]);
	end_cell(r, to + cell_number_whole((uint64_t)i, to));
	return 1;
}

/* Writes *c, the first of the row's `count` remaining cells, as an inline
 * string. Then reserves space for the other cells again, because the string may
 * have used the space that was reserved for them. */
static void put_inline(const struct row_xml *x, struct row *r, size_t col,
	const struct cell *c, size_t count)
{
	const struct row_xml_begin *begin = &x->inlined[c->style];
	int kept = is_blank(c->text[0]) || is_blank(c->text[c->text_len - 1]);
	struct kis_buf *out = r->out;

	out->len = (size_t)(r->to - out->data);
	kis_buf_add(out, begin->text + r->skip, begin->len - r->skip);
	kis_buf_add(out, x->letters[col].text, x->letters[col].len);
	kis_buf_add(out, x->row, x->row_len - (sizeof("<v>") - 1));
	kis_buf_add_str(out, kept ? TEXT_KEPT : TEXT);
	cell_text_add_xml(out, c->text, c->text_len);
	kis_buf_add_str(out, TEXT_END);
	make_room(r, c + 1, count - 1);
	r->skip = ROW_XML_END;
	r->any = 1;
}

/* Writes *c, the first of the row's `count` remaining cells, in the form that
 * its type and text allow. */
static void put_any(struct row_xml *x, struct row *r, size_t col,
	const struct cell *c, size_t count)
{
	if (c->type == CELL_FORMULA) {
		put_formula(x, r, col, c);
		return;
	}
	if (c->type == CELL_TEXT && x->shared.cells) {
		x->shared.cells--;
		if (put_shared(x, r, col, c, SHARED_SPECIAL))
			return;
	}
	if (put_cell(x, r, col, c) || put_shared(x, r, col, c, 0))
		return;
	put_inline(x, r, col, c, count);
}

void row_xml_add(struct row_xml *x, struct kis_buf *out, lxw_row_t row,
	const struct cell *cells, size_t count)
{
	struct row r = {.out = out};
	size_t before = out->len;

	if (count > x->columns)
		add_letters(x, count);
	make_room(&r, cells, count);
	begin_row(x, &r, row);
	for (size_t i = 0; i < count; i++)
		if (cells[i].type != CELL_EMPTY)
			put_any(x, &r, i, &cells[i], count - i);
	r.to = put_bytes(r.to, &ROW_END[r.skip], sizeof(ROW_END) - 1 - r.skip);
	out->len = r.any ? (size_t)(r.to - out->data) : before;
}

void row_xml_release(struct row_xml *x)
{
	free(x->letters);
	kis_names_release(&x->shared.texts);
	free(x->shared.index);
	kis_buf_release(&x->shared.escaped);
	memset(x, 0, sizeof(*x));
}
