#include "lib/record.h"

#include <string.h>

#define NONE  KIS_AS_OF_NONE
#define QUERY KIS_AS_OF_QUERY
#define BASE  KIS_AS_OF_BASE
#define DAY   KIS_AS_OF_DAY

#define PLAIN    KIS_BASIS_NONE
#define ADJUSTED KIS_BASIS_ADJUSTED
#define TRADED   KIS_BASIS_TRADED
#define MIXED    KIS_BASIS_MIXED

#define RANK KIS_IN_RANKING
#define DAYS KIS_IN_DAYS
#define BOTH (KIS_IN_RANKING | KIS_IN_DAYS)

/* Initialises a column that occurs only in reports of kis-archive. */
#define REPORT(key, ko, en, kind, unit)                                        \
	{                                                                      \
		key, ko, en, NULL, kind, unit, NONE, PLAIN, KIS_IN_REPORT      \
	}

/* clang-format off */
const struct kis_column kis_record_columns[] = {
	{"market", "시장", "market", NULL, KIS_KIND_MARKET, "", NONE, PLAIN, RANK},
	{"period", "기간", "period", NULL, KIS_KIND_PERIOD, "", NONE, PLAIN, RANK},
	{"rank", "순위", "rank", NULL, KIS_KIND_RANK, "", NONE, PLAIN, RANK},
	{"list", "목록구분", "list", NULL, KIS_KIND_LIST, "", NONE, PLAIN, RANK},
	{"list_rows", "목록종목수", "stocks in list", NULL,
	 KIS_KIND_LIST_ROWS, "", NONE, PLAIN, RANK},
	{"filter", "조회조건", "filter", NULL, KIS_KIND_FILTER, "", NONE, PLAIN, RANK},
	{"fetched_at", "조회시각", "fetched at", NULL, KIS_KIND_TIME, "",
	 NONE, PLAIN, BOTH},
	{"mksc_shrn_iscd", "종목코드", "code", NULL, KIS_KIND_CODE, "", NONE, PLAIN, BOTH},
	{"hts_kor_isnm", "종목명", "name", NULL, KIS_KIND_TEXT, "", NONE, PLAIN, BOTH},
	{"stck_bsop_date", "일자", "date", NULL, KIS_KIND_DATE, "", DAY, PLAIN, DAYS},
	{"stck_prpr", "현재가", "price", NULL, KIS_KIND_WON, "원", QUERY, PLAIN, RANK},
	{"stck_clpr", "종가", "close", NULL, KIS_KIND_WON, "원", DAY, ADJUSTED, DAYS},
	{"prdy_vrss", "전일대비", "change", NULL, KIS_KIND_CHANGE, "원",
	 QUERY, ADJUSTED, BOTH},
	{"prdy_vrss_sign", "등락구분", "direction", "전일대비부호",
	 KIS_KIND_SIGN, "", QUERY, PLAIN, BOTH},
	{"prdy_ctrt", "등락률", "change %", "전일대비율",
	 KIS_KIND_PERCENT_CHANGE, "%", QUERY, PLAIN, BOTH},
	{"acml_vol", "거래량", "volume", "누적거래량", KIS_KIND_COUNT, "주",
	 BASE, ADJUSTED, BOTH},
	{"acml_tr_pbmn", "거래대금", "trading value", "누적거래대금",
	 KIS_KIND_AMOUNT, "원", BASE, TRADED, BOTH},
	{"ssts_cntg_qty", "공매도거래량", "short volume", "공매도체결수량",
	 KIS_KIND_COUNT, "주", BASE, TRADED, BOTH},
	{"ssts_vol_rlim", "공매도거래량비중", "short volume ratio", NULL,
	 KIS_KIND_PERCENT, "%", BASE, MIXED, BOTH},
	{"ssts_tr_pbmn", "공매도거래대금", "short value", NULL,
	 KIS_KIND_AMOUNT, "원", BASE, TRADED, BOTH},
	{"ssts_tr_pbmn_rlim", "공매도거래대금비중", "short value ratio", NULL,
	 KIS_KIND_PERCENT, "%", BASE, TRADED, BOTH},
	{"stck_oprc", "시가", "open", NULL, KIS_KIND_WON, "원", DAY, ADJUSTED, DAYS},
	{"stck_hgpr", "고가", "high", NULL, KIS_KIND_WON, "원", DAY, ADJUSTED, DAYS},
	{"stck_lwpr", "저가", "low", NULL, KIS_KIND_WON, "원", DAY, ADJUSTED, DAYS},
	{"stnd_date1", "기준시작일", "base period start", "기준일자1",
	 KIS_KIND_DATE, "", NONE, PLAIN, RANK},
	{"stnd_date2", "기준종료일", "base period end", "기준일자2",
	 KIS_KIND_DATE, "", NONE, PLAIN, RANK},
	{"avrg_prc", "공매도평균가", "average short price", "평균가격",
	 KIS_KIND_WON, "원", BASE, TRADED, BOTH},
	REPORT("sheet_note", "설명", "note", KIS_KIND_NOTE, ""),
	REPORT("base_date", "기준일", "base date", KIS_KIND_DATE, ""),
	REPORT("base_month", "월", "month", KIS_KIND_WORD, ""),
	REPORT("value_rank", "공매도거래대금순위", "rank by short value", KIS_KIND_COUNT,
		""),
	REPORT("compared_with", "비교 기준일", "compared with", KIS_KIND_DATE, ""),
	REPORT("streak_days", "연속일수", "days in a row", KIS_KIND_COUNT, "일"),
	REPORT("streak_since", "연속 시작일", "in a row since", KIS_KIND_DATE, ""),
	REPORT("list_before", "연속 시작 직전 영업일 목록", "list before",
		KIS_KIND_WORD, ""),
	REPORT("ratio_before", "전일 비중", "ratio 1 day before",
		KIS_KIND_PERCENT, "%"),
	REPORT("ratio_change_1", "전일 대비 비중 증감", "change in 1 day",
		KIS_KIND_POINTS, "%p"),
	REPORT("ratio_change_5", "5영업일 전 대비 비중 증감", "change in 5 days",
		KIS_KIND_POINTS, "%p"),
	REPORT("ratio_change_20", "20영업일 전 대비 비중 증감", "change in 20 days",
		KIS_KIND_POINTS, "%p"),
	REPORT("market_count", "등재 목록 수", "lists", KIS_KIND_COUNT, "개"),
	REPORT("market_ranks", "시장별 순위", "rank in each market",
		KIS_KIND_TEXT, ""),
	REPORT("days_in_top", "등재일수", "days in the top", KIS_KIND_COUNT, "일"),
	REPORT("lists_of_month", "해당 월 목록 수", "lists of the month",
		KIS_KIND_COUNT, "개"),
	REPORT("known_ranks", "순위 범위", "known ranks", KIS_KIND_WORD, ""),
	REPORT("list_is_newest", "최신 여부", "newest", KIS_KIND_WORD, ""),
};
/* clang-format on */

const size_t kis_record_count =
	sizeof(kis_record_columns) / sizeof(*kis_record_columns);
const size_t kis_record_context = 7;

static int same(const char *known, const char *p, size_t n)
{
	return strncmp(known, p, n) == 0 && known[n] == '\0';
}

int kis_record_find(const char *key, size_t n)
{
	for (size_t i = 0; i < kis_record_count; i++)
		if (same(kis_record_columns[i].key, key, n))
			return (int)i;
	return -1;
}

int kis_record_find_title(const char *title, size_t n)
{
	for (size_t i = 0; i < kis_record_count; i++)
		if (same(kis_record_columns[i].ko, title, n) ||
			same(kis_record_columns[i].en, title, n) ||
			(kis_record_columns[i].kis &&
				same(kis_record_columns[i].kis, title, n)))
			return (int)i;
	return -1;
}

int kis_record_is_since_list(size_t column)
{
	switch (kis_record_columns[column].kind) {
	case KIS_KIND_LIST:
	case KIS_KIND_LIST_ROWS:
	case KIS_KIND_FILTER:
		return 1;
	default:
		return 0;
	}
}

int kis_record_is_numeric(enum kis_kind kind)
{
	switch (kind) {
	case KIS_KIND_RANK:
	case KIS_KIND_LIST_ROWS:
	case KIS_KIND_WON:
	case KIS_KIND_AMOUNT:
	case KIS_KIND_CHANGE:
	case KIS_KIND_COUNT:
	case KIS_KIND_PERCENT:
	case KIS_KIND_PERCENT_CHANGE:
	case KIS_KIND_POINTS:
		return 1;
	default:
		return 0;
	}
}
