#include "lib/market.h"
#include "lib/text.h"

#include <strings.h>

const struct kis_market kis_markets[] = {
	{"0000", "all", "전체", "All"},
	{"0001", "kospi", "코스피", "KOSPI"},
	{"1001", "kosdaq", "코스닥", "KOSDAQ"},
	{"2001", "kospi200", "코스피200", "KOSPI 200"},
	{"4001", "krx100", "KRX100", "KRX 100"},
	{"3003", "kosdaq150", "코스닥150", "KOSDAQ 150"},
};
const size_t kis_market_count = sizeof(kis_markets) / sizeof(*kis_markets);

const struct kis_period kis_periods[] = {
	{"1d", "D", "0", "1일"},
	{"2d", "D", "1", "2일"},
	{"3d", "D", "2", "3일"},
	{"4d", "D", "3", "4일"},
	{"1w", "D", "4", "1주"},
	{"2w", "D", "9", "2주"},
	{"3w", "D", "14", "3주"},
	{"1m", "M", "1", "1개월"},
	{"2m", "M", "2", "2개월"},
	{"3m", "M", "3", "3개월"},
};
const size_t kis_period_count = sizeof(kis_periods) / sizeof(*kis_periods);

static int same(const char *known, const char *p, size_t n)
{
	return strncasecmp(known, p, n) == 0 && known[n] == '\0';
}

const struct kis_market *kis_market_find(const char *p, size_t n)
{
	kis_text_trim(&p, &n);
	for (size_t i = 0; i < kis_market_count; i++)
		if (same(kis_markets[i].code, p, n) ||
			same(kis_markets[i].name, p, n) ||
			same(kis_markets[i].ko, p, n))
			return &kis_markets[i];
	return NULL;
}

const struct kis_period *kis_period_find(const char *p, size_t n)
{
	kis_text_trim(&p, &n);
	for (size_t i = 0; i < kis_period_count; i++)
		if (same(kis_periods[i].name, p, n) ||
			same(kis_periods[i].ko, p, n))
			return &kis_periods[i];
	return NULL;
}

void kis_market_list(struct kis_buf *out)
{
	for (size_t i = 0; i < kis_market_count; i++)
		kis_buf_printf(out, "%s%s (%s, %s)", i ? ", " : "",
			kis_markets[i].name, kis_markets[i].code,
			kis_markets[i].ko);
}

void kis_period_list(struct kis_buf *out)
{
	for (size_t i = 0; i < kis_period_count; i++)
		kis_buf_printf(out, "%s%s (%s)", i ? ", " : "",
			kis_periods[i].name, kis_periods[i].ko);
}
