#include "cmd/kis-toxlsx/report.h"
#include "cmd/kis-toxlsx/cell_text.h"
#include "cmd/kis-toxlsx/info_sheet.h"
#include "cmd/kis-toxlsx/sheet_rows.h"
#include "lib/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* 2000-01-01: what "created" is when nothing tells. */
#define CREATED_DEFAULT 946684800LL

/* A power of two, so that lengths below it have none of its bits. */
enum { SHORT_BYTES = 1 << 12 };
_Static_assert((int)SHORT_BYTES <= (int)CELL_TEXT_SURE_BYTES,
	"what is short fits a cell");

void report_init(struct report *r, const struct settings *settings)
{
	memset(r, 0, sizeof(*r));
	r->settings = settings;
	first_records_init(&r->first);
	r->book = (struct book)BOOK_INIT;
}

/* Nearly all are, and to ask so costs no branch for each. */
static int are_short(const struct kis_member *members, size_t count)
{
	size_t bits = 0;

	for (size_t i = 0; i < count; i++)
		bits |= members[i].text_len | members[i].key_len;
	return bits < SHORT_BYTES;
}

/* Long before a cell is written, while file and line are known. */
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
			"member '%.*s' is longer than the %d characters "
			"that a cell can hold",
			m->key_len > 80 ? 80 : (int)m->key_len, m->key,
			CELL_TEXT_MAX_UNITS);
	}
	return 0;
}

/* What a set of keys tells: costs nothing when they are those of the record
 * before. */
static void learn_keys(
	struct report *r, const struct kis_member *members, size_t count)
{
	keys_learn(&r->keys, members, count, r->settings->sheet_by);
	r->groups.sheet_by_seen |= r->keys.member[ROLE_SHEET] >= 0;
}

/* To the record's sheet, which begins with its first record. */
static int write_record(struct report *r, struct group *g,
	const struct kis_member *members, struct kis_err *err)
{
	if (!g->sheet) {
		g->sheet = kis_mem_new(1, sizeof(*g->sheet));
		sheet_init(g->sheet, &r->book, g, r->settings);
	}
	if (group_learn(g, &r->keys, members, err) < 0)
		return -1;
	return sheet_rows_add(g->sheet, &r->keys, members, err);
}

/* Writes what was held, in the way that is now known to be right. */
static int start_writing(struct report *r, int streaming, struct kis_err *err)
{
	const struct kis_member *members;
	size_t count;
	int same, rc;

	r->writing = 1;
	rc = book_open(&r->book, streaming, err);
	while (rc == 0 &&
		first_records_next(&r->first, &members, &count, &same)) {
		struct group *g;

		if (!same)
			keys_learn(&r->keys, members, count,
				r->settings->sheet_by);
		g = group_of(&r->groups, &r->keys, members, err);
		rc = g ? write_record(r, g, members, err) : -1;
	}
	first_records_release(&r->first);
	return rc;
}

static int count_in(struct report *r, struct group *g,
	const struct kis_member *members, struct kis_err *err)
{
	if (group_learn(g, &r->keys, members, err) < 0)
		return -1;
	if (g->count == 0)
		return kis_fail(err, KIS_EX_DATA,
			"the first record of a sheet has no member");
	group_count(g, &r->keys, members);
	r->records++;
	return 0;
}

int report_add(struct report *r, const struct kis_member *members, size_t count,
	int same_keys, struct kis_err *err)
{
	struct group *g;

	r->groups.by_sheet = r->settings->sheet_by != NULL;
	if (!same_keys)
		learn_keys(r, members, count);
	if (check_lengths(members, count, err) < 0)
		return -1;
	g = group_of(&r->groups, &r->keys, members, err);
	if (!g || count_in(r, g, members, err) < 0)
		return -1;
	if (!r->writing &&
		first_records_add(&r->first, members, count, same_keys))
		return 0;
	if (!r->writing) {
		if (start_writing(r, 1, err) < 0)
			return -1;
		/* what was held has had its own keys */
		keys_learn(&r->keys, members, count, r->settings->sheet_by);
	}
	return write_record(r, g, members, err);
}

/* The newest query, else SOURCE_DATE_EPOCH, else a fixed day: never the
 * clock, so that the same input gives the same bytes. */
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
	/* up to the year 9999 */
	if (errno || *end || newest == 0 || newest > 253402300799LL)
		return CREATED_DEFAULT;
	return newest;
}

static int any_ours(const struct groups *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		if (groups->all[i]->ours)
			return 1;
	return 0;
}

static int finish_sheets(struct report *r, struct kis_err *err)
{
	for (size_t i = 0; i < r->groups.count; i++)
		if (sheet_rows_end(r->groups.all[i]->sheet, err) < 0)
			return -1;
	return 0;
}

int report_finish(struct report *r, struct kis_output *out, struct kis_err *err)
{
	const char *title = r->settings->title;
	int ours = any_ours(&r->groups);

	if (r->records == 0)
		return kis_fail(err, KIS_EX_NOINPUT,
			"no record arrived: the program before failed or had "
			"none (see its message)");
	if (r->groups.by_sheet && !r->groups.sheet_by_seen)
		return kis_fail(err, KIS_EX_DATA,
			"no record has the member '%.80s' that --sheet-by "
			"names",
			r->settings->sheet_by);
	if (!r->writing && start_writing(r, 0, err) < 0)
		return -1;
	if (!title)
		title = ours ? "국내주식 공매도 상위종목" : "";
	if (finish_sheets(r, err) < 0)
		return -1;
	if (ours && !r->settings->plain &&
		info_sheet_write(&r->book, &r->groups, r->settings, err) < 0)
		return -1;
	if (book_describe(&r->book, title, ours, created(&r->groups), err) < 0)
		return -1;
	return book_close(&r->book, out, err);
}

void report_release(struct report *r)
{
	for (size_t i = 0; i < r->groups.count; i++) {
		if (r->groups.all[i]->sheet)
			sheet_release(r->groups.all[i]->sheet);
		free(r->groups.all[i]->sheet);
	}
	groups_release(&r->groups);
	keys_release(&r->keys);
	first_records_release(&r->first);
	book_release(&r->book);
}
