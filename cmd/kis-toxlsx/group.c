#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/cell.h"
#include "cmd/kis-toxlsx/row.h"
#include "lib/market.h"
#include "lib/mem.h"
#include "lib/record.h"
#include "lib/text.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void top_add(struct top *t, enum top_by by, size_t max, const char *name,
	size_t n, double value, double rate)
{
	struct top_row *rows = t->rows[by];
	size_t count = t->count[by], at = count;

	while (at > 0 && rows[at - 1].value < value)
		at--;
	if (at == max)
		return;
	if (!rows)
		rows = t->rows[by] = kis_mem_new(max, sizeof(*rows));
	if (count == max)
		free(rows[--count].name);
	memmove(rows + at + 1, rows + at, (count - at) * sizeof(*rows));
	rows[at] = (struct top_row){kis_mem_copy(name, n), value, rate};
	t->count[by] = count + 1;
}

int top_takes(const struct top *t, enum top_by by, size_t max, double value)
{
	size_t count = t->count[by];

	return count < max || value > t->rows[by][count - 1].value;
}

int top_has(const struct top *t, enum top_by by, const char *name, size_t n,
	double value)
{
	for (size_t i = 0; i < t->count[by]; i++)
		if (t->rows[by][i].value == value &&
			strlen(t->rows[by][i].name) == n &&
			memcmp(t->rows[by][i].name, name, n) == 0)
			return 1;
	return 0;
}

void top_reset(struct top *t)
{
	for (int by = 0; by < TOP_COUNT; by++) {
		for (size_t i = 0; i < t->count[by]; i++)
			free(t->rows[by][i].name);
		free(t->rows[by]);
	}
	memset(t, 0, sizeof(*t));
}

static const char *const keys[ROLE_COUNT] = {
	[ROLE_MARKET] = "market",
	[ROLE_PERIOD] = "period",
	[ROLE_LIST] = "list",
	[ROLE_LIST_ROWS] = "list_rows",
	[ROLE_RANK] = "rank",
	[ROLE_FILTER] = "filter",
	[ROLE_FETCHED] = "fetched_at",
	[ROLE_CODE] = "mksc_shrn_iscd",
	[ROLE_NAME] = "hts_kor_isnm",
	[ROLE_PRICE] = "stck_prpr",
	[ROLE_CLOSE] = "stck_clpr",
	[ROLE_HIGH] = "stck_hgpr",
	[ROLE_LOW] = "stck_lwpr",
	[ROLE_CHANGE_RATE] = "prdy_ctrt",
	[ROLE_AVERAGE] = "avrg_prc",
	[ROLE_SHORT_VOLUME] = "ssts_cntg_qty",
	[ROLE_SHORT_VALUE] = "ssts_tr_pbmn",
	[ROLE_SHORT_SHARE] = "ssts_tr_pbmn_rlim",
	[ROLE_DAY] = "stck_bsop_date",
	[ROLE_DATE1] = "stnd_date1",
	[ROLE_DATE2] = "stnd_date2",
	[ROLE_NOTE] = "sheet_note",
};

/* Returns the role of the field with this index in kis_record_columns, or
 * ROLE_COUNT if the field has no role. */
static enum role role_of(size_t known)
{
	for (int role = 0; role < ROLE_SHEET; role++)
		if (strcmp(keys[role], kis_record_columns[known].key) == 0)
			return (enum role)role;
	return ROLE_COUNT;
}

static void set_roles(struct keys *k)
{
	k->role = kis_mem_new(kis_record_count, sizeof(*k->role));
	for (size_t i = 0; i < kis_record_count; i++)
		k->role[i] = role_of(i);
}

/* If a record has a field called `name`, keys_learn() uses that field and
 * ignores the field returned here. */
const char *group_sheet_key(const char *name)
{
	int known = name ? kis_record_find_title(name, strlen(name)) : -1;

	return known < 0 ? NULL : kis_record_columns[known].key;
}

static int is_named(const struct kis_member *m, const char *name)
{
	return name && strlen(name) == m->key_len &&
	       memcmp(name, m->key, m->key_len) == 0;
}

void keys_learn(struct keys *k, struct kis_fields *fields,
	const struct kis_ndjson *r, const struct kis_member *members,
	size_t count, const char *sheet_by)
{
	const char *key = group_sheet_key(sheet_by);
	int by = -1;

	if (!k->role)
		set_roles(k);
	if (count > k->room) {
		k->room = count * 2;
		k->field = kis_mem_resize(k->field, k->room, sizeof(*k->field));
	}
	k->count = count;
	k->serial++;
	for (int i = 0; i < ROLE_COUNT; i++)
		k->member[i] = -1;
	for (size_t i = 0; i < count; i++) {
		size_t field = kis_fields_add(fields, r, &members[i]);
		int known = fields->list[field].known;

		k->field[i] = field;
		if (known >= 0 && k->role[known] != ROLE_COUNT)
			k->member[k->role[known]] = (int)i;
		if (is_named(&members[i], sheet_by))
			by = (int)i;
		if (is_named(&members[i], key))
			k->member[ROLE_SHEET] = (int)i;
	}
	if (by >= 0)
		k->member[ROLE_SHEET] = by;
	k->is_past = k->member[ROLE_CODE] >= 0 && k->member[ROLE_DAY] >= 0;
	k->is_ranking = k->member[ROLE_CODE] >= 0 && !k->is_past;
}

void keys_release(struct keys *k)
{
	free(k->field);
	free(k->role);
	memset(k, 0, sizeof(*k));
}

#define OTHER_NAME "데이터"
#define OURS_NAME  "공매도"
#define NO_VALUE   "(값 없음)"

enum {
	/* maximum length of one value in a group's name, in UTF-16 units */
	GROUP_NAME_UNITS = 100,
	/* maximum number of rows in one response, as documented by KIS */
	ROW_LIMIT = 30,
	RANK_MAX = LXW_ROW_MAX,
};

/* Returns a new copy of the value of member i, truncated to GROUP_NAME_UNITS
 * UTF-16 units, for the name of a group; the caller frees it. If i is negative
 * or the value is empty, returns a new copy of the parameter `none` instead. */
static char *text_of(const struct kis_member *members, int i, const char *none)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	char *text, *name;

	if (i < 0 || members[i].text_len == 0)
		return kis_mem_dup(none);
	text = kis_mem_copy(members[i].text, members[i].text_len);
	name_add(&b, text, GROUP_NAME_UNITS);
	name = kis_mem_dup(b.data);
	free(text);
	kis_buf_release(&b);
	return name;
}

/* Returns 1 if the text has only ASCII letters and digits, or is empty. */
static int is_plain(const char *p)
{
	return p[strspn(p, "0123456789abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

/* Returns a new name such as "코스닥 1일", made of the market and the period,
 * both in Korean if their codes are known. Appends the value of the --sheet-by
 * field, unless that field is the market or the period. The caller frees the
 * name. Sets g->nameable. */
static char *ranking_name(
	struct group *g, const struct keys *k, const struct kis_member *members)
{
	int by = k->member[ROLE_SHEET];
	int says_more = by >= 0 && by != k->member[ROLE_MARKET] &&
			by != k->member[ROLE_PERIOD];
	char *market = text_of(members, k->member[ROLE_MARKET], "");
	char *period = text_of(members, k->member[ROLE_PERIOD], "");
	char *value = text_of(members, says_more ? by : -1, "");
	const struct kis_market *m = kis_market_find(market, strlen(market));
	const struct kis_period *p = kis_period_find(period, strlen(period));
	const char *words[] = {m ? m->ko : market, p ? p->ko : period, value};
	struct kis_buf name = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	g->nameable = m && p && is_plain(value);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (*words[i])
			kis_buf_printf(
				&name, "%s%s", name.len ? " " : "", words[i]);
	free(market);
	free(period);
	free(value);
	return name.len ? name.data : kis_mem_dup(OURS_NAME);
}

/* The kinds of records. For each kind, told_by lists the roles of the fields
 * whose values distinguish the groups of that kind. */
enum { RECORD_OTHER, RECORD_RANKING, RECORD_PAST };

static const enum role told_by[][GROUP_VALUES] = {
	[RECORD_OTHER] = {ROLE_COUNT, ROLE_COUNT, ROLE_SHEET},
	[RECORD_RANKING] = {ROLE_MARKET, ROLE_PERIOD, ROLE_SHEET},
	[RECORD_PAST] = {ROLE_CODE, ROLE_COUNT, ROLE_SHEET},
};

static int kind_of(const struct keys *k)
{
	return k->is_past      ? RECORD_PAST
	       : k->is_ranking ? RECORD_RANKING
			       : RECORD_OTHER;
}

/* Returns the index of the member whose text becomes value[i] of the record's
 * group, or -1 if there is none. */
static int value_at(const struct keys *k, int i)
{
	enum role role = told_by[kind_of(k)][i];

	return role == ROLE_COUNT ? -1 : k->member[role];
}

static struct changes_row *row_of(struct changes *c, const char *code, size_t n)
{
	size_t known = c->codes.count, i = kis_names_add(&c->codes, code, n);

	if (c->room < c->codes.cap) {
		c->room = c->codes.cap;
		c->rows = kis_mem_resize(c->rows, c->room, sizeof(*c->rows));
	}
	if (i == known)
		memset(&c->rows[i], 0, sizeof(c->rows[i]));
	return &c->rows[i];
}

int changes_add(struct changes *c, uint64_t day, const char *code, size_t n,
	struct changes_row *row)
{
	struct changes_row *last, now = *row;
	int has;

	if (day > c->day) {
		c->before = c->day;
		c->day = day;
	}
	c->descends |= day < c->day;
	if (c->descends)
		return 0;
	last = row_of(c, code, n);
	has = c->before && last->day == c->before;
	row->rank = last->rank - now.rank;
	row->ratio = now.ratio - last->ratio;
	*last = now;
	last->day = day;
	return has;
}

static void changes_release(struct changes *c)
{
	kis_names_release(&c->codes);
	free(c->rows);
	memset(c, 0, sizeof(*c));
}

/* Returns the struct changes of the market and period in all->value, which
 * join_values() must have set. If there is none yet, creates it in *all. */
static struct changes *changes_of(struct groups *all)
{
	const char *value = all->value.data;
	size_t n = all->value.len, known = all->series.count, i;

	while (n > 0 && value[n - 1] != '\0')
		/* omit the base date, which is the last of the joined values */
		n--;
	i = kis_names_add(&all->series, value, n);
	if (i == known) {
		all->changes = kis_mem_resize(
			all->changes, known + 1, sizeof(*all->changes));
		all->changes[i] = kis_mem_new(1, sizeof(**all->changes));
	}
	return all->changes[i];
}

/* Returns a new name such as "삼성전자 005930", made of the stock's name, if
 * the record has it, and the code. Appends the value of the --sheet-by field,
 * unless that field is the code. The caller frees the name. */
static char *past_name(const struct keys *k, const struct kis_member *members)
{
	char *code = text_of(members, k->member[ROLE_CODE], NO_VALUE);
	char *name = text_of(members, k->member[ROLE_NAME], "");
	char *value = text_of(members,
		k->member[ROLE_SHEET] == k->member[ROLE_CODE]
			? -1
			: k->member[ROLE_SHEET],
		"");
	char *both = kis_mem_printf("%s%s%s%s%s", name, *name ? " " : "", code,
		*value ? " " : "", value);

	free(code);
	free(name);
	free(value);
	return both;
}

static struct group *make(struct groups *all, const struct keys *k,
	const struct kis_member *members)
{
	struct group *g = kis_mem_new(1, sizeof(*g));

	g->is_ranking = k->is_ranking;
	if (k->member[ROLE_SHEET] >= 0)
		g->named_by = k->field[k->member[ROLE_SHEET]] + 1;
	g->price = g->average = -1;
	for (int i = 0; i < GROUP_VALUES; i++) {
		int at = value_at(k, i);

		if (at < 0 || members[at].text_len == 0)
			continue;
		g->value[i].text =
			kis_mem_copy(members[at].text, members[at].text_len);
		g->value[i].len = members[at].text_len;
	}
	for (int i = 0; i < ROLE_COUNT; i++)
		g->of_role[i] = -1;
	if (k->is_ranking && all->by_date && g->value[2].len == 8)
		g->changes = changes_of(all);
	if (k->member[ROLE_NOTE] >= 0)
		g->note = text_of(members, k->member[ROLE_NOTE], "");
	all->noted += g->note != NULL;
	all->rankings += (size_t)k->is_ranking;
	all->pasts += (size_t)k->is_past;
	if (k->is_past)
		g->past = kis_mem_new(1, sizeof(*g->past));
	if (k->is_ranking)
		g->name = ranking_name(g, k, members);
	else if (k->is_past)
		g->name = past_name(k, members);
	else
		g->name = text_of(members, k->member[ROLE_SHEET],
			all->by_sheet ? NO_VALUE : OTHER_NAME);
	all->all = kis_mem_resize(all->all, all->count + 1, sizeof(*all->all));
	all->all[all->count++] = g;
	return g;
}

/* Returns 1 if the member with index `at` has the value v. A missing member
 * (index -1), null and an empty text all have the empty value. */
static int has(
	const struct group_value *v, const struct kis_member *members, int at)
{
	size_t len = at < 0 ? 0 : members[at].text_len;

	return v->len == len &&
	       (len == 0 || memcmp(v->text, members[at].text, len) == 0);
}

static int is_of(const struct group *g, const struct keys *k,
	const struct kis_member *members)
{
	if (g->is_ranking != k->is_ranking || (g->past != NULL) != k->is_past)
		return 0;
	for (int i = 0; i < GROUP_VALUES; i++)
		if (!has(&g->value[i], members, value_at(k, i)))
			return 0;
	return 1;
}

/* Joins the kind of a record and the values that distinguish its group into one
 * key. The separator is NUL, which no value contains. */
static void join_values(struct kis_buf *out, const struct keys *k,
	const struct kis_member *members)
{
	kis_buf_reset(out);
	kis_buf_printf(out, "%d", kind_of(k));
	for (int i = 0; i < GROUP_VALUES; i++) {
		int at = value_at(k, i);

		kis_buf_add(out, "", 1);
		if (at >= 0)
			kis_buf_add(
				out, members[at].text, members[at].text_len);
	}
}

void groups_init(struct groups *all)
{
	memset(all, 0, sizeof(*all));
	kis_buf_init(&all->value, KIS_BUF_UNBOUND);
}

struct group *group_for(struct groups *all, const struct keys *k,
	const struct kis_member *members, struct kis_err *err)
{
	size_t i;

	if (all->last && is_of(all->last, k, members))
		return all->last;
	join_values(&all->value, k, members);
	i = kis_names_find(&all->values, all->value.data, all->value.len);
	if (i == SIZE_MAX && all->count == GROUP_MAX) {
		kis_fail(err, KIS_EX_DATA,
			"too many sheets: this record needs sheet %d, but the "
			"maximum is %d; choose another field for --sheet-by, "
			"or give fewer input files",
			GROUP_MAX + 1, GROUP_MAX);
		return NULL;
	}
	if (i == SIZE_MAX) {
		kis_names_add(&all->values, all->value.data, all->value.len);
		all->last = make(all, k, members);
	} else {
		all->last = all->all[i];
	}
	return all->last;
}

uint64_t group_day(const char *digits)
{
	uint64_t n;

	memcpy(&n, digits, sizeof(n));
	return be64toh(n);
}

/* Extends the group's range of dates to include the date in m. Skips a date
 * within the range before parsing it, because parsing every date would be
 * slow. */
static void note_day(struct group *g, const struct kis_member *m)
{
	uint64_t day;

	if (m->text_len != sizeof(day))
		return;
	day = group_day(m->text);
	if (g->day_first && day >= g->day_first && day <= g->day_last)
		return;
	if (!cell_date_parse(m->text, m->text_len))
		return;
	if (g->day_first == 0 || day < g->day_first)
		g->day_first = day;
	if (day > g->day_last)
		g->day_last = day;
}

/* Updates the group's base dates from a record. Skips a date that equals the
 * date of the previous record, as nearly all dates in a sheet do. */
static void note_days(
	struct group *g, const struct keys *k, const struct kis_member *members)
{
	for (int i = 0; i < 2; i++) {
		int at = k->member[ROLE_DATE1 + i];
		const char *text = at < 0 ? "" : members[at].text;
		size_t n = at < 0 ? 0 : members[at].text_len;

		n = n <= sizeof(g->day[i]) ? n : 0;
		if (g->records > 1 && n == (size_t)g->day_len[i] &&
			memcmp(g->day[i], text, n) == 0)
			continue;
		g->days_differ |= g->records > 1;
		g->day_len[i] = (int)n;
		memcpy(g->day[i], text, n);
		if (at >= 0)
			note_day(g, &members[at]);
	}
}

/* Returns the query time in m as an Excel serial number, or 0 if the time is
 * invalid. Parses the text of m, and sets *seconds, only if the text differs
 * from g->time_text, the text of the previous call, because all rows of a list
 * have the same query time. */
static double time_of(
	struct group *g, const struct kis_member *m, long long *seconds)
{
	if (g->time_text && g->time_len == m->text_len &&
		memcmp(g->time_text, m->text, m->text_len) == 0)
		return g->time;
	free(g->time_text);
	g->time_text = kis_mem_copy(m->text, m->text_len);
	g->time_len = m->text_len;
	g->time = cell_time_parse(m->text, m->text_len, seconds);
	return g->time;
}

static void note_time(
	struct group *g, const struct keys *k, const struct kis_member *members)
{
	int i = k->member[ROLE_FETCHED];
	long long seconds = 0;
	double when = i < 0 ? 0 : time_of(g, &members[i], &seconds);

	if (when > g->time_last) {
		g->time_last = when;
		g->seconds_last = seconds;
		g->newest = 0;
	}
	if (when > 0 && (g->time_first == 0 || when < g->time_first))
		g->time_first = when;
	g->newest += when == g->time_last;
}

static void note_list(
	struct group *g, const struct keys *k, const struct kis_member *members)
{
	static const enum role roles[GROUP_LISTS] = {
		ROLE_LIST, ROLE_LIST_ROWS, ROLE_FILTER};

	for (size_t r = 0; r < GROUP_LISTS; r++) {
		int i = k->member[roles[r]];
		const char *text = i < 0 ? "" : members[i].text;
		size_t n = i < 0 ? 0 : members[i].text_len;

		if (!g->list[r])
			g->list[r] = kis_mem_copy(text, n);
		else if (strlen(g->list[r]) != n ||
			 memcmp(g->list[r], text, n) != 0)
			g->lists_differ = 1;
	}
}

/* Returns 1 and sets *value if the text is a whole number of at most 18 digits,
 * with optional whitespace around the number; otherwise returns 0. */
static int whole_of(const char *p, size_t n, uint64_t *value)
{
	enum { MOST_DIGITS = 18 };

	kis_text_trim(&p, &n);
	*value = 0;
	if (n == 0 || n > MOST_DIGITS)
		return 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return 0;
		*value = *value * 10 + (uint64_t)(p[i] - '0');
	}
	return 1;
}

/* Returns the value of a text that is a rank or a number of rows, from 1 to
 * RANK_MAX; returns 0 for any other text. */
static uint64_t count_of(const char *p, size_t n)
{
	uint64_t value;

	return whole_of(p, n, &value) && value <= RANK_MAX ? value : 0;
}

/* Updates *r from m, the short volume of a record, or NULL if it has none. KIS
 * ranks by short volume: a volume greater than that of the previous row shows
 * that the rows are not in KIS's order. */
static void note_volume(struct ranks *r, const struct kis_member *m)
{
	uint64_t volume;

	if (!m || !whole_of(m->text, m->text_len, &volume)) {
		r->missing = 1;
		return;
	}
	r->reordered |= r->last > 0 && volume > r->volume;
	r->volume = volume;
}

static void note_rank(struct ranks *r, const struct kis_member *m)
{
	uint64_t rank = m ? count_of(m->text, m->text_len) : 0, bit;
	size_t word = (size_t)(rank / 64);

	if (rank == 0) {
		r->missing = 1;
		return;
	}
	if (word >= r->words) {
		size_t old = r->words;

		r->words = (word + 1) * 2;
		r->seen = kis_mem_resize(r->seen, r->words, sizeof(*r->seen));
		memset(r->seen + old, 0, (r->words - old) * sizeof(*r->seen));
	}
	bit = (uint64_t)1 << rank % 64;
	r->repeated |= (r->seen[word] & bit) != 0;
	r->reordered |= rank < r->last;
	r->seen[word] |= bit;
	r->last = rank;
}

void group_count(
	struct group *g, const struct keys *k, const struct kis_member *members)
{
	int rank = k->member[ROLE_RANK], volume = k->member[ROLE_SHORT_VOLUME];

	g->records++;
	if (k->is_ranking) {
		note_days(g, k, members);
		note_list(g, k, members);
		note_volume(&g->ranks, volume < 0 ? NULL : &members[volume]);
		note_rank(&g->ranks, rank < 0 ? NULL : &members[rank]);
	}
	if (k->is_past)
		note_day(g, &members[k->member[ROLE_DAY]]);
	note_time(g, k, members);
}

int group_is_one_query(const struct group *g)
{
	return g->newest == g->records;
}

static uint64_t list_rows(const struct group *g)
{
	return count_of(g->list[1], strlen(g->list[1]));
}

static const char *const list_kinds[] = {"top", "complete", "partial"};
enum list_kind { LISTED_TOP, LISTED_COMPLETE, LISTED_PARTIAL, LISTED_UNKNOWN };

static enum list_kind list_kind(const struct group *g)
{
	int kind = 0;

	while (kind < LISTED_UNKNOWN &&
		strcmp(g->list[0], list_kinds[kind]) != 0)
		kind++;
	return (enum list_kind)kind;
}

enum list_state group_list_state(const struct group *g)
{
	const struct ranks *r = &g->ranks;
	uint64_t rows;

	/* A kis-archive report without stock codes is not a ranking and has no
	 * lists. */
	if (!g->is_ranking)
		return LIST_UNKNOWN;
	rows = list_rows(g);
	if (!group_is_one_query(g))
		return LIST_SEVERAL;
	if (r->repeated && !r->missing)
		return LIST_SEVERAL;
	if (r->missing || rows == 0 || g->lists_differ ||
		list_kind(g) == LISTED_UNKNOWN || g->time_first == 0)
		return LIST_UNKNOWN;
	if (r->last > rows || g->records > rows)
		return LIST_UNKNOWN;
	if (r->reordered)
		return LIST_REORDERED;
	if (g->records == rows)
		return LIST_WHOLE;
	/* If n ranks are distinct and ascending and the last rank is n, no rank
	 * from 1 to n is missing. */
	return r->last == g->records ? LIST_HEAD : LIST_PART;
}

/* Inserts the thousands separators itself, because printf() writes none in the
 * C locale, which this program uses. */
void group_number(uint64_t n, char out[GROUP_SPAN])
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	char *to = out;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
}

/* Returns the value of a key in the filter (KEY=VALUE&…), or 0 if the key is
 * missing or its value is not from 1 to RANK_MAX. */
static uint64_t filter_value(const char *filter, const char *key)
{
	const char *p = strstr(filter, key);
	size_t n;

	if (!p || (p > filter && p[-1] != '&') || p[strlen(key)] != '=')
		return 0;
	p += strlen(key) + 1;
	n = strcspn(p, "&");
	return count_of(p, n);
}

/* Returns a new text that describes the filter of the query, such as ", 가격
 * 1,000원 이상", or "" if the query has no filter; the caller frees it. */
static char *filter_text(const struct group *g)
{
	const char *filter = g->list[2];
	uint64_t low = filter_value(filter, "FID_APLY_RANG_PRC_1");
	uint64_t high = filter_value(filter, "FID_APLY_RANG_PRC_2");
	char from[GROUP_SPAN], to[GROUP_SPAN];
	size_t known = (low > 0) + (high > 0), pairs = *filter != '\0';

	for (const char *p = filter; *p; p++)
		pairs += *p == '&';
	group_number(low, from);
	group_number(high, to);
	if (pairs == 0)
		return kis_mem_dup("");
	if (known < pairs)
		return kis_mem_printf(", 조회조건 %s", filter);
	if (low && high)
		return kis_mem_printf(", 가격 %s~%s원", from, to);
	return low ? kis_mem_printf(", 가격 %s원 이상", from)
		   : kis_mem_printf(", 가격 %s원 이하", to);
}

static char *whole_text(const struct group *g, const char *count)
{
	switch (list_kind(g)) {
	case LISTED_COMPLETE:
		return kis_mem_printf("공매도 거래량 순 전체 %s종목", count);
	case LISTED_PARTIAL:
		return kis_mem_printf(
			"공매도 거래량 순 %s종목 (일부 목록)", count);
	default:
		return list_rows(g) >= ROW_LIMIT
			       ? kis_mem_printf("공매도 거래량 상위 %s종목 "
						"(KIS 조회 한도)",
					 count)
			       : kis_mem_printf(
					 "공매도 거래량 순 %s종목", count);
	}
}

char *group_list_text(const struct group *g)
{
	char count[GROUP_SPAN], all[GROUP_SPAN];
	char *text, *filter, *joined;

	group_number(g->records, count);
	if (g->note)
		return kis_mem_printf("%s행  |  %s", count, g->note);
	if (!g->is_ranking)
		return kis_mem_printf("%s행", count);
	group_number(list_rows(g), all);
	switch (group_list_state(g)) {
	case LIST_UNKNOWN:
		return kis_mem_printf("%s행", count);
	case LIST_SEVERAL:
		return kis_mem_printf("여러 목록의 %s행", count);
	case LIST_WHOLE:
		text = whole_text(g, count);
		break;
	case LIST_HEAD:
		text = kis_mem_printf("목록 %s종목 중 공매도 거래량 상위 "
				      "%s종목",
			all, count);
		break;
	case LIST_PART:
		text = kis_mem_printf(
			"목록 %s종목 중 %s종목, 공매도 거래량 순", all, count);
		break;
	default:
		text = g->records == list_rows(g)
			       ? kis_mem_printf(
					 "%s종목, 공매도 거래량 순 아님", count)
			       : kis_mem_printf("목록 %s종목 중 %s종목, 공매도 "
						"거래량 순 "
						"아님",
					 all, count);
	}
	filter = filter_text(g);
	joined = kis_mem_printf("%s%s", text, filter);
	free(text);
	free(filter);
	return joined;
}

int group_is_limited(const struct group *g)
{
	return list_kind(g) != LISTED_COMPLETE &&
	       !(list_kind(g) == LISTED_TOP && list_rows(g) < ROW_LIMIT);
}

/* Returns 1 if the list has every stock of the market: the query has no filter,
 * and the list is complete or has fewer rows than the row limit. */
static int is_market(const struct group *g)
{
	return !*g->list[2] && !group_is_limited(g);
}

char *group_list_base(const struct group *g)
{
	char count[GROUP_SPAN];
	enum list_state state = group_list_state(g);

	group_number(g->newest, count);
	if (state == LIST_WHOLE ||
		(state == LIST_REORDERED && g->records == list_rows(g))) {
		if (is_market(g))
			return kis_mem_dup("");
		if (list_kind(g) == LISTED_TOP && !*g->list[2])
			return kis_mem_printf(
				"공매도 거래량 상위 %s종목 중", count);
	}
	if (state == LIST_HEAD && !*g->list[2] &&
		list_kind(g) != LISTED_PARTIAL)
		return kis_mem_printf("공매도 거래량 상위 %s종목 중", count);
	if (!group_is_one_query(g))
		return kis_mem_printf("최종 조회 %s행 중", count);
	return kis_mem_printf("이 시트 %s행 중", count);
}

const char *group_list_title(const struct group *g)
{
	switch (group_list_state(g)) {
	case LIST_WHOLE:
	case LIST_HEAD:
		return list_kind(g) == LISTED_PARTIAL ? "공매도 종목"
						      : "공매도 상위종목";
	default:
		return "공매도 종목";
	}
}

static void day_text(uint64_t day, char out[CELL_DATE_TEXT])
{
	char digits[sizeof(day)];

	day = htobe64(day);
	memcpy(digits, &day, sizeof(day));
	snprintf(out, CELL_DATE_TEXT, "%.4s-%.2s-%.2s", digits, digits + 4,
		digits + 6);
}

void group_days(const struct group *g, char out[GROUP_SPAN])
{
	char first[CELL_DATE_TEXT], last[CELL_DATE_TEXT];

	*out = '\0';
	if (g->day_first == 0)
		return;
	day_text(g->day_first, first);
	day_text(g->day_last, last);
	if (g->day_first == g->day_last)
		snprintf(out, GROUP_SPAN, "%s", first);
	else
		snprintf(out, GROUP_SPAN, "%.10s ~ %.10s", first, last);
}

void group_period(const struct group *g, char out[2 * GROUP_SPAN])
{
	char days[GROUP_SPAN];

	group_days(g, days);
	*out = '\0';
	if (*days)
		snprintf(out, 2 * GROUP_SPAN, "%s %s",
			g->day_first == g->day_last ? "기준일" : "기준기간",
			days);
}

void group_compared(const struct group *g, char out[CELL_DATE_TEXT])
{
	*out = '\0';
	if (g->has_changes && !g->changes->descends)
		day_text(g->compared, out);
}

void group_time(double when, char out[GROUP_SPAN])
{
	*out = '\0';
	if (when > 0)
		cell_time_text(when, out);
}

static void free_group(struct group *g)
{
	free(g->columns);
	free(g->of_field);
	for (int i = 0; i < GROUP_VALUES; i++)
		free(g->value[i].text);
	free(g->place);
	free(g->time_text);
	for (int i = 0; i < GROUP_LISTS; i++)
		free(g->list[i]);
	free(g->ranks.seen);
	free(g->past);
	free(g->name);
	free(g->note);
	top_reset(&g->top);
	free(g);
}

void groups_release(struct groups *all)
{
	for (size_t i = 0; i < all->count; i++)
		free_group(all->all[i]);
	free(all->all);
	for (size_t i = 0; i < all->series.count; i++) {
		changes_release(all->changes[i]);
		free(all->changes[i]);
	}
	free(all->changes);
	kis_names_release(&all->series);
	kis_names_release(&all->values);
	kis_buf_release(&all->value);
	memset(all, 0, sizeof(*all));
}

static int *slot_of(struct group *g, size_t field)
{
	size_t old = g->of_field_count;

	if (field >= old) {
		g->of_field_count = (field + 1) * 2;
		g->of_field = kis_mem_resize(
			g->of_field, g->of_field_count, sizeof(*g->of_field));
		for (size_t i = old; i < g->of_field_count; i++)
			g->of_field[i] = -1;
	}
	return &g->of_field[field];
}

/* Records the index i of a column: in g->of_role if its field has a role, in
 * g->of_field unless the column is derived, and in g->rank_change or
 * g->ratio_change if the column shows changes. */
static void note_place(struct group *g, size_t i)
{
	const struct sheet_column *c = &g->columns[i];
	enum role role =
		c->column >= 0 ? role_of((size_t)c->column) : ROLE_COUNT;

	if (role != ROLE_COUNT)
		g->of_role[role] = (int)i;
	if (c->column == FIELD_RANK_CHANGE)
		g->rank_change = (int)i;
	if (c->column == FIELD_RATIO_CHANGE)
		g->ratio_change = (int)i;
	if (c->column >= FIELD_OTHER)
		*slot_of(g, c->field) = (int)i;
}

static void add_column(struct group *g, int column, size_t field)
{
	struct sheet_column *c;

	/* The capacity of the array is a power of two and doubles when the
	 * array is full. */
	if ((g->count & (g->count - 1)) == 0)
		g->columns = kis_mem_resize(g->columns,
			g->count ? g->count * 2 : 1, sizeof(*g->columns));
	c = &g->columns[g->count];
	memset(c, 0, sizeof(*c));
	c->column = column;
	c->field = field;
	note_place(g, g->count);
	g->count++;
}

/* Adds the derived column price_vs_avg, unless it exists, and sets g->price and
 * g->average. Does nothing if the group lacks the column of the price or of the
 * average short price. */
static void derive(struct group *g)
{
	int price = g->of_role[g->past ? ROLE_CLOSE : ROLE_PRICE];
	int average = g->of_role[ROLE_AVERAGE];

	if (price >= 0 && average >= 0 && g->price < 0)
		add_column(g, FIELD_PRICE_VS_AVG, 0);
	if (price >= 0 && average >= 0) {
		g->price = price;
		g->average = average;
	}
}

int group_learn(struct group *g, const struct keys *k,
	const struct kis_fields *fields, struct kis_err *err)
{
	if (g->learnt == k->serial)
		return 0;
	if (g->place_room < k->count) {
		g->place_room = k->count * 2;
		g->place = kis_mem_resize(
			g->place, g->place_room, sizeof(*g->place));
	}
	for (size_t i = 0; i < k->count; i++) {
		int at = *slot_of(g, k->field[i]);

		if (at < 0 && g->count + 1 >= LXW_COL_MAX)
			return kis_fail(err, KIS_EX_DATA,
				"too many fields: a sheet holds at most %d "
				"columns",
				LXW_COL_MAX - 1);
		if (at < 0) {
			at = (int)g->count;
			add_column(g, kis_fields_known(fields, k->field[i]),
				k->field[i]);
		}
		g->place[i] = (size_t)at;
	}
	if (g->derives)
		derive(g);
	g->learnt = k->serial;
	return 0;
}

/* Returns the sort key of a column in a stock's sheet: the figures that readers
 * need most are on the left, and hidden columns are on the right. */
static int past_place(int column)
{
	static const char *const order[] = {"stck_bsop_date", "stck_clpr",
		"prdy_vrss", "prdy_ctrt", "acml_vol", "ssts_cntg_qty",
		"ssts_tr_pbmn_rlim", "ssts_tr_pbmn", "acml_tr_pbmn",
		"avrg_prc"};
	static const char *const later[] = {
		"stck_oprc", "stck_hgpr", "stck_lwpr", "ssts_vol_rlim"};
	enum { DERIVED = 20, LATER = 30, OTHER = 50, HIDDEN = 60 };

	if (column == FIELD_PRICE_VS_AVG)
		return DERIVED;
	if (column <= FIELD_MEAN)
		return LATER + 10 + FIELD_MEAN - column;
	if (column < 0)
		return OTHER;
	for (int i = 0; i < (int)(sizeof(order) / sizeof(*order)); i++)
		if (strcmp(order[i], kis_record_columns[column].key) == 0)
			return i;
	for (int i = 0; i < (int)(sizeof(later) / sizeof(*later)); i++)
		if (strcmp(later[i], kis_record_columns[column].key) == 0)
			return LATER + i;
	return HIDDEN;
}

int group_is_named_by(const struct group *g, const struct sheet_column *c)
{
	return (g->is_ranking || g->past || g->note) &&
	       c->column == FIELD_OTHER && g->named_by == c->field + 1;
}

/* Returns the sort key of a column. Columns that readers rarely need have the
 * largest keys; in most of these columns, all rows of a sheet have the same
 * value. */
static int place_of(const struct group *g, const struct sheet_column *c)
{
	int column = c->column;

	if (group_is_named_by(g, c))
		return 6;
	if (g->past)
		return past_place(column);
	static const unsigned char places[] = {
		[KIS_KIND_NOTE] = 6,
		[KIS_KIND_RANK] = 1,
		[KIS_KIND_DATE] = 4,
		[KIS_KIND_LIST] = 6,
		[KIS_KIND_LIST_ROWS] = 6,
		[KIS_KIND_FILTER] = 6,
		[KIS_KIND_MARKET] = 6,
		[KIS_KIND_PERIOD] = 6,
		[KIS_KIND_TIME] = 6,
		/* Place the direction of the price change far right: the arrow
		 * in the column of the change already shows it. */
		[KIS_KIND_SIGN] = 6,
	};
	enum kis_kind kind;

	if (column == FIELD_RANK_CHANGE)
		return 1;
	if (column < FIELD_OTHER)
		return 3;
	if (column < 0)
		return 5;
	kind = kis_record_columns[column].kind;
	if (!g->is_ranking &&
		(kind == KIS_KIND_MARKET || kind == KIS_KIND_PERIOD))
		/* Place market and period on the left: in a sheet that is not
		 * a ranking, they distinguish the rows. */
		return 1;
	if (kind == KIS_KIND_DATE &&
		kis_record_columns[column].records == KIS_IN_REPORT)
		/* Place a date of a kis-archive report among the figures: it
		 * is a result, not a base date. */
		return 2;
	return kind < sizeof(places) && places[kind] ? places[kind] : 2;
}

/* Sorts the columns by place_of(). Columns with equal sort keys remain in input
 * order. */
static void sort_columns(struct group *g)
{
	for (size_t i = 1; i < g->count; i++) {
		struct sheet_column c = g->columns[i];
		size_t at = i;

		while (at > 0 &&
			place_of(g, &g->columns[at - 1]) > place_of(g, &c)) {
			g->columns[at] = g->columns[at - 1];
			at--;
		}
		g->columns[at] = c;
	}
	for (size_t i = 0; i < g->count; i++)
		note_place(g, i);
}

void group_freeze(struct group *g, int plain)
{
	if (g->frozen)
		return;
	g->frozen = 1;
	if ((!g->is_ranking && !g->past && !g->note) || plain) {
		g->changes = NULL; /* this sheet does not show changes */
		return;
	}
	/* Sorting moves the columns, so group_learn() must fill g->place
	 * again. */
	g->learnt = 0;
	derive(g);
	if (g->changes && g->of_role[ROLE_RANK] >= 0 &&
		g->of_role[ROLE_SHORT_SHARE] >= 0) {
		add_column(g, FIELD_RANK_CHANGE, 0);
		add_column(g, FIELD_RATIO_CHANGE, 0);
	} else {
		g->changes = NULL;
	}
	for (int i = 0; g->past && i < PAST_MEANS; i++)
		if (g->of_role[ROLE_SHORT_SHARE] >= 0)
			add_column(g, FIELD_MEAN - i, 0);
	sort_columns(g);
	g->derives = 1;
	if (g->price < 0)
		return;
	g->price = g->of_role[g->past ? ROLE_CLOSE : ROLE_PRICE];
	g->average = g->of_role[ROLE_AVERAGE];
}
