#ifndef SIM_MARKET_H
#define SIM_MARKET_H
/*
 * The synthetic market: shares with codes, names and markets, made once, and
 * their figures for any period, computed when asked. Everything follows from
 * the seed and the days, so two runs agree. Prices and values are in won.
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

enum { SIM_NMARKETS = 6, SIM_MAX_DAYS = 70 };

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
};

struct sim_market {
	struct sim_share *shares; /* owned */
	uint64_t n;
	uint64_t seed;
	enum sim_prices prices;
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

/*
 * The price of share i with days[0] the base date and before the business day
 * before it. shake 0 is the close; another number moves it a little.
 */
void sim_market_price(const struct sim_market *m, uint64_t i, long base,
	long before, uint64_t shake, struct sim_figures *f);

/* Adds up what was traded on the days. */
void sim_market_trade(const struct sim_market *m, uint64_t i, const long *days,
	int ndays, struct sim_figures *f);

#endif
