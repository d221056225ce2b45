#include "cmd/kis-toxlsx/row_xml.h"
#include "cmd/kis-toxlsx/cell_text.h"
#include "lib/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most of a cell without its text: beginning, letters, row and value in whole
 * pieces, and the end. */
enum { CELL_BYTES = 5 * ROW_XML_PIECE };

#define ROW       "<row r=\""
#define ROW_NEXT  "\">"
#define ROW_END   "</row>"
#define VALUE     "\"><v>"
#define CELL_END  "</v></c>"
#define INLINE    " t=\"inlineStr\""
#define TEXT      "<is><t>"
#define TEXT_KEPT "<is><t xml:space=\"preserve\">" /* with its blanks */
#define TEXT_END  "</t></is></c>"

static void set_begin(struct row_xml_piece *piece, int style, const char *type)
{
	piece->len = (size_t)snprintf(piece->text, sizeof(piece->text),
		"<c s=\"%d\"%s r=\"", style, type);
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
		struct row_xml_piece *piece = &x->letters[x->columns];

		memset(piece, 0, sizeof(*piece));
		lxw_col_to_name(piece->text, (lxw_col_t)x->columns, 0);
		piece->len = strlen(piece->text);
	}
}

/* Behind out's end, for these cells unless their text must be escaped. */
static char *make_room(
	struct kis_buf *out, const struct cell *cells, size_t count)
{
	size_t n = CELL_BYTES;

	for (size_t i = 0; i < count; i++)
		n += CELL_BYTES +
		     (cells[i].type == CELL_TEXT ? cells[i].text_len : 0);
	return kis_buf_reserve(out, n);
}

/* There is room for a whole piece. */
static char *put(char *to, const struct row_xml_piece *piece)
{
	memcpy(to, piece->text, sizeof(piece->text));
	return to + piece->len;
}

static char *put_bytes(char *to, const char *p, size_t n)
{
	memcpy(to, p, n);
	return to + n;
}

static char *begin_row(struct row_xml *x, char *to, lxw_row_t row)
{
	size_t n = cell_number_whole(row + 1, x->row.text);

	to = put_bytes(to, ROW, sizeof(ROW) - 1);
	to = put_bytes(to, x->row.text, n);
	to = put_bytes(to, ROW_NEXT, sizeof(ROW_NEXT) - 1);
	put_bytes(x->row.text + n, VALUE, sizeof(VALUE));
	x->row.len = n + sizeof(VALUE) - 1;
	return to;
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

/* The cell as an inline string. */
static void add_inline(const struct row_xml *x, struct kis_buf *out, size_t col,
	const struct cell *c)
{
	const struct row_xml_piece *begin = &x->inlined[c->style];
	int kept = is_blank(c->text[0]) || is_blank(c->text[c->text_len - 1]);

	kis_buf_add(out, begin->text, begin->len);
	kis_buf_add(out, x->letters[col].text, x->letters[col].len);
	kis_buf_add(out, x->row.text, x->row.len - (sizeof("<v>") - 1));
	kis_buf_add_str(out, kept ? TEXT_KEPT : TEXT);
	cell_text_add_xml(out, c->text, c->text_len);
	kis_buf_add_str(out, TEXT_END);
}

/* Without text; what that is has been put already. */
static char *put_number(char *to, const struct cell *c)
{
	if (c->type == CELL_NUMBER) {
		memcpy(to, c->number.text, CELL_NUMBER_TEXT);
		return to + c->number.len;
	}
	*to = c->truth ? '1' : '0';
	return to + 1;
}

void row_xml_add(struct row_xml *x, struct kis_buf *out, lxw_row_t row,
	const struct cell *cells, size_t count)
{
	size_t before = out->len;
	char *to, *start;

	if (count > x->columns)
		add_letters(x, count);
	to = start = begin_row(x, make_room(out, cells, count), row);
	for (size_t i = 0; i < count; i++) {
		const struct cell *c = &cells[i];
		char *value;
		size_t n;

		if (c->type == CELL_EMPTY)
			continue;
		value = put(to, &x->begin[c->style][c->type]);
		value = put(value, &x->letters[i]);
		value = put(value, &x->row);
		if (c->type != CELL_TEXT) {
			to = put_number(value, c);
		} else if ((n = put_plain(value, c)) > 0) {
			to = value + n;
		} else {
			out->len = (size_t)(to - out->data);
			add_inline(x, out, i, c);
			to = make_room(out, c + 1, count - i - 1);
			start = NULL;
			continue;
		}
		to = put_bytes(to, CELL_END, sizeof(CELL_END) - 1);
	}
	out->len = before;
	if (to == start)
		return;
	to = put_bytes(to, ROW_END, sizeof(ROW_END) - 1);
	out->len = (size_t)(to - out->data);
}

void row_xml_release(struct row_xml *x)
{
	free(x->letters);
	memset(x, 0, sizeof(*x));
}
