/*
 * Groups of records: one group becomes one sheet. Records of a ranking are
 * grouped by market and period, records of a stock's days by stock, and all
 * records by the field of --sheet-by. A group has the columns of its sheet and
 * the facts about its records that the sheet shows.
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

/* The fields that have a meaning beyond their own cell. */
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
	ROLE_DAY, /* date of a stock's daily record */
	ROLE_DATE1,
	ROLE_DATE2,
	ROLE_NOTE,  /* sheet_note of kis-archive's report */
	ROLE_SHEET, /* the field of --sheet-by */
	ROLE_COUNT,
};

/* Changes between consecutive base dates, in rankings with one sheet per date:
 * of a stock's rank and of its short value ratio. */

/* A stock's row of the newest date on which the stock appears. */
struct changes_row {
	uint64_t day;
	double rank, ratio;
};

/* The lists of one market and period. */
struct changes {
	struct kis_names codes;
	struct changes_row *rows; /* owned; one per code */
	size_t room;
	/* Newest date and the one before it, as group_day(); 0: none. */
	uint64_t day, before;
	/* Dates were not in ascending order; no changes are computed from then
	 * on. */
	int descends;
};

/* The fields of a record: columns and roles. Computed once per set of names,
 * because nearly all records have the names of the previous record. */
struct keys {
	/* Owned; index of each field of the record in the run's kis_fields. */
	size_t *field;
	size_t count, room;
	enum role *role;      /* owned; of each column of the record's table */
	unsigned long serial; /* changes with every keys_learn() */
	int member[ROLE_COUNT]; /* index of the field with the role, or -1 */
	int is_ranking;         /* has a stock code, and no date */
	int is_past;            /* has both */
};

/* Returns the name of the field that has this title in the record's table, or
 * NULL. name may be NULL. */
const char *group_sheet_key(const char *name);

/* Learns the fields of the reader's last record. sheet_by is a field's name or
 * title, or NULL. */
void keys_learn(struct keys *k, struct kis_fields *fields,
	const struct kis_ndjson *r, const struct kis_member *members,
	size_t count, const char *sheet_by);

void keys_release(struct keys *k);

/* The rows that a chart shows: those with the largest values, among the records
 * of the newest query. */
enum { TOP_ROWS_MAX = 50 };

enum top_by {
	TOP_VALUE, /* by short value in won */
	TOP_SHARE, /* by short value ratio */
	TOP_COUNT,
};

struct top_row {
	char *name; /* owned */
	double value;
	double rate; /* the value that the chart shows; or NAN */
};

struct top {
	/* Owned; in descending order, equal values in input order. */
	struct top_row *rows[TOP_COUNT];
	size_t count[TOP_COUNT];
};

/* Adds the row if it is one of the max largest; max is the same for all calls.
 * Copies the name. */
void top_add(struct top *t, enum top_by by, size_t max, const char *name,
	size_t n, double value, double rate);

/* Returns 1 if a row with this value would be one of the max largest. */
int top_takes(const struct top *t, enum top_by by, size_t max, double value);

/* Returns 1 if t has a row with this name and value. */
int top_has(const struct top *t, enum top_by by, const char *name, size_t n,
	double value);

/* Removes and frees all rows. */
void top_reset(struct top *t);

enum {
	/* Maximum number of sheets: more are hard to navigate. Also limits the
	 * buffers of open streams. */
	GROUP_MAX = 255,
	FIELD_OTHER = -1,        /* not in the record's table */
	FIELD_PRICE_VS_AVG = -2, /* derived: price / average short price - 1 */
	FIELD_RANK_CHANGE = -3,  /* derived: since the previous base date */
	FIELD_RATIO_CHANGE = -4, /* derived: since the previous base date */
	FIELD_MEAN =
		-5, /* derived: mean of past_spans[0]; -6, -7: of the others */
};

/* A column of the group's sheet. */
struct sheet_column {
	int column;     /* index in kis_record_columns, or FIELD_… */
	size_t field;   /* index in the run's kis_fields, unless derived */
	unsigned width; /* of the widest cell so far */
	int same;       /* all records of the group have the same value */
};

/* How the rows of a sheet relate to the list that KIS returned, as far as rank,
 * list, list_rows and short volume of the records show it. */
enum list_state {
	/* A record lacks one of these fields, or a rank exceeds list_rows. */
	LIST_UNKNOWN,
	LIST_SEVERAL,   /* rows of several lists, or of one list twice */
	LIST_WHOLE,     /* all rows of a list, in its order */
	LIST_HEAD,      /* its first rows, in its order */
	LIST_PART,      /* some of its rows, in its order */
	LIST_REORDERED, /* all or some of its rows, in another order */
};

/* The ranks of a group's records. */
struct ranks {
	uint64_t *seen; /* owned; one bit per rank */
	size_t words;
	uint64_t last;
	uint64_t volume; /* short volume of the last record */
	int missing, repeated, reordered;
};

enum { GROUP_VALUES = 3, GROUP_LISTS = 3 };

/* A value that all records of a group share. text is NULL if the field is
 * missing or empty. */
struct group_value {
	char *text;
	size_t len;
};

struct group {
	/* Market and period, or stock code; the last one is the value of
	 * --sheet-by. */
	struct group_value value[GROUP_VALUES];
	char *name; /* of the sheet, before book_sheet_name() */
	/* sheet_note of the first record; NULL if it is not of kis-archive's
	 * report. */
	char *note;
	int is_ranking;
	struct past *past; /* owned; NULL unless daily records */
	/* A ranking whose sheet name consists of characters that a formula
	 * allows, so its table gets a name. */
	int nameable;
	struct sheet_column *columns;
	size_t count;
	size_t named_by; /* field whose value names the sheet, plus 1; or 0 */
	int frozen;      /* new columns are appended at the end */
	int derives;     /* a derived column may still be added */
	int price, average;      /* columns of price_vs_avg, or -1 */
	int of_role[ROLE_COUNT]; /* column with each role, or -1 */
	/* Of its market and period; borrowed. NULL without --sheet-by
	 * stnd_date2. */
	struct changes *changes;
	int has_changes;               /* a record has a change */
	uint64_t compared;             /* base date that the changes refer to */
	int rank_change, ratio_change; /* columns of the changes */
	int *of_field; /* column of each field of the run, or -1 */
	size_t of_field_count;
	/* Column of each field of the keys learnt last. */
	size_t *place;
	size_t place_room;
	unsigned long learnt; /* serial of these keys; 0: none */

	uint64_t records;
	/* First and last base date as group_day(); 0: none. */
	uint64_t day_first, day_last;
	double time_first, time_last; /* of queries; Excel serial numbers */
	long long seconds_last;       /* time_last in seconds since 1970 */
	uint64_t newest;              /* records of the newest query */
	/* list, list_rows and filter of the first record, or "". */
	char *list[GROUP_LISTS];
	int lists_differ; /* another record has other values */
	struct ranks ranks;
	char day[2][8]; /* stnd_date1 and stnd_date2 of the last record */
	int day_len[2];
	int days_differ; /* records have different dates */
	char *time_text; /* fetched_at of the last record that has it */
	size_t time_len;
	double time;
	struct top top;      /* rows of the charts */
	struct sheet *sheet; /* owned by report.c */
};

struct groups {
	struct group **all;
	size_t count;
	/* Groups of each kind; the rest are of other records. */
	size_t rankings, pasts;
	size_t noted;            /* groups with a note */
	struct group *last;      /* group of the previous record */
	struct kis_names values; /* values of each group, in input order */
	struct kis_buf value;    /* values of the current record */
	struct kis_names
		series; /* markets and periods; changes has one element each */
	struct changes **changes;
	int by_date;       /* --sheet-by stnd_date2 was given */
	int by_sheet;      /* --sheet-by was given */
	int sheet_by_seen; /* a record has the field of --sheet-by */
};

/* Initialises all without any group. */
void groups_init(struct groups *all);

/* Returns 1 if the column is the field of --sheet-by and that field is not in
 * the record's table. The sheet's title contains its value. */
int group_is_named_by(const struct group *g, const struct sheet_column *c);

/* Returns the record's group, which is created if it is new; or NULL and sets
 * err (65) if there would be more than GROUP_MAX. all owns it. */
struct group *group_for(struct groups *all, const struct keys *k,
	const struct kis_member *members, struct kis_err *err);

/* Adds columns for new fields and fills g->place; returns at once if k was
 * learnt last. In a frozen group, new columns are appended at the end. Returns
 * 0, or -1 and sets err (65) if a sheet cannot have that many columns. */
int group_learn(struct group *g, const struct keys *k,
	const struct kis_fields *fields, struct kis_err *err);

/* Updates the counts, dates, times and ranks of the group from a record. */
void group_count(struct group *g, const struct keys *k,
	const struct kis_member *members);

/* Ends the collection of columns. Unless plain, sorts the columns of a ranking,
 * of a stock's days or of a kis-archive report, and adds derived columns. */
void group_freeze(struct group *g, int plain);

/* Writes the range of base dates: "2024-06-04 ~ 2024-06-25", one date, or
 * "". */
enum { GROUP_SPAN = 64 };
void group_days(const struct group *g, char out[GROUP_SPAN]);

/* Writes "기준일 2026-11-27", "기준기간 2026-11-19 ~ 2026-11-27" or "". */
void group_period(const struct group *g, char out[2 * GROUP_SPAN]);

/* Compares a stock's row with its row of the previous date, and stores it. day
 * is group_day() of the date. Returns 1 and replaces rank and ratio by their
 * changes; a positive rank change is an improvement. Returns 0 if the previous
 * date has no row of the stock, or if dates are not in ascending order. */
int changes_add(struct changes *c, uint64_t day, const char *code, size_t n,
	struct changes_row *row);

/* Writes the date that the changes refer to, "2026-11-26", or "". */
void group_compared(const struct group *g, char out[CELL_DATE_TEXT]);

/* Writes n with thousands separators: "1,336". */
void group_number(uint64_t n, char out[GROUP_SPAN]);

/* Returns eight digits as one number, the first in the highest byte. Such
 * numbers have the same order as the dates. */
uint64_t group_day(const char *digits);

/* Writes the time of an Excel serial number, "2026-11-20 18:40", or "" for
 * 0. */
void group_time(double when, char out[GROUP_SPAN]);

/* Returns 1 if all records have the same query time. */
int group_is_one_query(const struct group *g);

enum list_state group_list_state(const struct group *g);

/* Returns a new text that describes the rows, such as "공매도 거래량 상위
 * 30종목 (KIS 조회 한도)"; the caller frees it. */
char *group_list_text(const struct group *g);

/* Returns a new text that names the rows from which a chart's rows were chosen,
 * such as "공매도 거래량 상위 30종목 중", or "" for the whole market; the
 * caller frees it. */
char *group_list_base(const struct group *g);

/* Returns 1 if the list may lack stocks because of KIS's row limit. */
int group_is_limited(const struct group *g);

/* Returns the title of the sheet: "공매도 상위종목" for a whole list or its
 * first rows, unless the list is partial; else "공매도 종목". */
const char *group_list_title(const struct group *g);

void groups_release(struct groups *all);

#endif
