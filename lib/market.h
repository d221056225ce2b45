/*
 * The markets and periods of the short-sale ranking, by the names people use
 * and by the codes that KIS uses (FHPST04820000, FID_INPUT_ISCD,
 * FID_PERIOD_DIV_CODE and FID_INPUT_CNT_1).
 *
 * The trap: 1001 is KOSDAQ here; at the exchange and in pykrx it is KOSPI.
 */
#ifndef KIS_MARKET_H
#define KIS_MARKET_H

#include <stddef.h>

struct kis_market {
	const char *code; /* FID_INPUT_ISCD */
	const char *name; /* what is typed: kospi */
	const char *ko;   /* what is read: 코스피 */
	const char *en;
};

struct kis_period {
	const char *name;  /* what is typed: 1d … 3m */
	const char *unit;  /* FID_PERIOD_DIV_CODE: D or M */
	const char *count; /* FID_INPUT_CNT_1; with D one less than days */
	const char *ko;    /* what is read: 1일 */
};

extern const struct kis_market kis_markets[];
extern const size_t kis_market_count;
extern const struct kis_period kis_periods[];
extern const size_t kis_period_count;

/* By name (in any case) or code; NULL if there is none. Unterminated names
 * are fine. */
const struct kis_market *kis_market_find(const char *p, size_t n);
const struct kis_period *kis_period_find(const char *p, size_t n);

#endif
