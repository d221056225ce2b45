#include "cmd/kis-toxlsx/group.h"
#include "cmd/kis-toxlsx/cell_date.h"
#include "cmd/kis-toxlsx/name.h"
#include "lib/market.h"
#include "lib/mem.h"
#include "lib/record.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OTHER_NAME "자료"
#define OURS_NAME  "공매도"
#define NO_VALUE   "(없음)"

enum {
	GROUP_NAME_UNITS = 100, /* of a market's, a period's … own value */
	KIS_LIST_CAP = 30,      /* rows of one answer at most (documented) */
	CAPS_ARE_ROUND = 10,
};

/* A value may be as long as a cell holds; a name that people read is not. */
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

/* ASCII letters and digits alone, or nothing. */
static int is_plain(const char *p)
{
	return p[strspn(p, "0123456789abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

/* "코스닥 1일", by the names that people read where they are known, and the
 * value of --sheet-by if it says more than these. */
static char *our_name(
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

/* The roles of the values that tell groups apart, of records that are not ours
 * and of ours. */
static const enum role told_by[2][GROUP_VALUES] = {
	{ROLE_COUNT, ROLE_COUNT, ROLE_SHEET},
	{ROLE_MARKET, ROLE_PERIOD, ROLE_SHEET},
};

/* The member that is the group's value i, or -1. */
static int value_at(const struct keys *k, int i)
{
	enum role role = told_by[k->ours][i];

	return role == ROLE_COUNT ? -1 : k->member[role];
}

static struct group *make(struct groups *all, const struct keys *k,
	const struct kis_member *members)
{
	struct group *g = kis_mem_new(1, sizeof(*g));

	g->ours = k->ours;
	for (int i = 0; i < GROUP_VALUES; i++) {
		int at = value_at(k, i);

		if (at < 0 || members[at].text_len == 0)
			continue;
		g->value[i].text =
			kis_mem_copy(members[at].text, members[at].text_len);
		g->value[i].len = members[at].text_len;
	}
	g->field_of = kis_mem_new(kis_record_count, sizeof(*g->field_of));
	for (size_t i = 0; i < kis_record_count; i++)
		g->field_of[i] = -1;
	if (k->ours)
		g->name = our_name(g, k, members);
	else
		g->name = text_of(members, k->member[ROLE_SHEET],
			all->by_sheet ? NO_VALUE : OTHER_NAME);
	all->all = kis_mem_resize(all->all, all->count + 1, sizeof(*all->all));
	all->all[all->count++] = g;
	return g;
}

/* A member that is missing, null or empty says the same: nothing. */
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
	if (g->ours != k->ours)
		return 0;
	for (int i = 0; i < GROUP_VALUES; i++)
		if (!has(&g->value[i], members, value_at(k, i)))
			return 0;
	return 1;
}

static struct group *find(struct groups *all, const struct keys *k,
	const struct kis_member *members)
{
	if (all->last && is_of(all->last, k, members))
		return all->last;
	for (size_t i = 0; i < all->count; i++)
		if (is_of(all->all[i], k, members))
			return all->all[i];
	return NULL;
}

struct group *group_of(struct groups *all, const struct keys *k,
	const struct kis_member *members, struct kis_err *err)
{
	all->last = find(all, k, members);
	if (all->last)
		return all->last;
	if (all->count == GROUP_MAX) {
		kis_fail(err, KIS_EX_DATA,
			"this record would need sheet %d; a workbook gets "
			"at most %d: choose another --sheet-by",
			GROUP_MAX + 1, GROUP_MAX);
		return NULL;
	}
	all->last = make(all, k, members);
	return all->last;
}

/* A base date as one number, its first digit in the highest byte: such numbers
 * are ordered as the days are. */
static uint64_t day_number(const struct kis_member *m)
{
	uint64_t n;

	memcpy(&n, m->text, sizeof(n));
	return be64toh(n);
}

/* Whether it is a day at all is asked of those alone that are beyond the days
 * known. */
static void note_day(struct group *g, const struct kis_member *m)
{
	uint64_t day;

	if (m->text_len != sizeof(day))
		return;
	day = day_number(m);
	if (g->day_first && day >= g->day_first && day <= g->day_last)
		return;
	if (!cell_date_parse(m->text, m->text_len))
		return;
	if (g->day_first == 0 || day < g->day_first)
		g->day_first = day;
	if (day > g->day_last)
		g->day_last = day;
}

static void note_days(
	struct group *g, const struct keys *k, const struct kis_member *members)
{
	for (enum role r = ROLE_DATE1; r <= ROLE_DATE2; r++)
		if (k->member[r] >= 0)
			note_day(g, &members[k->member[r]]);
}

/* All rows of a list have the time of their query. */
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
	static const enum role roles[] = {ROLE_LIST, ROLE_LIST_ROWS};
	int filter = k->member[ROLE_FILTER];

	g->is_list_special |= filter >= 0 && members[filter].text_len > 0;
	for (size_t r = 0; r < 2; r++) {
		int i = k->member[roles[r]];
		const char *text = i < 0 ? "" : members[i].text;
		size_t n = i < 0 ? 0 : members[i].text_len;

		if (!g->list[r])
			g->list[r] = kis_mem_copy(text, n);
		else if (strlen(g->list[r]) != n ||
			 memcmp(g->list[r], text, n) != 0)
			g->is_list_special = 1;
	}
}

void group_count(
	struct group *g, const struct keys *k, const struct kis_member *members)
{
	g->records++;
	if (k->ours) {
		note_days(g, k, members);
		note_list(g, k, members);
	}
	note_time(g, k, members);
}

int group_is_one_list(const struct group *g)
{
	return g->newest == g->records;
}

int group_is_capped(const struct group *g)
{
	return g->newest == KIS_LIST_CAP;
}

/* A sister ranking answers 100 rows though 30 are documented for it, so this
 * one's cap may grow too. No record says what it was; caps are round numbers.
 * A complete list of as many rows is called the first so many of itself. */
int group_may_be_cut(const struct group *g)
{
	return g->newest >= KIS_LIST_CAP && g->newest % CAPS_ARE_ROUND == 0;
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

void group_time(double when, char out[GROUP_SPAN])
{
	*out = '\0';
	if (when > 0)
		cell_time_text(when, out);
}

static void free_group(struct group *g)
{
	for (size_t i = 0; i < g->count; i++)
		free(g->fields[i].key);
	free(g->fields);
	free(g->field_of);
	for (int i = 0; i < GROUP_VALUES; i++)
		free(g->value[i].text);
	free(g->place);
	free(g->time_text);
	free(g->list[0]);
	free(g->list[1]);
	free(g->name);
	top_release(&g->top);
	free(g);
}

void groups_release(struct groups *all)
{
	for (size_t i = 0; i < all->count; i++)
		free_group(all->all[i]);
	free(all->all);
	memset(all, 0, sizeof(*all));
}
