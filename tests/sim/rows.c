#include "tests/sim/rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/clock.h"
#include "tests/sim/member.h"

struct row {
	const struct sim_share *share;
	struct sim_figures f;
};

struct list {
	struct row *rows; /* owned by this struct */
	size_t n;
	long days[SIM_MAX_DAYS];
	int ndays;
};

static bool in_band(
	enum sim_bounds bounds, const struct sim_query *q, int64_t price)
{
	bool open_low = bounds == SIM_BOUNDS_EXCLUSIVE && q->low > 0;
	bool open_high = (bounds == SIM_BOUNDS_EXCLUSIVE ||
				 bounds == SIM_BOUNDS_HALF_OPEN) &&
			 q->high != INT64_MAX;

	if (bounds == SIM_BOUNDS_IGNORED)
		return true;
	return price >= q->low + open_low && price <= q->high - open_high;
}

static int by_quantity(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->f.short_volume != y->f.short_volume)
		return x->f.short_volume < y->f.short_volume ? 1 : -1;
	return strcmp(x->share->code, y->share->code);
}

static double ratio(const struct row *r)
{
	return (double)r->f.short_volume / (double)r->f.volume;
}

static int by_ratio(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (ratio(x) != ratio(y))
		return ratio(x) < ratio(y) ? 1 : -1;
	return strcmp(x->share->code, y->share->code);
}

/* Adds to f the trades of stock i on each day in l->days. Does not adjust the
 * trades for splits. */
static void add_days(const struct sim_market *m, uint64_t i,
	const struct list *l, struct sim_figures *f)
{
	struct sim_trade t;

	for (int d = 0; d < l->ndays; d++) {
		if (!sim_market_trade(m, i, l->days[d], &t))
			continue;
		f->volume += t.volume;
		f->value += t.value;
		f->short_volume += t.short_volume;
		f->short_value += t.short_value;
	}
}

static void fill_list(
	const struct sim *sim, const struct sim_query *q, struct list *l)
{
	const struct sim_market *m = &sim->market;
	long now = sim_day_price(&sim->opt), today = sim_day_now(&sim->opt);

	for (uint64_t i = 0; i < m->n; i++) {
		const struct sim_share *s = &m->shares[i];
		struct row *r = &l->rows[l->n];

		if (!(s->markets & q->market) || (s->classes & q->mask) ||
			!sim_market_is_listed(m, i, l->days[0]))
			continue;
		memset(r, 0, sizeof(*r));
		sim_market_price(m, i, now, today, q->shake, &r->f);
		if (!in_band(sim->opt.bounds, q, r->f.price) ||
			(q->hole && r->f.price >= 1900 && r->f.price <= 2000))
			continue;
		add_days(m, i, l, &r->f);
		r->share = s;
		l->n += r->f.short_volume > 0;
	}
	qsort(l->rows, l->n, sizeof(*l->rows),
		sim_assumes(&sim->opt, SIM_ORDER) == 0 ? by_quantity
						       : by_ratio);
}

static int make_list(
	const struct sim *sim, const struct sim_query *q, struct list *l)
{
	l->n = 0;
	l->ndays = sim_day_period(&sim->opt, sim_day_base(&sim->opt), q->count,
		q->months, l->days, SIM_MAX_DAYS);
	l->rows = calloc(sim->market.n + 1, sizeof(*l->rows));
	if (l->rows == NULL)
		return -1;
	fill_list(sim, q, l);
	return 0;
}

static void set_day(json_t *row, const char *key, long day)
{
	char text[SIM_DAY_TEXT] = "0";

	if (day >= 0)
		sim_day_format(day, text);
	json_object_set_new(row, key, json_string(text));
}

/* Returns the row as a new object. The fields have the same order as in KIS's
 * response. Writes the days "first" and "last" as the base period; a day of -1
 * is written as "0". */
static json_t *write_row(const struct row *r, long first, long last)
{
	const struct sim_figures *f = &r->f;
	json_t *o = json_object();

	json_object_set_new(o, "mksc_shrn_iscd", json_string(r->share->code));
	json_object_set_new(o, "hts_kor_isnm", json_string(r->share->name));
	sim_set_number(o, "stck_prpr", f->price);
	sim_set_number(o, "prdy_vrss", f->change);
	sim_set_number(o, "prdy_vrss_sign", f->sign);
	sim_set_percent(o, "prdy_ctrt", f->change, (uint64_t)f->before);
	sim_set_number(o, "acml_vol", (int64_t)f->volume);
	sim_set_number(o, "acml_tr_pbmn", (int64_t)f->value);
	sim_set_number(o, "ssts_cntg_qty", (int64_t)f->short_volume);
	sim_set_percent(
		o, "ssts_vol_rlim", (int64_t)f->short_volume, f->volume);
	sim_set_number(o, "ssts_tr_pbmn", (int64_t)f->short_value);
	sim_set_percent(
		o, "ssts_tr_pbmn_rlim", (int64_t)f->short_value, f->value);
	set_day(o, "stnd_date1", first);
	set_day(o, "stnd_date2", last);
	sim_set_number(
		o, "avrg_prc", (int64_t)(f->short_value / f->short_volume));
	return o;
}

json_t *sim_rows(const struct sim *sim, const struct sim_query *q)
{
	json_t *array = json_array();
	struct list l;

	if (make_list(sim, q, &l) < 0)
		return array;
	for (size_t i = 0; i < l.n && i < (size_t)q->cap; i++) {
		bool dated = i == 0 || sim_assumes(&sim->opt, SIM_DATES);

		json_array_append_new(array,
			write_row(&l.rows[i], dated ? l.days[l.ndays - 1] : -1,
				dated ? l.days[0] : -1));
	}
	free(l.rows);
	return array;
}

static json_t *markets_of(const struct sim_share *share)
{
	json_t *array = json_array();

	for (int i = 0; i < SIM_NMARKETS; i++)
		if (share->markets & sim_markets[i].bit)
			json_array_append_new(
				array, json_string(sim_markets[i].code));
	return array;
}

int sim_rows_dump(const struct sim *sim, const char *path)
{
	struct sim_query q = {.market = SIM_ALL, .count = 1, .high = INT64_MAX};
	FILE *f = fopen(path, "w");
	struct list l;
	int status = 0;

	if (f == NULL)
		return -1;
	if (make_list(sim, &q, &l) < 0)
		status = -1;
	for (size_t i = 0; i < l.n; i++) {
		json_t *row = write_row(&l.rows[i], l.days[0], l.days[0]);

		json_object_set_new(
			row, "markets", markets_of(l.rows[i].share));
		json_dumpf(row, f, JSON_COMPACT);
		putc('\n', f);
		json_decref(row);
	}
	free(l.rows);
	if (ferror(f))
		status = -1;
	return fclose(f) == EOF ? -1 : status;
}
