#include "cmd/kis-tocsv/csv.h"
#include "cmd/kis-tocsv/cell.h"
#include "lib/market.h"
#include "lib/mem.h"
#include "lib/number.h"
#include "lib/record.h"
#include "lib/text.h"
#include "lib/vec16.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

/* Maximum length of a text in an Excel formula, in UTF-16 units. */
enum { FORMULA_UNITS = 255 };

static const char nothing[KIS_VEC16_BYTES];
static const struct kis_member missing = {
	.text = nothing, .value = KIS_VALUE_NULL};

/* Copies a text that contains neither quotes nor line ends, in steps of
 * KIS_VEC16_BYTES. Both buffers must have space for one more step after the
 * text. Returns nonzero if the text contains the delimiter. */
static inline int copy_plain(
	char *to, const char *p, size_t n, kis_vec16 delimiter)
{
	kis_vec16 found = {0}, word;

	for (; n > KIS_VEC16_BYTES; n -= KIS_VEC16_BYTES) {
		word = kis_vec16_load(p);
		kis_vec16_store(to, word);
		found |= (kis_vec16)(word == delimiter);
		p += KIS_VEC16_BYTES;
		to += KIS_VEC16_BYTES;
	}
	word = kis_vec16_load(p);
	kis_vec16_store(to, word);
	/* Ignore the bytes after the text: they are the rest of the JSON
	 * record, which often contains a comma. */
	found |= (kis_vec16)(word == delimiter) & kis_vec16_front(n);
	return kis_vec16_any(found);
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Returns 1 if the text begins or ends with a space or tab. Such a cell is
 * quoted, because many programs remove the whitespace from unquoted cells,
 * although RFC 4180 makes it part of the cell. */
static int has_blank_end(const char *p, size_t n)
{
	return n && (is_blank(p[0]) || is_blank(p[n - 1]));
}

static int needs_quotes(const struct csv *w, const char *p, size_t n)
{
	return w->quote_all || has_blank_end(p, n) || memchr(p, '"', n) ||
	       memchr(p, w->delimiter, n) || memchr(p, '\n', n) ||
	       memchr(p, '\r', n);
}

static char *quote(char *to, const char *p, size_t n)
{
	return to + csv_write2(to, n * 2 + 2, p, n, '"');
}

/* Returns 1 if the text is short enough for the formula ="TEXT", which keeps a
 * spreadsheet from converting the text. */
static int fits_formula(const char *p, size_t n)
{
	const char *end = p + n;
	size_t units = 0;

	while (p < end && units <= FORMULA_UNITS)
		units += kis_text_utf8_next(&p, end) > 0xFFFF ? 2 : 1;
	return units <= FORMULA_UNITS;
}

/* Returns 1 if the value has the type of its field in kis_record_columns. Such
 * a value is written without protection, so that a spreadsheet may convert it.
 * `known` is the field's index in kis_record_columns. */
static int fits_table(int known, const struct kis_member *m)
{
	enum kis_kind kind = kis_record_columns[known].kind;
	struct kis_number number;

	if (kis_record_is_numeric(kind) || kind == KIS_KIND_SIGN)
		return kis_number_parse_padded(m->text, m->text_len, &number);
	return kind == KIS_KIND_DATE;
}

/* Returns 1 if the value has the type of its column. If the first records did
 * not determine the type, the first value does. Counts values of a different
 * type in the field's counter `strays`, for a warning. */
static int fits_column(struct kis_fields *fields, const struct column *col,
	const struct kis_member *m)
{
	struct kis_field *field = &fields->list[col->field];
	enum kis_type type;

	if (field->is_text)
		return 0;
	if (col->known >= 0)
		return fits_table(col->known, m);
	type = kis_fields_type_of(m);
	if (field->type == KIS_TYPE_UNDECIDED)
		field->type = type;
	if (field->type == KIS_TYPE_TEXT || type == KIS_TYPE_UNDECIDED)
		return 0;
	field->strays += type != field->type;
	return type == field->type;
}

/* Returns the prefix that keeps a spreadsheet from converting or executing the
 * text: either =" (the caller then ends the cell with ") or an apostrophe.
 * Returns NULL if the text needs no prefix. */
static const char *protection(
	struct csv *w, const struct column *col, const struct kis_member *m)
{
	const char *p = m->text;
	size_t n = m->text_len;
	int formula, mistaken;

	if (w->excel && col->field >= 0 && fits_column(w->fields, col, m))
		return NULL;
	mistaken = w->excel && cell_is_mistaken(p, n, &w->scratch);
	if (mistaken && fits_formula(p, n))
		return "=\"";
	formula = w->guard && m->value != KIS_VALUE_NUMBER &&
		  cell_is_formula(p, n, &w->scratch);
	return mistaken || formula ? "'" : NULL;
}

/* With --excel, writes a market, period or date in readable form to w->cell:
 * the Korean name, or a date such as 2026-11-27. Returns 1 if w->cell was
 * written, or 0 if the value must be written unchanged. */
static int read_out(
	struct csv *w, const struct column *col, const struct kis_member *m)
{
	const struct kis_market *market;
	const struct kis_period *period;
	const char *p = m->text;

	if (!w->excel || col->known < 0 || m->text_len == 0 ||
		(col->field >= 0 && w->fields->list[col->field].is_text))
		return 0;
	kis_buf_reset(&w->cell);
	switch (kis_record_columns[col->known].kind) {
	case KIS_KIND_MARKET:
		market = kis_market_find(p, m->text_len);
		return market && kis_buf_add_str(&w->cell, market->ko) == 0;
	case KIS_KIND_PERIOD:
		period = kis_period_find(p, m->text_len);
		return period && kis_buf_add_str(&w->cell, period->ko) == 0;
	case KIS_KIND_DATE:
		if (m->text_len != 8 || strspn(p, "0123456789") < 8)
			return 0;
		return kis_buf_printf(&w->cell, "%.4s-%.2s-%.2s", p, p + 4,
			       p + 6) == 0;
	default:
		return 0;
	}
}

/* Writes a cell that may need quotes, or that --excel or --guard may change.
 * Returns a pointer to the byte after the cell. */
static char *write_special(struct csv *w, const struct column *col,
	const struct kis_member *m, char *to)
{
	const char *p = m->text, *front;
	size_t n = m->text_len;

	if (read_out(w, col, m)) {
		p = w->cell.data;
		n = w->cell.len;
	} else if ((front = protection(w, col, m)) != NULL) {
		kis_buf_reset(&w->cell);
		kis_buf_add_str(&w->cell, front);
		kis_buf_add(&w->cell, p, n);
		kis_buf_add_str(&w->cell, front[0] == '=' ? "\"" : "");
		p = w->cell.data;
		n = w->cell.len;
	}
	if (needs_quotes(w, p, n))
		return quote(to, p, n);
	memcpy(to, p, n);
	return to + n;
}

static inline char *write_cell(struct csv *w, const struct column *col,
	const struct kis_member *m, char *to, kis_vec16 delimiter, int careful)
{
	int special = careful | m->escaped;

	if (special || has_blank_end(m->text, m->text_len) ||
		copy_plain(to, m->text, m->text_len, delimiter))
		return write_special(w, col, m, to);
	return to + m->text_len;
}

/* Appends a line end to the row, whose bytes are between `from` and `to`. A row
 * of one empty cell is written as "", because many programs skip an empty line.
 * Returns a pointer to the byte after the line end. */
static char *end_row(const struct csv *w, char *from, char *to)
{
	if (to == from) {
		*to++ = '"';
		*to++ = '"';
	}
	if (w->excel)
		*to++ = '\r';
	*to++ = '\n';
	return to;
}

static const struct kis_member *value_of(
	const struct column *col, const struct kis_member *members)
{
	return col->member < 0 ? &missing : &members[col->member];
}

/* Returns the maximum size of a row in bytes. Each quote in the text is
 * doubled. Each column may need outer quotes, a prefix or the name of a market,
 * and a delimiter. copy_plain() may also write beyond the end of the text. */
static size_t room_for(const struct columns *c, size_t text_bytes)
{
	return text_bytes * 2 + c->count * 32 + 2 * KIS_VEC16_BYTES;
}

/* Returns 1 if the value begins with "ID". Excel reads a file that begins with
 * these two letters as a SYLK file instead of CSV, unless the first cell is
 * quoted. */
static int begins_sylk(const struct kis_member *m)
{
	return m->text_len >= 2 && memcmp(m->text, "ID", 2) == 0;
}

static char *form_row(struct csv *w, const struct columns *c,
	const struct kis_member *members, char *to)
{
	/* Local copies of the fields of *w make the loop faster: the compiler
	 * must assume that each written byte changes *w, and would load the
	 * fields again. */
	const kis_vec16 delimiter = KIS_VEC16_SPLAT(w->delimiter);
	const int careful = w->quote_all | w->guard | w->excel;
	const char between = w->delimiter;
	const struct column *col = c->list, *end = col + c->count;
	char *from = to;

	if (!w->has_begun && begins_sylk(value_of(col, members))) {
		to = quote(to, value_of(col, members)->text,
			value_of(col, members)->text_len);
		*to++ = between;
		col++;
	}
	w->has_begun = 1;
	for (; col < end; col++) {
		to = write_cell(
			w, col, value_of(col, members), to, delimiter, careful);
		*to++ = between;
	}
	return end_row(w, from, to - 1);
}

static int write_encoded(struct csv *w, const char *p, size_t n,
	struct kis_output *out, struct kis_err *err)
{
	/* w->cell is unused between rows, so it may be overwritten */
	struct kis_buf *encoded = &w->cell;

	kis_buf_reset(encoded);
	if (charset_convert(w->charset, p, n, encoded, err) < 0)
		return -1;
	return kis_output_write(out, encoded->data, encoded->len, err);
}

int csv_write_record(struct csv *w, const struct columns *c,
	const struct kis_member *members, size_t text_bytes,
	struct kis_output *out, struct kis_err *err)
{
	size_t room = room_for(c, text_bytes);
	char *to;

	if (w->charset) {
		kis_buf_reset(&w->row);
		to = kis_buf_reserve(&w->row, room);
		if (write_encoded(w, to,
			    (size_t)(form_row(w, c, members, to) - to), out,
			    err) < 0)
			return -1;
	} else {
		to = kis_output_reserve(out, room, err);
		if (!to)
			return -1;
		kis_output_advance(
			out, (size_t)(form_row(w, c, members, to) - to));
	}
	kis_output_record(out);
	return 0;
}

static const char *label(const struct column *col, enum csv_header header)
{
	/* If -c named the column by its column header, use that header. */
	if (col->title && header == CSV_HEADER_KEY)
		return col->title;
	if (col->known >= 0 && header == CSV_HEADER_KO)
		return kis_record_columns[col->known].ko;
	if (col->known >= 0 && header == CSV_HEADER_EN)
		return kis_record_columns[col->known].en;
	return col->key;
}

/* Writes the header like a record, because a column header may contain any
 * character and may need quotes. */
int csv_write_header(struct csv *w, const struct columns *c,
	enum csv_header header, struct kis_output *out, struct kis_err *err)
{
	struct columns titles = {.count = c->count};
	struct kis_member *texts;
	size_t bytes = 0;
	int rc;

	if (w->excel && !w->charset &&
		kis_output_write(out, "\xEF\xBB\xBF", 3, err) < 0)
		return -1;
	if (header == CSV_HEADER_NONE)
		return 0;
	texts = kis_mem_new(c->count, sizeof(*texts));
	titles.list = kis_mem_new(c->count, sizeof(*titles.list));
	for (size_t i = 0; i < c->count; i++) {
		const char *text = label(&c->list[i], header);

		titles.list[i].known = KIS_NO_FIELD;
		titles.list[i].field = KIS_NO_FIELD;
		titles.list[i].member = (int)i;
		texts[i].text = text;
		texts[i].text_len = strlen(text);
		texts[i].value = KIS_VALUE_STRING;
		texts[i].escaped = 1; /* a header may need quotes */
		bytes += texts[i].text_len;
	}
	rc = csv_write_record(w, &titles, texts, bytes, out, err);
	free(titles.list);
	free(texts);
	return rc;
}

void csv_release(struct csv *w)
{
	kis_buf_release(&w->row);
	kis_buf_release(&w->cell);
	kis_buf_release(&w->scratch);
}
