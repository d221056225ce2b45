#include "tests/sim/market.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/clock.h"
#include "tests/sim/random.h"

/* The purpose of a random number. It is the second argument of sim_unit() and
 * sim_mix(), so that numbers for different purposes are independent. */
enum draw {
	DRAW_LEVEL,
	DRAW_NOISE,
	DRAW_LIMIT,
	DRAW_WORTH,
	DRAW_TURNOVER,
	DRAW_TURN,
	DRAW_HABIT,
	DRAW_DAY,
	DRAW_SHORT,
	DRAW_OPEN,
	DRAW_HIGH,
	DRAW_LOW,
	DRAW_AVERAGE,
	DRAW_SHORT_AVERAGE,
	DRAW_SHAKE,
	DRAW_CLASS,
	DRAW_LIFE,
	DRAW_WAVE /* wave() adds its argument "which" to DRAW_WAVE */
};

enum { EQUAL_PRICE = 5000, EQUAL_SHARES = 40, NEVER = 1000000 };

const struct sim_market_name sim_markets[SIM_NMARKETS] = {
	{"0000", SIM_ALL},
	{"0001", SIM_KOSPI},
	{"1001", SIM_KOSDAQ},
	{"2001", SIM_KOSPI200},
	{"4001", SIM_KRX100},
	{"3003", SIM_KOSDAQ150},
};

/* Each code is derived from i, the index of the stock, so stock codes of the
 * same kind never repeat. */
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

/* The first 40 stocks are all in KOSPI, so that --prices equal gives 40 stocks
 * of one market the same price. */
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

static long day_of(const char *text)
{
	long day = 0;

	sim_day_parse(text, &day);
	return day;
}

/* Two stocks copy the history of real stocks, so that tests/live.sh can query
 * the same two stocks on the live server: 005930 was suspended from 2018-04-30
 * and split 50 for 1 on 2018-05-04, and 377300 was listed on 2021-11-03. */
static void set_known(struct sim_share *s, uint64_t i)
{
	if (i == 0) {
		s->split = day_of("20180504");
		s->split_into = 50;
		s->suspended = day_of("20180430");
		s->resumed = s->split;
	} else {
		s->listed = day_of("20211103");
	}
}

/* Draws the history of a stock. With --prices log, one stock in six is listed,
 * delisted, split or suspended once between 2010 and 2026. With any other value
 * of --prices, these events do not occur. */
static void set_life(
	const struct sim_market *m, uint64_t i, struct sim_share *s)
{
	static const int into[] = {2, 5, 10, 50, -2, -5, -10, -20};
	uint64_t dice = sim_mix(m->seed, DRAW_LIFE, i, 0);
	long years = day_of("20261231") - day_of("20100101");
	long event = day_of("20100101") + (long)(dice / 1000 % (uint64_t)years);

	s->listed = -NEVER;
	s->delisted = s->suspended = s->resumed = s->split = NEVER;
	s->split_into = 1;
	if (m->prices != SIM_PRICES_LOG)
		return;
	if (i < 2) {
		set_known(s, i);
		return;
	}
	switch (dice % 60) {
	case 0:
	case 1:
	case 2:
	case 3:
		s->listed = event;
		break;
	case 4:
	case 5:
		s->delisted = event;
		break;
	case 6:
	case 7:
		s->split = event;
		s->split_into = into[dice / 60 % 8];
		break;
	case 8:
	case 9:
		s->suspended = event;
		s->resumed = event + 3 + (long)(dice / 60 % 20);
		break;
	default:
		break;
	}
}

/* Swaps codes so that the first two stocks have the codes 005930 and 377300,
 * whose history set_known() sets. */
static void keep_known_codes(struct sim_market *m)
{
	static const char *const known[] = {"005930", "377300"};

	for (uint64_t k = 0; k < 2 && k < m->n; k++) {
		for (uint64_t i = 0; i < m->n; i++)
			if (strcmp(m->shares[i].code, known[k]) == 0)
				strcpy(m->shares[i].code, m->shares[k].code);
		strcpy(m->shares[k].code, known[k]);
	}
}

int sim_market_init(struct sim_market *m, const struct sim_options *o)
{
	m->opt = o;
	m->ban_from = day_of("20231106");
	m->ban_to = day_of("20250330");
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
		set_life(m, i, &m->shares[i]);
	}
	keep_known_codes(m);
	return 0;
}

void sim_market_release(struct sim_market *m)
{
	free(m->shares);
	m->shares = NULL;
}

/* Returns 2 to the power of u, interpolated linearly between whole exponents.
 * The simulated market needs no better precision. */
static double power2(double u)
{
	uint64_t whole = (uint64_t)u;

	return (double)((uint64_t)1 << whole) * (1 + u - (double)whole);
}

/* Rounds a price down to the exchange's tick size. */
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

/* Returns a value from -1 to 1 that changes slowly from day to day. A random
 * value is drawn once every "days" days, and the values between are
 * interpolated linearly. */
static double wave(
	const struct sim_market *m, uint64_t i, long day, int days, int which)
{
	uint64_t k = (uint64_t)(day / days);
	double part = (double)(day % days) / days;
	double from = sim_unit(m->seed, DRAW_WAVE + (uint64_t)which, i, k);
	double to = sim_unit(m->seed, DRAW_WAVE + (uint64_t)which, i, k + 1);

	return 2 * (from + (to - from) * part) - 1;
}

/* Returns the unrounded price of stock i on the day. The price varies around a
 * constant level in waves of 365, 45 and 9 days and with daily noise. It is
 * adjusted for all splits, including later ones. */
static double level_of(const struct sim_market *m, uint64_t i, long day)
{
	/* the mean of two draws makes very low and very high prices rare */
	double u = (sim_unit(m->seed, DRAW_LEVEL, i, 0) +
			   sim_unit(m->seed, DRAW_LEVEL, i, 1)) /
		   2;
	double level = noise(m, DRAW_NOISE, i, (uint64_t)day, 0.015);

	if (m->prices == SIM_PRICES_NARROW)
		return (1030 + sim_unit(m->seed, DRAW_LEVEL, i, 0) * 910) *
		       noise(m, DRAW_NOISE, i, (uint64_t)day, 0.03);
	level *= (1 + 0.35 * wave(m, i, day, 365, 0)) *
		 (1 + 0.12 * wave(m, i, day, 45, 1)) *
		 (1 + 0.04 * wave(m, i, day, 9, 2));
	/* this price is from 103 to 2,980,000 won */
	return level * 190 * power2(13.2 * u);
}

int64_t sim_adjust_price(int64_t price, int split)
{
	return split > 0 ? price / split : price * -split;
}

uint64_t sim_adjust_volume(uint64_t volume, int split)
{
	return split > 0 ? volume * (uint64_t)split : volume / (uint64_t)-split;
}

static int split_after(const struct sim_share *s, long day)
{
	return day < s->split ? s->split_into : 1;
}

/* Returns the closing price of a day as if there were no daily price limits.
 * The price is not adjusted for splits. */
static int64_t usual_close(const struct sim_market *m, uint64_t i, long day)
{
	double level = level_of(m, i, day);
	int64_t price;
	int split;

	if (m->prices == SIM_PRICES_NARROW) {
		price = (int64_t)level;
		return price < 1000 ? 1000 : price > 2000 ? 2000 : price;
	}
	if (m->prices == SIM_PRICES_EQUAL && i < EQUAL_SHARES)
		return EQUAL_PRICE;
	split = split_after(&m->shares[i], day);
	price = round_tick(split > 0 ? level * split : level / -split);
	if (price < 20)
		price = 20;
	return m->prices == SIM_PRICES_EQUAL && price == EQUAL_PRICE
		       ? EQUAL_PRICE + 10
		       : price;
}

/* Returns 1 if the stock closes at the upper daily price limit (+30%), -1 if it
 * closes at the lower limit, else 0. On an average day, one stock in 500 closes
 * at each limit. */
static int limit_of(const struct sim_market *m, uint64_t i, long day)
{
	uint64_t dice = sim_mix(m->seed, DRAW_LIMIT, i, (uint64_t)day) % 500;

	if (m->prices != SIM_PRICES_LOG || dice > 1 ||
		day == m->shares[i].split || day == m->shares[i].listed)
		return 0;
	return dice == 0 ? 1 : -1;
}

static int64_t close_of(const struct sim_market *m, uint64_t i, long day)
{
	int limit = limit_of(m, i, day);
	int64_t before, price;
	long yesterday;

	yesterday = sim_day_before(m->opt, day);
	before = usual_close(m, i, yesterday);
	if (limit)
		return round_tick((double)before * (limit > 0 ? 1.3 : 0.71));
	price = usual_close(m, i, day);
	/* on the day after a close at the lower limit, the price must stay
	 * below the upper limit */
	if (limit_of(m, i, yesterday) < 0 &&
		(double)price > (double)before * 0.71 * 1.29)
		price = round_tick((double)before * 0.71 * 1.29);
	return price;
}

bool sim_market_is_listed(const struct sim_market *m, uint64_t i, long day)
{
	return day >= m->shares[i].listed && day < m->shares[i].delisted;
}

static bool is_suspended(const struct sim_share *s, long day)
{
	return day >= s->suspended && day < s->resumed;
}

int sim_market_split(
	const struct sim_market *m, uint64_t i, long day, long asof)
{
	return asof >= m->shares[i].split ? split_after(&m->shares[i], day) : 1;
}

/* Returns the day whose price a stock has on the day "day". If the stock is
 * suspended, this is the last business day before the suspension, else "day"
 * itself. */
static long price_day(const struct sim_market *m, uint64_t i, long day)
{
	return is_suspended(&m->shares[i], day)
		       ? sim_day_before(m->opt, m->shares[i].suspended)
		       : day;
}

void sim_market_price(const struct sim_market *m, uint64_t i, long day,
	long asof, uint64_t shake, struct sim_figures *f)
{
	long before = sim_day_before(m->opt, day);
	int limit = limit_of(m, i, day);

	f->price = sim_adjust_price(close_of(m, i, price_day(m, i, day)),
		sim_market_split(m, i, day, asof));
	f->before = f->price;
	if (sim_market_is_listed(m, i, before))
		f->before = sim_adjust_price(
			close_of(m, i, price_day(m, i, before)),
			sim_market_split(m, i, before, asof));
	if (is_suspended(&m->shares[i], day))
		limit = 0;
	if (!limit && shake)
		f->price = round_tick((double)f->price *
				      noise(m, DRAW_SHAKE, i, shake, 0.01));
	f->change = f->price - f->before;
	if (limit && f->change)
		f->sign = f->change > 0 ? 1 : 4;
	else
		f->sign = f->change > 0 ? 2 : f->change < 0 ? 5 : 3;
}

/* Returns the fraction of a day's volume that was sold short: 0 on many days.
 * During the ban on short sales, one stock in nine has a fraction of up to 1%,
 * because market makers were exempt. */
static double short_part(const struct sim_market *m, uint64_t i, long day)
{
	double habit = sim_unit(m->seed, DRAW_HABIT, i, 0);
	double part = sim_unit(m->seed, DRAW_SHORT, i, (uint64_t)day);

	if (m->prices == SIM_PRICES_EQUAL && i < EQUAL_SHARES)
		habit = 1;
	else if (day >= m->ban_from && day <= m->ban_to)
		return i % 9 ? 0 : part * 0.01;
	/* 4% of the stocks are never sold short; a further 16% are not sold
	 * short on two days in five */
	if (habit < 0.04 || (habit < 0.2 && sim_unit(m->seed, DRAW_DAY, i,
						    (uint64_t)day) < 0.4))
		return 0;
	return 0.0002 + part * part * part * 0.3;
}

/* Returns the market capitalization in won: at most 400 trillion, and below one
 * trillion for 96% of the stocks. */
static double worth_of(const struct sim_market *m, uint64_t i)
{
	double worth = 4e10 / (0.0001 + sim_unit(m->seed, DRAW_WORTH, i, 0));

	return i == 0 ? 4e14 : worth;
}

/* Returns the fraction of the market capitalization that is traded on an
 * average day. Large companies have a smaller fraction. */
static double turnover_of(const struct sim_market *m, uint64_t i)
{
	double part =
		0.004 * power2(5 * sim_unit(m->seed, DRAW_TURNOVER, i, 0));

	return worth_of(m, i) > 2e13 ? part / 3 : part;
}

/* Returns a random average price between the day's low and high. */
static int64_t average(const struct sim_market *m, enum draw what, uint64_t i,
	const struct sim_trade *t)
{
	double u = sim_unit(m->seed, what, i, (uint64_t)t->day);

	return t->low + (int64_t)((double)(t->high - t->low) * u);
}

static void set_prices(
	const struct sim_market *m, uint64_t i, long day, struct sim_trade *t)
{
	double width =
		m->prices == SIM_PRICES_EQUAL && i < EQUAL_SHARES ? 0 : 0.02;
	double u = sim_unit(m->seed, DRAW_OPEN, i, (uint64_t)day);
	double up = sim_unit(m->seed, DRAW_HIGH, i, (uint64_t)day);
	double down = sim_unit(m->seed, DRAW_LOW, i, (uint64_t)day);

	t->close = close_of(m, i, day);
	t->open = round_tick((double)t->close * (1 + width * (2 * u - 1)));
	t->high = t->open > t->close ? t->open : t->close;
	t->low = t->open > t->close ? t->close : t->open;
	t->high = round_tick((double)t->high * (1 + width * up));
	t->low = round_tick((double)t->low * (1 - width * down));
	if (t->low < 1)
		t->low = 1;
}

bool sim_market_trade(
	const struct sim_market *m, uint64_t i, long day, struct sim_trade *t)
{
	double value = worth_of(m, i) * turnover_of(m, i) *
		       noise(m, DRAW_TURN, i, (uint64_t)day, 0.7);

	*t = (struct sim_trade){.day = day};
	if (!sim_market_is_listed(m, i, day))
		return false;
	if (is_suspended(&m->shares[i], day)) {
		t->close = close_of(m, i, price_day(m, i, day));
		t->open = t->high = t->low = t->close;
		return true;
	}
	set_prices(m, i, day, t);
	t->volume = (uint64_t)(value / (double)t->close) + 1;
	t->value = t->volume * (uint64_t)average(m, DRAW_AVERAGE, i, t);
	t->short_volume = (uint64_t)((double)t->volume * short_part(m, i, day));
	t->short_value = t->short_volume *
			 (uint64_t)average(m, DRAW_SHORT_AVERAGE, i, t);
	return true;
}
