/*
 * The markets and periods of the short-sale ranking (FHPST04820000): the names
 * that users type and KIS's codes for FID_INPUT_ISCD, FID_PERIOD_DIV_CODE and
 * FID_INPUT_CNT_1.
 *
 * KIS uses the code 1001 for KOSDAQ, but KRX and pykrx use it for KOSPI.
 */
#ifndef KIS_MARKET_H
#define KIS_MARKET_H

#include "lib/buf.h"

#include <stddef.h>

struct kis_market {
	const char *code; /* value of FID_INPUT_ISCD */
	const char *name; /* name that users type, such as kospi */
	const char *ko;   /* Korean name to display, such as 코스피 */
	const char *en;   /* English name to display */
};

struct kis_period {
	const char *name;  /* name that users type: 1d … 3m */
	const char *unit;  /* FID_PERIOD_DIV_CODE: D (days), M (months) */
	const char *count; /* FID_INPUT_CNT_1: months, or days minus 1 */
	const char *ko;    /* Korean name to display, such as 1일 */
};

extern const struct kis_market kis_markets[];
extern const size_t kis_market_count;
extern const struct kis_period kis_periods[];
extern const size_t kis_period_count;

/* Return the market or period for which the field "name" or "ko" equals the n
 * bytes at p, in any letter case. A market is also found by its code.
 * Surrounding whitespace is ignored. Return NULL if there is no such market or
 * period. */
const struct kis_market *kis_market_find(const char *p, size_t n);
const struct kis_period *kis_period_find(const char *p, size_t n);

/* Append the accepted names to out: "all (0000, 전체), kospi (0001, 코스피) …"
 * and "1d (1일), 2d (2일) …". */
void kis_market_list(struct kis_buf *out);
void kis_period_list(struct kis_buf *out);

#endif
