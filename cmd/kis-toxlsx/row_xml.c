#include "cmd/kis-toxlsx/row_xml.h"
#include "cmd/kis-toxlsx/cell_text.h"
#include "lib/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most of a cell without its text: all pieces, whole, and a number. */
enum {
	SHORT_NUMBER = 16, /* most are no longer */
	CELL_BYTES = ROW_XML_BEGIN + ROW_XML_LETTERS + ROW_XML_ROW +
		     CELL_NUMBER_TEXT + ROW_XML_END,
};

#define ROW       "<row r=\""
#define ROW_NEXT  "\">"
#define VALUE     "\"><v>"
#define CELL_END  "</v></c>"
#define ROW_END   CELL_END "</row>"
#define INLINE    " t=\"inlineStr\""
#define TEXT      "<is><t>"
#define TEXT_KEPT "<is><t xml:space=\"preserve\">" /* with its blanks */
#define TEXT_END  "</t></is></c>"

_Static_assert(sizeof(CELL_END) - 1 == ROW_XML_END, "as the header says");

static void set_begin(struct row_xml_begin *b, int style, const char *type)
{
	b->len = (size_t)snprintf(b->text, sizeof(b->text),
		CELL_END "<c s=\"%d\"%s r=\"", style, type);
}

void row_xml_init(struct row_xml *x, const struct styles *styles)
{
	static const char *const types[] = {
		[CELL_TEXT] = " t=\"str\"",
		[CELL_NUMBER] = "",
		[CELL_BOOL] = " t=\"b\"",
	};

	memset(x, 0, sizeof(*x));
	for (int i = 0; i < STYLE_COUNT; i++) {
		for (int type = CELL_TEXT; type <= CELL_BOOL; type++)
			set_begin(&x->begin[i][type], styles->number[i],
				types[type]);
		set_begin(&x->inlined[i], styles->number[i], INLINE);
	}
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

/* A row that is being written. */
struct row {
	struct kis_buf *out;
	char *to;    /* where it goes on */
	size_t skip; /* bytes of CELL_END that no cell needs */
	int any;     /* it has a cell */
};

/* For these cells, unless their text must be escaped. */
static void make_room(struct row *r, const struct cell *cells, size_t count)
{
	size_t n = CELL_BYTES;

	for (size_t i = 0; i < count; i++)
		n += CELL_BYTES +
		     (cells[i].type == CELL_TEXT ? cells[i].text_len : 0);
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

/* Up to the value, whose place is returned. */
static char *begin_cell(const struct row_xml *x, const struct row *r,
	size_t col, const struct cell *c)
{
	const struct row_xml_begin *begin = &x->begin[c->style][c->type];
	char *to = r->to;

	memcpy(to, begin->text + r->skip, ROW_XML_BEGIN);
	to += begin->len - r->skip;
	memcpy(to, x->letters[col].text, ROW_XML_LETTERS);
	to += x->letters[col].len;
	memcpy(to, x->row, ROW_XML_ROW);
	return to + x->row_len;
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* The text as it stands; its length, or 0 if it cannot stand so. */
static size_t put_plain(char *to, const struct cell *c)
{
	if (is_blank(c->text[0]) || is_blank(c->text[c->text_len - 1]))
		return 0;
	return cell_text_copy_plain(to, c->text, c->text_len);
}

/* Its length. */
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

/* The cell without its end, which the next one writes; 0 and nothing done if
 * its text cannot stand as it is. */
static int put_cell(const struct row_xml *x, struct row *r, size_t col,
	const struct cell *c)
{
	char *value = begin_cell(x, r, col, c);
	size_t n = c->type == CELL_TEXT ? put_plain(value, c)
					: put_number(value, c);

	if (n == 0)
		return 0;
	r->to = value + n;
	r->skip = 0;
	r->any = 1;
	return 1;
}

/* The first of the cells as an inline string, and room for the others. */
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
		if (cells[i].type != CELL_EMPTY &&
			!put_cell(x, &r, i, &cells[i]))
			put_inline(x, &r, i, &cells[i], count - i);
	r.to = put_bytes(r.to, &ROW_END[r.skip], sizeof(ROW_END) - 1 - r.skip);
	out->len = r.any ? (size_t)(r.to - out->data) : before;
}

void row_xml_release(struct row_xml *x)
{
	free(x->letters);
	memset(x, 0, sizeof(*x));
}
