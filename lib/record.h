/*
 * The records: what one line of the suite's NDJSON holds. All values are
 * strings.
 *
 * A record of the ranking has seven context fields first (market, period, rank,
 * list, list_rows, filter, fetched_at), then the fifteen fields of
 * FHPST04820000 as the server serves them. It has no filter if its query
 * restricts nothing, and none of list, list_rows and filter if it was written
 * before these existed: nothing is known of its list then.
 *
 * A record of a stock's day has mksc_shrn_iscd, hts_kor_isnm where the name is
 * known, and fetched_at, then the fields of output2 of FHPST04830000, apart
 * from the six that depend on the window that was asked for.
 *
 * A record of kis-archive's report has some of the fields of a ranking and some
 * of its own, beginning with sheet_note; kis-archive(1) describes them.
 *
 * This table is the only place that knows them: whatever shows, types or orders
 * columns reads it and nothing else. Titles are the words of KRX and HTS.
 */
#ifndef KIS_RECORD_H
#define KIS_RECORD_H

#include <stddef.h>

/* What a value is, and so how it is typed, aligned and coloured. */
enum kis_kind {
	KIS_KIND_TEXT,
	KIS_KIND_NOTE,      /* what the rows of a sheet are and how sorted */
	KIS_KIND_MARKET,    /* a FID_INPUT_ISCD code: see market.h */
	KIS_KIND_PERIOD,    /* 1d … 3m: see market.h */
	KIS_KIND_RANK,      /* position from 1 */
	KIS_KIND_LIST,      /* top, partial or complete */
	KIS_KIND_LIST_ROWS, /* rows of the whole list as fetched */
	KIS_KIND_FILTER,    /* the query keys that restrict the list */
	KIS_KIND_TIME,      /* ISO 8601 with +09:00 */
	KIS_KIND_CODE,      /* a share's code: text, never a number */
	KIS_KIND_WON,       /* whole won: a price */
	KIS_KIND_AMOUNT,    /* whole won: a value, of many shares */
	KIS_KIND_CHANGE,    /* whole won, signed */
	KIS_KIND_SIGN,      /* 1 limit up, 2 up, 3 flat, 4 limit down, 5 down */
	KIS_KIND_COUNT,     /* a number of shares, days or lists */
	KIS_KIND_PERCENT,   /* percent with two decimals, 7.32 meaning 7.32 % */
	KIS_KIND_PERCENT_CHANGE, /* the same, signed */
	KIS_KIND_POINTS,         /* a change in percentage points */
	KIS_KIND_WORD,           /* a short word */
	KIS_KIND_DATE,           /* YYYYMMDD, 0 for none */
};

/* What time a figure of the ranking belongs to: one record mixes two. */
enum kis_as_of {
	KIS_AS_OF_NONE,
	KIS_AS_OF_QUERY, /* prices: when asked */
	KIS_AS_OF_BASE,  /* sums over the base period, or of the day */
	KIS_AS_OF_DAY,   /* of a stock's day */
};

/* Whether a split changes a figure of a past day (kis-daily.md, 3.2). */
enum kis_basis {
	KIS_BASIS_NONE,
	KIS_BASIS_ADJUSTED, /* for splits, as of the query */
	KIS_BASIS_TRADED,   /* as it was on the day */
	KIS_BASIS_MIXED,    /* one over the other: wrong before a split */
};

enum { KIS_IN_RANKING = 1, KIS_IN_DAYS = 2, KIS_IN_REPORT = 4 };

struct kis_column {
	const char *key; /* the member's name */
	const char *ko;  /* title in a header; of the words of KRX and HTS */
	const char *en;
	const char *kis; /* KIS's own Korean name if it is another; else NULL */
	enum kis_kind kind;
	const char *unit; /* in Korean, "" if it has none */
	enum kis_as_of as_of;
	enum kis_basis basis; /* in a record of a stock's day */
	unsigned records;     /* that have it: KIS_IN_… */
};

extern const struct kis_column kis_record_columns[];
extern const size_t kis_record_count;

/* Context members stand before this index, the server's from it on. */
extern const size_t kis_record_context;

/* The index of a member, -1 for one that is not the suite's. The name need
 * not be terminated. */
int kis_record_find(const char *key, size_t n);

/* The same by a column's Korean or English title, or by KIS's Korean name. */
int kis_record_find_title(const char *title, size_t n);

/* 1 for list, list_rows and filter, which older records lack. */
int kis_record_is_since_list(size_t column);

/* 1 if values of the kind are numbers (RANK, LIST_ROWS, WON, AMOUNT,
 * CHANGE, COUNT, PERCENT, PERCENT_CHANGE, POINTS). A SIGN is a code, not a
 * number. */
int kis_record_is_numeric(enum kis_kind kind);

#endif
