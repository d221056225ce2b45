#include "cmd/kis-toxlsx/report.h"
#include "cmd/kis-toxlsx/info.h"
#include "cmd/kis-toxlsx/row.h"
#include "lib/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* 2000-01-01 in seconds since 1970: the creation time of a workbook for which
 * no time is known. */
#define CREATED_DEFAULT 946684800LL

/* This is a power of two, so that the bitwise OR of several lengths is less
 * than SHORT_BYTES only if each length is less than SHORT_BYTES. */
enum { SHORT_BYTES = 1 << 12 };
_Static_assert((int)SHORT_BYTES <= (int)CELL_TEXT_SURE_BYTES,
	"SHORT_BYTES must not exceed the maximum of a cell");

void report_init(struct report *r, const struct settings *settings)
{
	memset(r, 0, sizeof(*r));
	r->settings = settings;
	groups_init(&r->groups);
	r->book = (struct book)BOOK_INIT;
}

/* Returns 1 if all texts and names of a record are shorter than SHORT_BYTES, as
 * in nearly all records. One comparison for all lengths is faster than a
 * comparison for each. */
static int are_short(const struct kis_member *members, size_t count)
{
	size_t bits = 0;

	for (size_t i = 0; i < count; i++)
		bits |= members[i].text_len | members[i].key_len;
	return bits < SHORT_BYTES;
}

/* Checks that the texts and names of a record fit into cells. The check is made
 * before the record is converted, while its file and line are known for the
 * error message. Returns 0, or -1 and sets err (65). */
static int check_lengths(
	const struct kis_member *members, size_t count, struct kis_err *err)
{
	if (are_short(members, count))
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct kis_member *m = &members[i];

		if (m->text_len <= CELL_TEXT_SURE_BYTES &&
			m->key_len <= CELL_TEXT_SURE_BYTES)
			continue;
		if (cell_text_fits(m->text, m->text_len) &&
			cell_text_fits(m->key, m->key_len))
			continue;
		return kis_fail(err, KIS_EX_DATA,
			"name or value of field '%.*s' exceeds %d characters, "
			"the maximum for a "
			"cell",
			m->key_len > 80 ? 80 : (int)m->key_len, m->key,
			CELL_TEXT_MAX_UNITS);
	}
	return 0;
}

static int is_date(const char *sheet_by)
{
	const char *key = group_sheet_key(sheet_by);

	return sheet_by && strcmp(key ? key : sheet_by, "stnd_date2") == 0;
}

/* Returns the group of a record, with a column for each field of the record; or
 * NULL and sets err (65). */
static struct group *find_group(struct report *r, const struct kis_ndjson *in,
	const struct kis_member *members, size_t count, int same_keys,
	struct kis_err *err)
{
	struct group *g;

	if (!same_keys || r->keys.serial == 0) {
		keys_learn(&r->keys, &r->fields, in, members, count,
			r->settings->sheet_by);
		r->groups.by_sheet = r->settings->sheet_by != NULL;
		r->groups.by_date = is_date(r->settings->sheet_by);
	}
	r->groups.sheet_by_seen |= r->keys.member[ROLE_SHEET] >= 0;
	g = group_for(&r->groups, &r->keys, members, err);
	if (!g || group_learn(g, &r->keys, &r->fields, err) < 0)
		return NULL;
	if (g->count == 0) {
		kis_fail(err, KIS_EX_DATA,
			"first record of a sheet is empty ({})");
		return NULL;
	}
	return g;
}

int report_look(struct report *r, const struct kis_ndjson *in,
	const struct kis_member *members, size_t count, int same_keys,
	struct kis_err *err)
{
	kis_fields_learn(&r->fields, in, members, count, same_keys);
	if (check_lengths(members, count, err) < 0)
		return -1;
	return find_group(r, in, members, count, same_keys, err) ? 0 : -1;
}

int report_add(struct report *r, const struct kis_ndjson *in,
	const struct kis_member *members, size_t count, int same_keys,
	struct kis_err *err)
{
	struct group *g;

	if (check_lengths(members, count, err) < 0)
		return -1;
	g = find_group(r, in, members, count, same_keys, err);
	if (!g)
		return -1;
	if (!r->is_open) {
		r->is_open = 1;
		if (book_open(&r->book, err) < 0)
			return -1;
	}
	if (!g->sheet) {
		g->sheet = kis_mem_new(1, sizeof(*g->sheet));
		sheet_init(g->sheet, &r->book, g, &r->fields, r->settings);
		if (group_learn(g, &r->keys, &r->fields, err) < 0)
			return -1;
	}
	group_count(g, &r->keys, members);
	r->records++;
	return sheet_add(g->sheet, &r->keys, members, err);
}

/* Returns the workbook's creation time in seconds since 1970: the newest query
 * time; if there is none, SOURCE_DATE_EPOCH; if that is unset or invalid, a
 * fixed date. Does not use the clock, so that equal input yields equal
 * bytes. */
static long long created(const struct groups *groups)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	long long newest = 0;
	char *end;

	for (size_t i = 0; i < groups->count; i++)
		if (groups->all[i]->seconds_last > newest)
			newest = groups->all[i]->seconds_last;
	if (newest)
		return newest;
	if (!epoch || *epoch < '0' || *epoch > '9')
		return CREATED_DEFAULT;
	errno = 0;
	newest = strtoll(epoch, &end, 10);
	/* Ignore an invalid SOURCE_DATE_EPOCH, and one after the last second of
	 * the year 9999, which is 253402300799. */
	if (errno || *end || newest == 0 || newest > 253402300799LL)
		return CREATED_DEFAULT;
	return newest;
}

/* Returns 1 if the sheet of a must precede the sheet of b. Rankings are first,
 * in descending order of base date, followed by the sheets of stocks and then
 * by the sheets of other records. Sheets that are equal in this order remain in
 * input order. */
static int comes_before(const struct group *a, const struct group *b)
{
	int x = a->is_ranking ? 0 : a->past ? 1 : 2;
	int y = b->is_ranking ? 0 : b->past ? 1 : 2;

	return x != y ? x < y : x == 0 && a->day_last > b->day_last;
}

static void sort_groups(struct groups *groups)
{
	for (size_t i = 1; i < groups->count; i++) {
		struct group *g = groups->all[i];
		size_t at = i;

		while (at > 0 && comes_before(g, groups->all[at - 1])) {
			groups->all[at] = groups->all[at - 1];
			at--;
		}
		groups->all[at] = g;
	}
}

static int finish_sheets(struct report *r, struct kis_err *err)
{
	for (size_t i = 0; i < r->groups.count; i++)
		if (r->groups.all[i]->sheet &&
			sheet_end(r->groups.all[i]->sheet, err) < 0)
			return -1;
	return 0;
}

static int no_sheet_field(const struct report *r, struct kis_err *err)
{
	enum { SHOWN = 300 };
	struct kis_buf names = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	kis_buf_add_str(&names, "");
	for (size_t i = 0; i < r->fields.names.count; i++) {
		if (names.len > SHOWN) {
			kis_buf_add_str(&names, " …");
			break;
		}
		kis_buf_printf(&names, " %s", r->fields.names.list[i].text);
	}
	kis_fail(err, KIS_EX_DATA,
		"no record has the field '%.80s' given by --sheet-by; choose "
		"from:%s",
		r->settings->sheet_by, names.data);
	kis_buf_release(&names);
	return -1;
}

static int has_contents(const struct report *r)
{
	/* If all sheets show daily records of stocks, 목차 is not needed,
	 * because 요약 already links to each of these sheets. */
	return !r->settings->plain && r->groups.count >= CONTENTS_LEAST &&
	       r->groups.pasts < r->groups.count;
}

int report_finish(struct report *r, struct kis_output *out, struct kis_err *err)
{
	const char *title = r->settings->title;
	int is_ranking = r->groups.rankings > 0;
	struct writer *contents = NULL, *summary = NULL;
	size_t pasts = r->groups.pasts;

	if (r->records == 0)
		return kis_fail(err, KIS_EX_NOINPUT,
			"no records received: the previous command failed or "
			"produced none; see its error above");
	if (r->groups.by_sheet && !r->groups.sheet_by_seen)
		return no_sheet_field(r, err);
	if (!title)
		title = is_ranking ? "국내주식 공매도 상위종목"
			: pasts    ? "국내주식 공매도 일별추이"
				   : "";
	if (!r->settings->plain)
		sort_groups(&r->groups);
	if (has_contents(r)) {
		contents = book_add_sheet(&r->book, "목차", err);
		if (!contents)
			return -1;
	}
	if (pasts && !r->settings->plain) {
		summary = book_add_sheet(&r->book, "요약", err);
		if (!summary)
			return -1;
		r->book.summary = summary;
	}
	if (finish_sheets(r, err) < 0)
		return -1;
	/* A workbook with a ranking, or with at most one stock, opens on its
	 * first sheet of records: the 요약 of a single stock adds nothing to
	 * the stock's sheet. Any other workbook, and a kis-archive report with
	 * 목차, opens on its very first sheet. */
	if ((is_ranking || pasts <= 1) && !(contents && r->groups.noted))
		worksheet_activate(r->groups.all[0]->sheet->first->ws);
	if (summary &&
		past_summary(summary, &r->groups, r->settings->title, err) < 0)
		return -1;
	if (contents && contents_write(contents, &r->groups, err) < 0)
		return -1;
	if ((is_ranking || pasts) && !r->settings->plain &&
		info_write(&r->book, &r->groups, err) < 0)
		return -1;
	if (book_describe(
		    &r->book, title, is_ranking, created(&r->groups), err) < 0)
		return -1;
	return book_close(&r->book, out, err);
}

int report_lacks_changes(const struct report *r)
{
	for (size_t i = 0; i < r->groups.series.count; i++)
		if (r->groups.changes[i]->descends)
			return 1;
	return 0;
}

void report_reset(struct report *r)
{
	for (size_t i = 0; i < r->groups.count; i++) {
		if (r->groups.all[i]->sheet)
			sheet_release(r->groups.all[i]->sheet);
		free(r->groups.all[i]->sheet);
	}
	groups_release(&r->groups);
	groups_init(&r->groups);
	keys_release(&r->keys);
	book_release(&r->book);
	r->records = 0;
	r->is_open = 0;
}

void report_release(struct report *r)
{
	report_reset(r);
	groups_release(&r->groups);
	kis_fields_release(&r->fields);
}
