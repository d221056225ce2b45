#ifndef SIM_MARKET_H
#define SIM_MARKET_H
/*
 * Simulates the market: stocks with codes, names and markets, which are
 * generated once, and their trades on any day, which are computed on request.
 * All figures are derived from the seed and the day, so two runs with the same
 * options simulate the same market. Prices and values are in won.
 *
 * All responses agree with each other: a ranking row is the sum of the daily
 * rows of its stock. Stocks are listed, delisted, suspended and split. As in
 * reality, short sales were banned from 2023-11-06 to 2025-03-30. On an average
 * day, trades in a stock amount to 0.4% to 13% of its market capitalization, or
 * a third of that if the company is large. Figures therefore have the same
 * orders of magnitude as in recorded KIS responses.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tests/sim/options.h"

/* Bits of struct sim_share.markets, one for each row of sim_markets. */
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
	const char *code; /* value of the query key FID_INPUT_ISCD */
	unsigned bit;
};

extern const struct sim_market_name sim_markets[SIM_NMARKETS];

struct sim_share {
	char code[10];
	char name[64];
	unsigned markets;
	unsigned classes; /* bit i is set if digit i of FID_TRGT_EXLS_CLS_CODE
			     excludes the stock */
	/* These fields are days (clock.h). A stock is listed in [listed,
	 * delisted) and not traded in [suspended, resumed). On the day "split",
	 * each share becomes split_into shares or, if split_into is negative,
	 * -split_into shares become one. */
	long listed, delisted, suspended, resumed, split;
	int split_into;
};

struct sim_market {
	struct sim_share *shares; /* owned by this struct */
	uint64_t n;               /* number of stocks */
	uint64_t seed;
	enum sim_prices prices;
	/* first and last day of the ban on short sales */
	long ban_from, ban_to;
	const struct sim_options *opt; /* borrowed; contains the holidays */
};

/* The trades of one stock on one day, not adjusted for splits. */
struct sim_trade {
	long day;
	int64_t open, high, low, close;
	uint64_t volume, value;
	uint64_t short_volume, short_value;
};

struct sim_figures {
	int64_t price;   /* closing price of the day, or current price */
	int64_t change;  /* price minus the price in the field "before" */
	int64_t before;  /* price of the previous business day */
	int sign;        /* value of the field prdy_vrss_sign, 1 to 5 */
	uint64_t volume; /* number of shares */
	uint64_t value;
	uint64_t short_volume; /* number of shares */
	uint64_t short_value;
};

/* Generates the market. Borrows o until sim_market_release(). Returns 0, or -1
 * if out of memory. */
int sim_market_init(struct sim_market *m, const struct sim_options *o);
void sim_market_release(struct sim_market *m);

/* Returns true if stock i is listed on the day, even if suspended. */
bool sim_market_is_listed(const struct sim_market *m, uint64_t i, long day);

/* Returns the factor that adjusts figures of the day "day" for splits up to the
 * day "asof". It is split_into if stock i was split after "day" but not after
 * "asof", else 1. */
int sim_market_split(
	const struct sim_market *m, uint64_t i, long day, long asof);

/* Return the adjusted price or volume. The parameter "split" is a factor from
 * sim_market_split(). A positive factor divides the price and multiplies the
 * volume; a negative factor does the reverse. Results are rounded down. */
int64_t sim_adjust_price(int64_t price, int split);
uint64_t sim_adjust_volume(uint64_t volume, int split);

/* Sets the fields "price", "change", "before" and "sign" of f for stock i on a
 * business day, adjusted for splits up to the day "asof". If shake is 0, the
 * price is the closing price. Any other value of shake moves the price by up to
 * 1%, unless the stock closes at a daily price limit. */
void sim_market_price(const struct sim_market *m, uint64_t i, long day,
	long asof, uint64_t shake, struct sim_figures *f);

/* Fills t with the trades of stock i on a business day and returns true. If the
 * stock is suspended, all prices are the last closing price, and volumes and
 * values are 0. If the stock is not listed, sets t->day, clears the other
 * fields and returns false. */
bool sim_market_trade(
	const struct sim_market *m, uint64_t i, long day, struct sim_trade *t);

#endif
