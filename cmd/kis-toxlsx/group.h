/*
 * Groups of records: what goes to one sheet. Records of the ranking are
 * grouped by market and period, and all by the field that --sheet-by names. A
 * group knows its columns and what the sheet reports about its records.
 */
#ifndef KIS_GROUP_H
#define KIS_GROUP_H

#include "cmd/kis-toxlsx/cell.h"
#include "cmd/kis-toxlsx/past.h"
#include "lib/buf.h"
#include "lib/fields.h"
#include "lib/names.h"
#include "lib/ndjson.h"

#include <stdint.h>
#include <xlsxwriter.h>

/* The fields that mean something beyond their own cell. */
enum role {
	ROLE_MARKET,
	ROLE_PERIOD,
	ROLE_LIST,
	ROLE_LIST_ROWS,
	ROLE_RANK,
	ROLE_FILTER,
	ROLE_FETCHED,
	ROLE_CODE,
	ROLE_NAME,
	ROLE_PRICE,
	ROLE_CLOSE,
	ROLE_HIGH,
	ROLE_LOW,
	ROLE_CHANGE_RATE,
	ROLE_AVERAGE,
	ROLE_SHORT_VOLUME,
	ROLE_SHORT_VALUE,
	ROLE_SHORT_SHARE,
	ROLE_DAY, /* of one stock's past, not of a ranking */
	ROLE_DATE1,
	ROLE_DATE2,
	ROLE_NOTE,  /* of kis-archive's report: what the sheet shows */
	ROLE_SHEET, /* the field of --sheet-by */
	ROLE_COUNT,
};

/* Changes from one base date to the next: of a stock's rank and of its short
 * value ratio, in lists that have a sheet for each date. */

/* A stock's row of the newest date that has one. */
struct changes_row {
	uint64_t day;
	double rank, ratio;
};

/* The lists of one market and period. */
struct changes {
	struct kis_names codes;
	struct changes_row *rows; /* of each code */
	size_t room;
	uint64_t day, before; /* the newest date and that before it; 0: none */
	int descends;         /* the dates did not ascend: later changes are not
				 computed */
};

/* What the members of a record are: worked out once for each set of names,
 * since nearly all records have those of the record before. */
struct keys {
	size_t *field; /* owned; of each member: its number in the run's
			  kis_fields */
	size_t count, room;
	enum role *role;      /* owned; of each column of the record's table */
	unsigned long serial; /* another one for each set learnt */
	int member[ROLE_COUNT]; /* which member has the role, or -1 */
	int is_ranking;         /* it has a stock's code, and no day */
	int is_past;            /* it has both */
};

/* Returns the name of the field that has this title in the record's table, or
 * NULL. name may be NULL. */
const char *group_sheet_key(const char *name);

/* Learns the members of the reader's last record. sheet_by is a field's name or
 * title, or NULL. */
void keys_learn(struct keys *k, struct kis_fields *fields,
	const struct kis_ndjson *r, const struct kis_member *members,
	size_t count, const char *sheet_by);

void keys_release(struct keys *k);

/* The rows that a chart shows: those with the largest value, of the records of
 * the newest query. */
enum { TOP_ROWS_MAX = 50 };

enum top_by {
	TOP_VALUE, /* short value in won */
	TOP_SHARE, /* its ratio to the value traded */
	TOP_COUNT,
};

struct top_row {
	char *name; /* owned */
	double value;
	double rate; /* what the chart shows of it; NAN if that is unknown */
};

struct top {
	struct top_row *rows[TOP_COUNT]; /* owned; largest first, equal ones in
					    the order of input */
	size_t count[TOP_COUNT];
};

/* Keeps the row if it is one of the max largest, the same max for all rows; the
 * name is copied. */
void top_add(struct top *t, enum top_by by, size_t max, const char *name,
	size_t n, double value, double rate);

/* 1 if a row of this value would be one of the max largest. */
int top_takes(const struct top *t, enum top_by by, size_t max, double value);

/* 1 if it has a row of this name and value. */
int top_has(const struct top *t, enum top_by by, const char *name, size_t n,
	double value);

/* Forgets all rows, and frees them. */
void top_reset(struct top *t);

enum {
	GROUP_MAX = 255,         /* sheets that a person can still find; also
				    the bound on what long input keeps open */
	FIELD_OTHER = -1,        /* not in the record's table */
	FIELD_PRICE_VS_AVG = -2, /* derived: price / average short price - 1 */
	FIELD_RANK_CHANGE = -3,  /* derived: from the base date before */
	FIELD_RATIO_CHANGE = -4,
	FIELD_MEAN =
		-5, /* derived: of past_spans[0]; -6 and -7 of the others */
};

/* A column of the group's sheet. */
struct sheet_column {
	int column;     /* in kis_record_columns, or FIELD_… */
	size_t field;   /* in the run's kis_fields, unless derived */
	unsigned width; /* of the widest cell so far */
	int same;       /* all records of the group have the same value */
};

/* What the rows of a sheet are of the list that KIS gave. Only rank, list and
 * list_rows of the records show it, so nothing more is claimed. */
enum list_state {
	LIST_UNKNOWN,   /* a record lacks one of these fields, or has a rank
			   above list_rows */
	LIST_SEVERAL,   /* rows of several lists, or of one list twice */
	LIST_WHOLE,     /* all rows of a list, in its order */
	LIST_HEAD,      /* its first rows, in its order */
	LIST_PART,      /* some of its rows, in its order */
	LIST_REORDERED, /* all or some of its rows, in another order */
};

/* The ranks that the records of a group have. */
struct ranks {
	uint64_t *seen; /* owned; a bit for each */
	size_t words;
	uint64_t last;
	uint64_t volume; /* short volume of the last record */
	int missing, repeated, reordered;
};

enum { GROUP_VALUES = 3, GROUP_LISTS = 3 };

/* A value that all records of a group share; NULL if they lack it or it is
 * empty in them. */
struct group_value {
	char *text;
	size_t len;
};

struct group {
	struct group_value value[GROUP_VALUES]; /* market and period, or code;
						   --sheet-by's */
	char *name; /* of its sheet, before the workbook's rules */
	char *note; /* sheet_note of the first record, or NULL: then it is not
		       of kis-archive's report */
	int is_ranking;
	struct past *past; /* of a stock's days; owned; else NULL */
	int nameable; /* a ranking, named by words that a formula can name too
		       */
	struct sheet_column *columns;
	size_t count;
	size_t named_by;    /* the field whose value names the sheet, + 1 */
	int frozen;         /* rows were written: a column comes last */
	int derives;        /* a derived column may still be added */
	int price, average; /* the columns a derived one is made of, or -1 */
	int of_role[ROLE_COUNT]; /* the column with each role, or -1 */
	struct changes *changes; /* of its market and period, borrowed; NULL
				    without --sheet-by stnd_date2 */
	int has_changes;         /* a record has a change */
	uint64_t compared;       /* the date that it is against */
	int rank_change, ratio_change; /* their columns */
	int *of_field;                 /* of each field of the run, or -1 */
	size_t of_field_count;
	size_t *place; /* of each member of the keys last learnt: its column */
	size_t place_room;
	unsigned long learnt; /* their serial; 0: none */

	uint64_t records;
	uint64_t day_first, day_last; /* base dates as their eight digits, the
					 first highest; 0: none */
	double time_first, time_last; /* of the queries, as Excel counts */
	long long seconds_last;       /* and in seconds since 1970 */
	uint64_t newest;              /* records of the newest query */
	char *list[GROUP_LISTS];      /* list, list_rows and filter of the first
					 record, or "" */
	int lists_differ;             /* another record has others */
	struct ranks ranks;
	char day[2][8]; /* stnd_date1 and 2 of the first record */
	int day_len[2];
	int days_differ; /* another record has others */
	char *time_text; /* of the last record's query */
	size_t time_len;
	double time;
	struct top top;      /* rows for the charts */
	struct sheet *sheet; /* where it is written; report.c's */
};

struct groups {
	struct group **all;
	size_t count;
	size_t rankings, pasts;  /* of these; the rest are of other records */
	size_t noted;            /* of these, those with a note */
	struct group *last;      /* where the record before went */
	struct kis_names values; /* of each group, in their order */
	struct kis_buf value;    /* of the record at hand */
	struct kis_names
		series; /* markets and periods, each with its changes */
	struct changes **changes;
	int by_date;       /* --sheet-by stnd_date2 was given */
	int by_sheet;      /* --sheet-by was given */
	int sheet_by_seen; /* and a record had its field */
};

/* Begins without groups. */
void groups_init(struct groups *all);

/* 1 if the column is that of --sheet-by, a field of the user's own: the title
 * of the sheet has its value. */
int group_is_named_by(const struct group *g, const struct sheet_column *c);

/* Returns the group of a record, made if it is new; or NULL and sets err (65)
 * when there would be more than GROUP_MAX. */
struct group *group_for(struct groups *all, const struct keys *k,
	const struct kis_member *members, struct kis_err *err);

/* Makes columns of fields that have none yet and fills g->place; costs nothing
 * when the keys are those learnt last. A column of a frozen group is the last
 * one. Fails with 65 if there are more than a sheet can have. */
int group_learn(struct group *g, const struct keys *k,
	const struct kis_fields *fields, struct kis_err *err);

/* Counts the record in and notes its dates. */
void group_count(struct group *g, const struct keys *k,
	const struct kis_member *members);

/* Puts the columns in the order in which they are shown and adds derived
 * ones unless plain. */
void group_freeze(struct group *g, int plain);

/* "2024-06-04 ~ 2024-06-25" of the base periods, or one day, or "". */
enum { GROUP_SPAN = 64 };
void group_days(const struct group *g, char out[GROUP_SPAN]);

/* "기준일 2026-11-27", "기준기간 2026-11-19 ~ 2026-11-27" or "". */
void group_period(const struct group *g, char out[2 * GROUP_SPAN]);

/* Compares a stock's row with its row of the date before, and keeps it. day is
 * a number that grows with the date, not 0. Returns 1 and replaces rank and
 * ratio by their changes, the rank's being the places gained; or 0 if the list
 * of the date before has no row of the stock, or the dates do not ascend. */
int changes_add(struct changes *c, uint64_t day, const char *code, size_t n,
	struct changes_row *row);

/* The date that changes are against, "2026-11-26", or "". */
void group_compared(const struct group *g, char out[CELL_DATE_TEXT]);

/* "1,336". */
void group_number(uint64_t n, char out[GROUP_SPAN]);

/* Eight digits as one number, the first in the highest byte: such numbers are
 * ordered as the days are. */
uint64_t group_day(const char *digits);

/* "2026-11-20 18:40" of a time as Excel counts, or "". */
void group_time(double when, char out[GROUP_SPAN]);

/* 1 if all records have the same query time. */
int group_is_one_query(const struct group *g);

enum list_state group_list_state(const struct group *g);

/* "공매도 거래량 상위 30종목 (KIS 조회 한도)": what the rows are. The caller
 * frees it. */
char *group_list_text(const struct group *g);

/* "공매도 거래량 상위 30종목 중": what a chart's rows were chosen from, or ""
 * if that is the whole market. The caller frees it. */
char *group_list_base(const struct group *g);

/* 1 if the list may lack stocks beyond KIS's row limit. */
int group_is_limited(const struct group *g);

/* "공매도 상위종목" as far as the rows allow it, else "공매도 종목". */
const char *group_list_title(const struct group *g);

void groups_release(struct groups *all);

#endif
