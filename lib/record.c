#include "lib/record.h"

#include <string.h>

#define NONE  KIS_AS_OF_NONE
#define QUERY KIS_AS_OF_QUERY
#define BASE  KIS_AS_OF_BASE

/* clang-format off */
const struct kis_column kis_record_columns[] = {
	{"market", "시장", "market", KIS_KIND_MARKET, "", NONE},
	{"period", "기간", "period", KIS_KIND_PERIOD, "", NONE},
	{"rank", "순위", "rank", KIS_KIND_RANK, "위", NONE},
	{"list", "목록구분", "list", KIS_KIND_LIST, "", NONE},
	{"list_rows", "목록종목수", "stocks in list", KIS_KIND_LIST_ROWS,
	 "종목", NONE},
	{"filter", "조회조건", "filter", KIS_KIND_FILTER, "", NONE},
	{"fetched_at", "조회시각", "fetched at", KIS_KIND_TIME, "", NONE},
	{"mksc_shrn_iscd", "종목코드", "code", KIS_KIND_CODE, "", NONE},
	{"hts_kor_isnm", "종목명", "name", KIS_KIND_TEXT, "", NONE},
	{"stck_prpr", "현재가", "price", KIS_KIND_WON, "원", QUERY},
	{"prdy_vrss", "전일대비", "change", KIS_KIND_CHANGE, "원", QUERY},
	{"prdy_vrss_sign", "전일대비부호", "change sign", KIS_KIND_SIGN, "",
	 QUERY},
	{"prdy_ctrt", "전일대비율", "change rate",
	 KIS_KIND_PERCENT_CHANGE, "%", QUERY},
	{"acml_vol", "누적거래량", "volume", KIS_KIND_SHARES, "주", BASE},
	{"acml_tr_pbmn", "누적거래대금", "value traded", KIS_KIND_WON, "원",
	 BASE},
	{"ssts_cntg_qty", "공매도체결수량", "short volume", KIS_KIND_SHARES,
	 "주", BASE},
	{"ssts_vol_rlim", "공매도거래량비중", "short share of volume",
	 KIS_KIND_PERCENT, "%", BASE},
	{"ssts_tr_pbmn", "공매도거래대금", "short value", KIS_KIND_WON, "원",
	 BASE},
	{"ssts_tr_pbmn_rlim", "공매도거래대금비중", "short share of value",
	 KIS_KIND_PERCENT, "%", BASE},
	{"stnd_date1", "기준일자1", "first base date", KIS_KIND_DATE, "",
	 NONE},
	{"stnd_date2", "기준일자2", "last base date", KIS_KIND_DATE, "", NONE},
	{"avrg_prc", "평균가격", "average short price", KIS_KIND_WON, "원",
	 BASE},
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
			same(kis_record_columns[i].en, title, n))
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
	case KIS_KIND_CHANGE:
	case KIS_KIND_SHARES:
	case KIS_KIND_PERCENT:
	case KIS_KIND_PERCENT_CHANGE:
		return 1;
	default:
		return 0;
	}
}
