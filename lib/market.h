/*
 * The markets and periods of the short-sale ranking, by the names people use
 * and by the codes that KIS uses (FHPST04820000, FID_INPUT_ISCD,
 * FID_PERIOD_DIV_CODE and FID_INPUT_CNT_1).
 *
 * The trap: 1001 is KOSDAQ here; at the exchange and in pykrx it is KOSPI.
 */
#ifndef KIS_MARKET_H
#define KIS_MARKET_H

#include "lib/buf.h"

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

/* By name (English in any case, or Korean) or code, blanks around it ignored;
 * NULL if there is none. The name need not be terminated. */
const struct kis_market *kis_market_find(const char *p, size_t n);
const struct kis_period *kis_period_find(const char *p, size_t n);

/* Appends what may be typed: "all (0000, 전체), kospi (0001, 코스피) …" and
 * "1d (1일), 2d (2일) …". */
void kis_market_list(struct kis_buf *out);
void kis_period_list(struct kis_buf *out);

#endif
