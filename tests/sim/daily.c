#include "tests/sim/daily.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sim/clock.h"
#include "tests/sim/member.h"

/* The running totals of a row, from the first queried day to the day of the
 * row. */
struct window {
	uint64_t volume, value, short_volume, short_value;
};

struct day {
	struct sim_trade t;
	struct sim_figures f; /* price and change, adjusted for splits */
	struct window w;
	int split; /* factor from sim_market_split() */
};

struct history {
	struct day *days; /* owned; ring buffer of the newest days */
	size_t size, n;   /* size of the buffer; number of days ever added */
	long today;
};

static void add_to_window(struct window *w, const struct day *d)
{
	w->volume += sim_adjust_volume(d->t.volume, d->split);
	w->value += d->t.value;
	w->short_volume += d->t.short_volume;
	w->short_value += d->t.short_value;
}

/* Removes today's figures that KIS does not have yet. Before the rollover, KIS
 * does not have today's short sales. Before the market opens, nothing has been
 * traded today, and the price is that of the previous business day. */
static void forget_today(const struct sim *sim, struct day *d)
{
	if (d->t.day <= sim_day_base(&sim->opt))
		return;
	if (d->t.day > sim_day_price(&sim->opt)) {
		d->t = (struct sim_trade){.day = d->t.day};
		d->f.price = d->f.before;
		d->f.change = 0;
		d->f.sign = 3;
	}
	d->t.short_volume = 0;
	d->t.short_value = 0;
}

/* Fills d with the figures of a day. Returns false if the response must not
 * contain a row for that day. */
static bool make_day(const struct sim *sim, const struct sim_query *q,
	const struct history *h, long day, struct day *d)
{
	const struct sim_market *m = &sim->market;
	uint64_t i = (uint64_t)q->share;
	bool before =
		!sim_market_is_listed(m, i, day) && day < m->shares[i].listed;
	long asof;

	memset(d, 0, sizeof(*d));
	if (!sim_market_trade(m, i, day, &d->t) &&
		!(before && sim_assumes(&sim->opt, SIM_BEFORE_LISTING)))
		return false;
	if (d->t.volume == 0 && !before &&
		sim_assumes(&sim->opt, SIM_SUSPENDED))
		return false;
	if (day == h->today && day > sim_day_base(&sim->opt) &&
		sim_assumes(&sim->opt, SIM_TODAY_ROW))
		return false;
	asof = sim_assumes(&sim->opt, SIM_SPLIT) ? day : h->today;
	d->split = sim_market_split(m, i, day, asof);
	if (!before)
		sim_market_price(m, i, day, asof, 0, &d->f);
	if (sim_assumes(&sim->opt, SIM_SUMS))
		d->t.short_volume += d->t.short_volume / 10;
	forget_today(sim, d);
	return true;
}

/* Collects the rows of the queried days in h, oldest first. */
static void collect(
	const struct sim *sim, const struct sim_query *q, struct history *h)
{
	long day = q->from > sim->since ? q->from : sim->since;
	long last = q->to < h->today ? q->to : h->today;
	struct window w = {0};

	for (; day <= last; day++) {
		struct day d;

		if (!sim_day_is_business(&sim->opt, day) ||
			!make_day(sim, q, h, day, &d))
			continue;
		add_to_window(&w, &d);
		d.w = w;
		h->days[h->n++ % h->size] = d;
	}
}

static void set_text(json_t *o, const char *key, const char *text)
{
	json_object_set_new(o, key, json_string(text));
}

/* Returns the row as a new object. The fields have the same order as in KIS's
 * response. */
static json_t *write_day(const struct day *d)
{
	uint64_t volume = sim_adjust_volume(d->t.volume, d->split);
	uint64_t sold = d->t.short_volume;
	char date[SIM_DAY_TEXT];
	json_t *o = json_object();

	sim_day_format(d->t.day, date);
	set_text(o, "stck_bsop_date", date);
	sim_set_number(o, "stck_clpr", d->f.price);
	sim_set_number(o, "prdy_vrss", d->f.change);
	sim_set_number(o, "prdy_vrss_sign", d->f.sign ? d->f.sign : 3);
	sim_set_percent(o, "prdy_ctrt", d->f.change, (uint64_t)d->f.before);
	sim_set_number(o, "acml_vol", (int64_t)volume);
	sim_set_number(o, "stnd_vol_smtn", (int64_t)d->w.volume);
	sim_set_number(o, "ssts_cntg_qty", (int64_t)sold);
	/* divide unadjusted short volume by adjusted volume, as KIS does */
	sim_set_percent(o, "ssts_vol_rlim", (int64_t)sold, volume);
	sim_set_number(o, "acml_ssts_cntg_qty", (int64_t)d->w.short_volume);
	sim_set_percent(o, "acml_ssts_cntg_qty_rlim",
		(int64_t)d->w.short_volume, d->w.volume);
	sim_set_number(o, "acml_tr_pbmn", (int64_t)d->t.value);
	sim_set_number(o, "stnd_tr_pbmn_smtn", (int64_t)d->w.value);
	sim_set_number(o, "ssts_tr_pbmn", (int64_t)d->t.short_value);
	sim_set_percent(
		o, "ssts_tr_pbmn_rlim", (int64_t)d->t.short_value, d->t.value);
	sim_set_number(o, "acml_ssts_tr_pbmn", (int64_t)d->w.short_value);
	sim_set_percent(o, "acml_ssts_tr_pbmn_rlim", (int64_t)d->w.short_value,
		d->w.value);
	sim_set_number(o, "stck_oprc", sim_adjust_price(d->t.open, d->split));
	sim_set_number(o, "stck_hgpr", sim_adjust_price(d->t.high, d->split));
	sim_set_number(o, "stck_lwpr", sim_adjust_price(d->t.low, d->split));
	sim_set_number(
		o, "avrg_prc", sold ? (int64_t)(d->t.short_value / sold) : 0);
	return o;
}

/* Returns the rows as a new array, newest first. The running totals start at
 * the first queried day or, with --assume window=page, at the oldest row
 * returned. */
static json_t *write_days(const struct sim *sim, const struct history *h)
{
	json_t *array = json_array();
	size_t kept = h->n < h->size ? h->n : h->size;
	struct window w = {0};
	json_t *row;

	for (size_t k = h->n - kept; k < h->n; k++) {
		struct day *d = &h->days[k % h->size];

		add_to_window(&w, d);
		if (sim_assumes(&sim->opt, SIM_WINDOW))
			d->w = w;
		row = write_day(d);
		json_array_insert_new(array, 0, row);
	}
	return array;
}

/* Returns the response field output1 as a new object: the stock's current price
 * and volumes, which do not depend on the queried days. The object is empty if
 * the stock code is unknown. */
static json_t *write_now(const struct sim *sim, const struct sim_query *q)
{
	const struct sim_market *m = &sim->market;
	long day = sim_day_price(&sim->opt), today = sim_day_now(&sim->opt);
	json_t *o = json_object();
	struct sim_figures f = {0};
	struct sim_trade t = {0}, before = {0};
	uint64_t i = (uint64_t)q->share;

	if (q->share < 0)
		return o;
	if (sim_market_trade(m, i, day, &t))
		sim_market_price(m, i, day, today, 0, &f);
	sim_market_trade(m, i, sim_day_before(&sim->opt, day), &before);
	sim_set_number(o, "stck_prpr", f.price);
	sim_set_number(o, "prdy_vrss", f.change);
	sim_set_number(o, "prdy_vrss_sign", f.sign ? f.sign : 3);
	sim_set_percent(o, "prdy_ctrt", f.change, (uint64_t)f.before);
	sim_set_number(o, "acml_vol", day == today ? (int64_t)t.volume : 0);
	sim_set_number(o, "prdy_vol",
		(int64_t)(day == today ? before.volume : t.volume));
	return o;
}

static json_t *rows_of(const struct sim *sim, const struct sim_query *q)
{
	static const char *const reversed[] = {"[{}]", "[]", "[{}, {}]"};
	struct history h = {.today = sim_day_now(&sim->opt)};
	json_t *rows;

	if (q->share < 0)
		return json_array();
	/* --assume reversed selects the response to reversed dates, because KIS
	 * does not document it */
	if (q->from > q->to)
		return json_pack(
			reversed[sim_assumes(&sim->opt, SIM_REVERSED)]);
	h.size = (size_t)(q->blank && sim->opt.newest ? sim->opt.newest
						      : sim->opt.page);
	h.days = calloc(h.size, sizeof(*h.days));
	if (h.days == NULL)
		return json_array();
	collect(sim, q, &h);
	rows = write_days(sim, &h);
	free(h.days);
	return rows;
}

json_t *sim_daily(const struct sim *sim, const struct sim_query *q)
{
	json_t *answer = json_pack("{s:o, s:o, s:s, s:s, s:s}", "output1",
		write_now(sim, q), "output2", rows_of(sim, q), "rt_cd", "0",
		"msg_cd", "MCA00000", "msg1", "정상처리 되었습니다.");

	if (q->share < 0 && sim_assumes(&sim->opt, SIM_UNKNOWN_CODE))
		json_object_del(answer, "output2");
	return answer;
}
