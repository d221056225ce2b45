/*
 * The records that the programs write and read as NDJSON. All values are
 * strings.
 *
 * A record of the ranking has seven context fields (market, period, rank, list,
 * list_rows, filter, fetched_at), then the fifteen fields of FHPST04820000 as
 * the server returns them. The field filter is missing if the query has no
 * restrictions. Records written by earlier versions do not have the fields
 * list, list_rows and filter, so the kind and size of their list are unknown.
 *
 * A record of one day of a stock has the fields mksc_shrn_iscd, hts_kor_isnm
 * (if the name is known) and fetched_at, then the fields of output2 of
 * FHPST04830000 except the six that depend on the requested range of dates.
 *
 * A record of a report of kis-archive has some fields of the ranking and some
 * fields of its own, the first of which is sheet_note; see kis-archive(1).
 *
 * kis_record_columns describes all fields. Code that displays or orders
 * columns, or determines their types, must use that table. The Korean titles
 * are the terms of KRX and HTS.
 */
#ifndef KIS_RECORD_H
#define KIS_RECORD_H

#include <stddef.h>

/* The meaning of a value, which determines its type, alignment and colour. */
enum kis_kind {
	KIS_KIND_TEXT,
	KIS_KIND_NOTE,      /* note on the contents and order of a sheet */
	KIS_KIND_MARKET,    /* market code of FID_INPUT_ISCD; see market.h */
	KIS_KIND_PERIOD,    /* period, 1d … 3m; see market.h */
	KIS_KIND_RANK,      /* position in the list, from 1 */
	KIS_KIND_LIST,      /* kind of list: top, partial or complete */
	KIS_KIND_LIST_ROWS, /* number of rows of the list as fetched */
	KIS_KIND_FILTER,    /* query parameters that restrict the list */
	KIS_KIND_TIME,      /* time in ISO 8601 with +09:00 */
	KIS_KIND_CODE,      /* stock code: text, never a number */
	KIS_KIND_WON,       /* price in whole won */
	KIS_KIND_AMOUNT,    /* trading or short value in whole won */
	KIS_KIND_CHANGE,    /* price change in whole won, signed */
	KIS_KIND_SIGN,      /* 1 limit up, 2 up, 3 flat, 4 limit down, 5 down */
	KIS_KIND_COUNT,     /* number of shares, days or lists */
	KIS_KIND_PERCENT,   /* percent, two decimals: 7.32 means 7.32% */
	KIS_KIND_PERCENT_CHANGE, /* percentage change, signed */
	KIS_KIND_POINTS,         /* change in percentage points */
	KIS_KIND_WORD,           /* a short word, such as a month */
	KIS_KIND_DATE,           /* date as YYYYMMDD; 0: no date */
};

/* The time that a value refers to. A record of the ranking contains values of
 * the query time and of the base period. */
enum kis_as_of {
	KIS_AS_OF_NONE,
	KIS_AS_OF_QUERY, /* query time, for example of a price */
	KIS_AS_OF_BASE,  /* base period; in a daily record, its day */
	KIS_AS_OF_DAY,   /* day of a daily record; not used in a ranking */
};

/* How a later stock split affects a value in a daily record. KIS adjusts prices
 * and volume for later splits, but not short volume, average short price, short
 * value and trading value. */
enum kis_basis {
	KIS_BASIS_NONE,
	KIS_BASIS_ADJUSTED, /* adjusted for splits until the query time */
	KIS_BASIS_TRADED,   /* as traded on the day, without adjustment */
	/* Ratio of a value as traded to an adjusted value; it is wrong for days
	 * before a split. */
	KIS_BASIS_MIXED,
};

/* The kinds of record in which a field occurs, as bits. */
enum { KIS_IN_RANKING = 1, KIS_IN_DAYS = 2, KIS_IN_REPORT = 4 };

struct kis_column {
	const char *key; /* name of the field */
	const char *ko;  /* Korean title */
	const char *en;  /* English title */
	const char *kis; /* KIS's Korean name if it differs from ko, or NULL */
	enum kis_kind kind;
	const char *unit; /* Korean name of the unit, or "" */
	enum kis_as_of as_of;
	enum kis_basis basis; /* effect of a split in a daily record */
	/* KIS_IN_… bits of the records that have this field */
	unsigned records;
};

extern const struct kis_column kis_record_columns[];
extern const size_t kis_record_count;

/* Number of context fields, which are the first entries of
 * kis_record_columns. */
extern const size_t kis_record_context;

/* Returns the index of the column of the field whose name is the n bytes at
 * key, or -1 if kis_record_columns does not contain that field. */
int kis_record_find(const char *key, size_t n);

/* Like kis_record_find(), but compares the n bytes at title with the titles of
 * the columns: Korean, English and KIS's own. */
int kis_record_find_title(const char *title, size_t n);

/* Returns 1 if kis_record_columns[column] describes the field "list",
 * "list_rows" or "filter". Records written by earlier versions do not have
 * these three fields. */
int kis_record_is_since_list(size_t column);

/* Returns 1 if values of the kind are numbers: RANK, LIST_ROWS, WON, AMOUNT,
 * CHANGE, COUNT, PERCENT, PERCENT_CHANGE and POINTS. SIGN is not numeric,
 * because its digits are a code. */
int kis_record_is_numeric(enum kis_kind kind);

#endif
