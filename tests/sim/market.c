#include "tests/sim/market.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/random.h"

/* what a number is drawn for: the second argument of sim_unit */
enum draw {
	DRAW_LEVEL,
	DRAW_NOISE,
	DRAW_LIMIT,
	DRAW_VOLUME,
	DRAW_TURN,
	DRAW_HABIT,
	DRAW_DAY,
	DRAW_SHARE,
	DRAW_AVERAGE,
	DRAW_SHORT_AVERAGE,
	DRAW_SHAKE,
	DRAW_CLASS
};

enum { EQUAL_PRICE = 5000, EQUAL_SHARES = 40 };

const struct sim_market_name sim_markets[SIM_NMARKETS] = {
	{"0000", SIM_ALL},
	{"0001", SIM_KOSPI},
	{"1001", SIM_KOSDAQ},
	{"2001", SIM_KOSPI200},
	{"4001", SIM_KRX100},
	{"3003", SIM_KOSDAQ150},
};

/* Every kind is free of repetition because i is in the code. */
static void name_code(
	const struct sim_market *m, uint64_t i, struct sim_share *s)
{
	static const char letters[] = "VEHKRLSABCDFGJMNPQTU";
	unsigned n = (unsigned)((i * 7919 + m->seed % 1000) % 99991);
	unsigned k = (unsigned)i;

	if (i % 499 == 400) {
		snprintf(s->code, sizeof(s->code), "J%07uD", k % 10000000);
	} else if (i % 211 == 100) {
		snprintf(s->code, sizeof(s->code), "Q5%05u", k % 100000);
		s->classes |= 1 << 7;
	} else if (i % 47 == 20) {
		snprintf(s->code, sizeof(s->code), "%04u%c0", k % 10000,
			letters[k / 10000 * 2 + k % 2]);
		s->classes |= 1 << 6;
	} else if (i % 53 == 30) {
		snprintf(s->code, sizeof(s->code), "%05uK", n);
		s->classes |= 1 << 4;
	} else {
		snprintf(s->code, sizeof(s->code), "%05u0", n);
	}
}

static void name_share(uint64_t i, struct sim_share *s)
{
	static const char *const first[] = {
		"가람",
		"나루",
		"다올",
		"라온",
		"마루",
		"바른",
		"새벽",
		"아람",
		"자람",
		"차오름",
		"큰길",
		"터울",
		"파란",
		"하늘",
		"KX",
		"S&B",
		"해솔",
		"OCN",
		"1st",
		"늘봄",
		"LT",
		"온누리",
		"N-온",
		"솔빛",
	};
	static const char *const second[] = {
		"전자",
		"화학",
		"제약",
		"건설",
		"바이오",
		"금융지주",
		"물산",
		"에너지",
		"해운",
		"소재",
		"게임즈",
		"통신",
		"철강",
		"식품",
		"메디칼",
		"항공",
		"증권",
		"로봇",
		"반도체",
		"텍스타일",
		"모빌리티",
		"Tech",
		"엔터",
		"솔루션",
		"중공업",
		"홀딩스",
		"정밀",
	};
	static const char *const third[] = {
		"",
		"우",
		"(구)",
		"2호",
		"-R",
		".com",
		" 1우B",
		"&Co",
		"글로벌",
	};
	enum {
		A = sizeof(first) / sizeof(*first),
		B = sizeof(second) / sizeof(*second),
		C = sizeof(third) / sizeof(*third)
	};
	uint64_t k = i / (A * B);
	int n;

	n = snprintf(s->name, sizeof(s->name), "%s%s%s", first[i % A],
		second[i / A % B], third[k % C]);
	if (k >= C)
		snprintf(s->name + n, sizeof(s->name) - (size_t)n, "%u",
			(unsigned)(k / C));
}

/* The first shares are KOSPI's, where forty at one price are wanted. */
static void place_share(
	const struct sim_market *m, uint64_t i, struct sim_share *s)
{
	uint64_t chance = sim_mix(m->seed, DRAW_CLASS, i, 0) % 400;

	s->markets = SIM_ALL;
	if (i < EQUAL_SHARES || i % 5 < 2)
		s->markets |=
			SIM_KOSPI | (i % 5 == 0 && i < 1000 ? SIM_KOSPI200 : 0);
	else
		s->markets |= SIM_KOSDAQ |
			      (i % 5 == 3 && i < 750 ? SIM_KOSDAQ150 : 0);
	if (i % 10 < 2 && i < 500)
		s->markets |= SIM_KRX100;
	if (chance < 10)
		s->classes |= 1u << chance;
}

int sim_market_init(struct sim_market *m, const struct sim_options *o)
{
	m->n = (uint64_t)o->shares;
	m->seed = (uint64_t)o->seed;
	m->prices = o->prices;
	m->shares = calloc(m->n + 1, sizeof(*m->shares));
	if (m->shares == NULL)
		return -1;
	for (uint64_t i = 0; i < m->n; i++) {
		name_code(m, i, &m->shares[i]);
		name_share(i, &m->shares[i]);
		place_share(m, i, &m->shares[i]);
	}
	return 0;
}

void sim_market_release(struct sim_market *m)
{
	free(m->shares);
	m->shares = NULL;
}

/* 2 to the u, the fraction by a straight line: enough of a logarithm here */
static double power2(double u)
{
	uint64_t whole = (uint64_t)u;

	return (double)((uint64_t)1 << whole) * (1 + u - (double)whole);
}

/* The exchange's price steps. */
static int64_t round_tick(double price)
{
	static const struct {
		int64_t below, tick;
	} steps[] = {
		{2000, 1},
		{5000, 5},
		{20000, 10},
		{50000, 50},
		{200000, 100},
		{500000, 500},
		{INT64_MAX, 1000},
	};
	int i = 0;

	while (price >= (double)steps[i].below)
		i++;
	return (int64_t)(price / (double)steps[i].tick) * steps[i].tick;
}

static double noise(const struct sim_market *m, enum draw what, uint64_t i,
	uint64_t day, double width)
{
	return 1 + width * (2 * sim_unit(m->seed, what, i, day) - 1);
}

static int64_t close_of(const struct sim_market *m, uint64_t i, long day)
{
	double u = sim_unit(m->seed, DRAW_LEVEL, i, 0);
	double level = noise(m, DRAW_NOISE, i, (uint64_t)day, 0.03);
	int64_t price;

	if (m->prices == SIM_PRICES_NARROW) {
		price = (int64_t)((1030 + u * 910) * level);
		return price < 1000 ? 1000 : price > 2000 ? 2000 : price;
	}
	if (m->prices == SIM_PRICES_EQUAL && i < EQUAL_SHARES)
		return EQUAL_PRICE;
	/* 103 to 3,100,000 won */
	price = round_tick(level * 106 * power2(14.8 * u));
	return m->prices == SIM_PRICES_EQUAL && price == EQUAL_PRICE
		       ? EQUAL_PRICE + 10
		       : price;
}

/* A few shares stand at the day's limit of 30 %. */
static int64_t limit_of(
	const struct sim_market *m, uint64_t i, long base, int64_t before)
{
	uint64_t dice = sim_mix(m->seed, DRAW_LIMIT, i, (uint64_t)base) % 500;

	if (m->prices != SIM_PRICES_LOG || dice > 1)
		return 0;
	return round_tick((double)before * (dice == 0 ? 1.3 : 0.7) +
			  (dice == 0 ? 0 : 0.999));
}

void sim_market_price(const struct sim_market *m, uint64_t i, long base,
	long before, uint64_t shake, struct sim_figures *f)
{
	int64_t limit;

	f->before = close_of(m, i, before);
	f->price = close_of(m, i, base);
	limit = limit_of(m, i, base, f->before);
	if (limit)
		f->price = limit;
	else if (shake)
		f->price = round_tick((double)f->price *
				      noise(m, DRAW_SHAKE, i, shake, 0.01));
	f->change = f->price - f->before;
	if (limit)
		f->sign = f->change > 0 ? 1 : 4;
	else
		f->sign = f->change > 0 ? 2 : f->change < 0 ? 5 : 3;
}

/* The part of the day's volume that was sold short: 0 on many a day. */
static double short_part(const struct sim_market *m, uint64_t i, uint64_t day)
{
	double habit = sim_unit(m->seed, DRAW_HABIT, i, 0);
	double part = sim_unit(m->seed, DRAW_SHARE, i, day);

	if (m->prices == SIM_PRICES_EQUAL && i < EQUAL_SHARES)
		habit = 1;
	/* one in twenty-five never, the next sixth now and then */
	if (habit < 0.04 ||
		(habit < 0.2 && sim_unit(m->seed, DRAW_DAY, i, day) < 0.4))
		return 0;
	return 0.0002 + part * part * part * 0.3;
}

static void trade_day(const struct sim_market *m, uint64_t i, uint64_t day,
	struct sim_figures *f)
{
	double u = sim_unit(m->seed, DRAW_VOLUME, i, 0);
	double price = (double)close_of(m, i, (long)day);
	/* 1,000 shares to some hundred million */
	uint64_t volume = (uint64_t)(2000 * power2(17.5 * u * u) *
				     noise(m, DRAW_TURN, i, day, 0.5));
	uint64_t sold = (uint64_t)((double)volume * short_part(m, i, day));

	f->volume += volume;
	f->value += (uint64_t)((double)volume * price *
			       noise(m, DRAW_AVERAGE, i, day, 0.01));
	f->short_volume += sold;
	f->short_value +=
		(uint64_t)((double)sold * price *
			   noise(m, DRAW_SHORT_AVERAGE, i, day, 0.01));
}

void sim_market_trade(const struct sim_market *m, uint64_t i, const long *days,
	int ndays, struct sim_figures *f)
{
	f->volume = f->value = f->short_volume = f->short_value = 0;
	for (int d = 0; d < ndays; d++)
		trade_day(m, i, (uint64_t)days[d], f);
}
