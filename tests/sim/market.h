#ifndef SIM_MARKET_H
#define SIM_MARKET_H
/*
 * The synthetic market: shares with codes, names and markets, made once, and
 * what each traded on any day, computed when asked. Everything follows from
 * the seed and the day, so two runs agree. Prices and values are in won.
 *
 * One set of figures is behind every answer: a ranking row is the sum of its
 * share's days. Shares are listed and delisted, suspended, split; short sales
 * were banned from 2023-11-06 to 2025-03-30. A share trades some thousandths
 * of its worth a day, and the figures have the orders of magnitude of KIS's
 * recorded answers.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tests/sim/options.h"

/* bits of struct sim_share.markets, one for each row of sim_markets */
enum {
	SIM_ALL = 1,
	SIM_KOSPI = 2,
	SIM_KOSDAQ = 4,
	SIM_KOSPI200 = 8,
	SIM_KRX100 = 16,
	SIM_KOSDAQ150 = 32
};

enum { SIM_NMARKETS = 6, SIM_MAX_DAYS = 1300 };

struct sim_market_name {
	const char *code; /* as FID_INPUT_ISCD */
	unsigned bit;
};

extern const struct sim_market_name sim_markets[SIM_NMARKETS];

struct sim_share {
	char code[10];
	char name[64];
	unsigned markets;
	unsigned classes; /* bit i: excluded by digit i of the mask */
	/* days: it is listed on [listed, delisted), does not trade on
	 * [suspended, resumed), and from split on one share is split_into of
	 * them, or -split_into are merged into one */
	long listed, delisted, suspended, resumed, split;
	int split_into;
};

struct sim_market {
	struct sim_share *shares; /* owned */
	uint64_t n;
	uint64_t seed;
	enum sim_prices prices;
	long ban_from, ban_to;
	const struct sim_options *opt; /* borrows: the calendar */
};

/* One share on one day, as it was traded. */
struct sim_trade {
	long day;
	int64_t open, high, low, close;
	uint64_t volume, value;
	uint64_t short_volume, short_value;
};

struct sim_figures {
	int64_t price;   /* now */
	int64_t change;  /* on the day before */
	int64_t before;  /* price of the day before */
	int sign;        /* KIS's 1 to 5 */
	uint64_t volume; /* shares */
	uint64_t value;
	uint64_t short_volume; /* shares */
	uint64_t short_value;
};

int sim_market_init(struct sim_market *m, const struct sim_options *o);
void sim_market_release(struct sim_market *m);

bool sim_market_is_listed(const struct sim_market *m, uint64_t i, long day);

/* What figures of a day are adjusted by, as of another: 1, or the split_into of
 * a split or merger in between. */
int sim_market_split(
	const struct sim_market *m, uint64_t i, long day, long asof);

int64_t sim_adjust_price(int64_t price, int split);
uint64_t sim_adjust_volume(uint64_t volume, int split);

/* Fills price, change, before and sign of a day, adjusted as of asof. shake 0
 * is the close; another number moves it a little. */
void sim_market_price(const struct sim_market *m, uint64_t i, long day,
	long asof, uint64_t shake, struct sim_figures *f);

/* What share i traded on a business day; false if it was not listed. */
bool sim_market_trade(
	const struct sim_market *m, uint64_t i, long day, struct sim_trade *t);

#endif
