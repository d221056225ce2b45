/*
 * The markets and periods of the short-sale ranking (FHPST04820000): the names
 * that users type and KIS's codes for FID_INPUT_ISCD, FID_PERIOD_DIV_CODE and
 * FID_INPUT_CNT_1.
 *
 * Code 1001 is KOSDAQ here, but KOSPI at the exchange and in pykrx.
 */
#ifndef KIS_MARKET_H
#define KIS_MARKET_H

#include "lib/buf.h"

#include <stddef.h>

struct kis_market {
	const char *code; /* FID_INPUT_ISCD */
	const char *name; /* typed by users: kospi */
	const char *ko;   /* displayed: 코스피 */
	const char *en;
};

struct kis_period {
	const char *name;  /* typed by users: 1d … 3m */
	const char *unit;  /* FID_PERIOD_DIV_CODE: D or M */
	const char *count; /* FID_INPUT_CNT_1; with D, days minus 1 */
	const char *ko;    /* displayed: 1일 */
};

extern const struct kis_market kis_markets[];
extern const size_t kis_market_count;
extern const struct kis_period kis_periods[];
extern const size_t kis_period_count;

/* Return the market or period with this name, in English (any letter case) or
 * Korean; a market is also found by its code. Surrounding whitespace is
 * ignored. Return NULL if there is none. */
const struct kis_market *kis_market_find(const char *p, size_t n);
const struct kis_period *kis_period_find(const char *p, size_t n);

/* Append the accepted names: "all (0000, 전체), kospi (0001, 코스피) …" and "1d
 * (1일), 2d (2일) …". */
void kis_market_list(struct kis_buf *out);
void kis_period_list(struct kis_buf *out);

#endif
