/*
 * Groups of records: one group becomes one sheet. Records of a ranking are
 * grouped by market and period, and daily records by stock; with --sheet-by,
 * all records are also grouped by the value of that field. A group has the
 * columns of its sheet and the facts about its records that the sheet shows.
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

/* Roles of the fields that affect more than their own cell: they appear in
 * titles, links or charts, or distinguish sheets. */
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
	ROLE_DAY, /* date of a daily record of a stock */
	ROLE_DATE1,
	ROLE_DATE2,
	ROLE_NOTE,  /* field `sheet_note` of a kis-archive report */
	ROLE_SHEET, /* the field that --sheet-by names */
	ROLE_COUNT,
};

/* Changes of a stock's rank and short value ratio between consecutive base
 * dates, in rankings with one sheet for each date. */

/* A stock's rank and short value ratio on the newest base date on which the
 * ranking has the stock. `day` is group_day() of that date. */
struct changes_row {
	uint64_t day;
	double rank, ratio;
};

/* The newest rows of all stocks in the rankings of one market and period. */
struct changes {
	struct kis_names codes;
	struct changes_row *rows; /* owned; one for each code in `codes` */
	size_t room;
	/* The newest base date and the previous base date, as group_day()
	 * returns them; 0 if there is none. */
	uint64_t day, before;
	/* 1 if a base date was earlier than a previous one; changes are then no
	 * longer computed */
	int descends;
};

/* The fields of a record and their roles. The structure is filled again only if
 * the field names differ from those of the previous record, which is rare. */
struct keys {
	/* Owned; for each field of the record, its index in the run's
	 * kis_fields. */
	size_t *field;
	size_t count, room;
	/* owned; role of each entry of kis_record_columns */
	enum role *role;
	unsigned long serial; /* incremented by each call of keys_learn() */
	/* for each role: index of the record's field with that role, or -1 */
	int member[ROLE_COUNT];
	/* 1 if the record has a stock code, but no date of a daily record */
	int is_ranking;
	/* 1 if the record has a stock code and the date of a daily record */
	int is_past;
};

/* Returns the name of the field whose title in kis_record_columns is `name`, or
 * NULL if there is none. name may be NULL. */
const char *group_sheet_key(const char *name);

/* Fills k from the last record that the reader r has read, and adds new fields
 * to fields. members and count are the fields of the record and their number.
 * sheet_by is the value of --sheet-by, which is the name or the title of a
 * field, or NULL. */
void keys_learn(struct keys *k, struct kis_fields *fields,
	const struct kis_ndjson *r, const struct kis_member *members,
	size_t count, const char *sheet_by);

/* Frees the memory of k. k is then empty and can be reused. */
void keys_release(struct keys *k);

/* The rows that a chart shows, at most TOP_ROWS_MAX: those with the largest
 * values among the records of the newest query. */
enum { TOP_ROWS_MAX = 50 };

enum top_by {
	TOP_VALUE, /* stocks with the largest short value in won */
	TOP_SHARE, /* stocks with the largest short value ratio */
	TOP_COUNT,
};

struct top_row {
	char *name; /* owned; name of the stock */
	double value;
	double rate; /* ratio that the bar in the chart shows; NAN if missing */
};

struct top {
	/* Owned; sorted by value, in descending order; rows with equal values
	 * are in input order. */
	struct top_row *rows[TOP_COUNT];
	size_t count[TOP_COUNT];
};

/* Adds the row if its value is among the `max` largest so far, and removes the
 * smallest row if there are then more than `max` rows. Pass the same `max`, at
 * least 1, in every call. Copies the n bytes of name. */
void top_add(struct top *t, enum top_by by, size_t max, const char *name,
	size_t n, double value, double rate);

/* Returns 1 if top_add() would add a row with this value. */
int top_takes(const struct top *t, enum top_by by, size_t max, double value);

/* Returns 1 if t has a row with this name and value. */
int top_has(const struct top *t, enum top_by by, const char *name, size_t n,
	double value);

/* Removes and frees all rows of t. */
void top_reset(struct top *t);

enum {
	/* Maximum number of groups. More sheets are hard to navigate; the limit
	 * also bounds the memory for the buffers of all streams. */
	GROUP_MAX = 255,
	FIELD_OTHER = -1,        /* field that is not in kis_record_columns */
	FIELD_PRICE_VS_AVG = -2, /* derived: price / average short price - 1 */
	/* derived: change of the rank since the previous base date */
	FIELD_RANK_CHANGE = -3,
	/* derived: change of the short value ratio since the previous base
	 * date */
	FIELD_RATIO_CHANGE = -4,
	/* Derived: mean short value ratio of the last 5 rows, the first entry
	 * of past_spans (past.h). The next two lower numbers are the columns of
	 * the means of the last 20 and the last 40 rows. */
	FIELD_MEAN = -5,
};

struct sheet_column {
	/* index in kis_record_columns; if negative, FIELD_OTHER or the number
	 * of a derived column, such as FIELD_MEAN */
	int column;
	/* index in the run's kis_fields; unused for a derived column */
	size_t field;
	/* display width of the widest cell so far, in columns */
	unsigned width;
	int same; /* 1 if all records of the group have the same value */
};

/* How the rows of a sheet relate to the list that KIS returned, as far as the
 * fields `rank`, `list` and `list_rows` and the short volume show. */
enum list_state {
	/* A needed field is missing, or the fields contradict each other; for
	 * example, a rank exceeds `list_rows`. */
	LIST_UNKNOWN,
	LIST_SEVERAL,   /* rows of several lists, or of one list twice */
	LIST_WHOLE,     /* all rows of one list, in the list's order */
	LIST_HEAD,      /* the first rows of one list, in the list's order */
	LIST_PART,      /* some rows of one list, in the list's order */
	LIST_REORDERED, /* all or some rows of one list, reordered */
};

/* The ranks that the records of a group have, and the order of the records. */
struct ranks {
	/* owned; one bit per rank, set if a record has this rank */
	uint64_t *seen;
	size_t words;
	uint64_t last;   /* rank of the last record that has a rank */
	uint64_t volume; /* short volume of the last record that has one */
	/* missing: a record has no valid rank or short volume. repeated: two
	 * records have the same rank. reordered: a record's rank is smaller, or
	 * its short volume larger, than that of the previous record. */
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
	/* value[0] is the market and value[1] the period; for daily records,
	 * value[0] is the stock code. value[2] is the value of the --sheet-by
	 * field. */
	struct group_value value[GROUP_VALUES];
	/* owned; name for the sheet, as passed to book_add_sheet() */
	char *name;
	/* Owned; value of the field `sheet_note` in the first record. NULL
	 * unless the records are of a kis-archive report. */
	char *note;
	int is_ranking;
	/* owned; summary of a stock's daily records; NULL for other records */
	struct past *past;
	/* 1 if table_name() can make a name for the table from the sheet name:
	 * the market and period of the ranking are known, and the value of
	 * --sheet-by consists of ASCII letters and digits. */
	int nameable;
	struct sheet_column *columns;
	size_t count;
	/* index, plus 1, of the --sheet-by field in the run's kis_fields; 0 if
	 * the first record of the group does not have the field */
	size_t named_by;
	/* 1 after group_freeze(); new columns are then appended at the end */
	int frozen;
	/* 1 if group_learn() may still add the column price_vs_avg */
	int derives;
	/* Indexes of the columns of the price and of the average short price;
	 * -1 if the column price_vs_avg does not exist. */
	int price, average;
	/* for each role: index of the column with that role, or -1 */
	int of_role[ROLE_COUNT];
	/* Borrowed; rank and ratio changes of the group's market and period.
	 * NULL without --sheet-by stnd_date2, or if the sheet does not show
	 * changes. */
	struct changes *changes;
	/* 1 if at least one record has a rank change and a ratio change */
	int has_changes;
	/* previous base date, from which rank and ratio changes are computed */
	uint64_t compared;
	/* indexes of the columns that show the rank and ratio changes;
	 * undefined if `changes` is NULL */
	int rank_change, ratio_change;
	/* owned; index of the column of each field of the run, or -1 */
	int *of_field;
	size_t of_field_count;
	/* Owned; for each field of the struct keys that was last passed to
	 * group_learn(), the index of the field's column. */
	size_t *place;
	size_t place_room;
	/* serial of the struct keys last passed to group_learn(), or 0 */
	unsigned long learnt;

	uint64_t records;
	/* First and last base date, or first and last date of daily records, as
	 * group_day() returns them; 0 if there is none. */
	uint64_t day_first, day_last;
	/* first and last query time as Excel serial numbers; 0 if unknown */
	double time_first, time_last;
	long long seconds_last; /* time_last in seconds since 1970, or 0 */
	/* number of records with the newest query time */
	uint64_t newest;
	/* Owned; the values of the fields `list`, `list_rows` and `filter` in
	 * the first record. The value of a missing field is "". */
	char *list[GROUP_LISTS];
	/* 1 if `list`, `list_rows` or `filter` of a record differs from that
	 * of the first record */
	int lists_differ;
	struct ranks ranks;
	/* stnd_date1 and stnd_date2 of the last record, without NUL */
	char day[2][8];
	/* length of each text in day; 0 if the field is missing or too long */
	int day_len[2];
	int days_differ; /* 1 if records have different base dates */
	/* owned; fetched_at of the last record that has this field */
	char *time_text;
	size_t time_len;
	/* time_text as an Excel serial number; 0 if invalid */
	double time;
	struct top top;      /* rows that the charts show */
	struct sheet *sheet; /* sheet of the group; owned by report.c */
};

struct groups {
	struct group **all;
	size_t count;
	/* Number of groups of rankings, and number of groups of daily
	 * records. */
	size_t rankings, pasts;
	size_t noted;       /* number of groups of kis-archive reports */
	struct group *last; /* group of the previous record, or NULL */
	/* key of each group, made by join_values(), in input order */
	struct kis_names values;
	/* key of the current record's group, made by join_values() */
	struct kis_buf value;
	/* for each entry of `changes`: market and period, joined */
	struct kis_names series;
	/* owned; rank and ratio changes, one entry for each of `series` */
	struct changes **changes;
	int by_date;  /* 1 if --sheet-by stnd_date2 was given */
	int by_sheet; /* 1 if --sheet-by was given */
	/* 1 if at least one record has the field of --sheet-by */
	int sheet_by_seen;
};

/* Initialises *all, which then has no groups. Cannot fail. */
void groups_init(struct groups *all);

/* Returns 1 if the title of the sheet contains the value of column c: c shows
 * the field of --sheet-by, this field is not in kis_record_columns, and g is a
 * ranking, has the daily records of a stock, or is a kis-archive report.
 * Otherwise returns 0. */
int group_is_named_by(const struct group *g, const struct sheet_column *c);

/* Returns the group of the record that k and members describe. If there is no
 * such group yet, creates it in *all. Returns NULL and sets err (65) if there
 * would be more than GROUP_MAX groups. */
struct group *group_for(struct groups *all, const struct keys *k,
	const struct kis_member *members, struct kis_err *err);

/* Adds a column for each field of k that has no column in g yet, and fills
 * g->place. Does nothing if k is unchanged since the previous call for g. If g
 * is frozen, new columns are appended at the end. Returns 0, or -1 and sets err
 * (65) if the fields need more than LXW_COL_MAX - 1 columns. */
int group_learn(struct group *g, const struct keys *k,
	const struct kis_fields *fields, struct kis_err *err);

/* Updates the counts, dates, times and ranks of the group from a record. */
void group_count(struct group *g, const struct keys *k,
	const struct kis_member *members);

/* Ends the collection of columns. Unless plain is 1, sorts the columns of a
 * ranking, of daily records or of a kis-archive report, and adds derived
 * columns; g->place is then invalid until the next group_learn(). A second call
 * has no effect. */
void group_freeze(struct group *g, int plain);

enum { GROUP_SPAN = 64 }; /* bytes; enough for a range of dates */

/* Writes the range of the group's base dates, such as "2024-06-04 ~
 * 2024-06-25"; one date if all are equal; "" if there are none. */
void group_days(const struct group *g, char out[GROUP_SPAN]);

/* Writes the group's base period, such as "기준일 2026-11-27" for one date or
 * "기준기간 2026-11-19 ~ 2026-11-27"; "" if there is none. */
void group_period(const struct group *g, char out[2 * GROUP_SPAN]);

/* Compares a stock's new row with its row of the previous base date, and stores
 * the new row. `day` is group_day() of the new row's date. Returns 1 and
 * replaces rank and ratio in *row with their changes; a positive rank change is
 * an improvement. Returns 0 if the previous date has no row of the stock, or if
 * dates are not in ascending order; in the latter case the new row is not
 * stored. If 0 is returned, rank and ratio of *row are not meaningful. */
int changes_add(struct changes *c, uint64_t day, const char *code, size_t n,
	struct changes_row *row);

/* Writes the base date from which the group's rank and ratio changes are
 * computed, such as "2026-11-26", or "" if there are no changes. */
void group_compared(const struct group *g, char out[CELL_DATE_TEXT]);

/* Writes n with thousands separators, such as "1,336". */
void group_number(uint64_t n, char out[GROUP_SPAN]);

/* Returns a date of eight digits as a number that is greater for a later date:
 * each byte is one digit, and the first digit is the highest byte. */
uint64_t group_day(const char *digits);

/* Writes the date and time of an Excel serial number, such as "2026-11-20
 * 18:40", or "" for 0. */
void group_time(double when, char out[GROUP_SPAN]);

/* Returns 1 if all records have the same query time, or if no record has
 * one. */
int group_is_one_query(const struct group *g);

/* Returns how the rows of the group relate to the list that KIS returned, or
 * LIST_UNKNOWN if g is not a ranking. If g is a ranking, it must have at least
 * one record. */
enum list_state group_list_state(const struct group *g);

/* Returns a new text that describes the rows of the group, such as "공매도
 * 거래량 상위 30종목 (KIS 조회 한도)"; the caller frees it. */
char *group_list_text(const struct group *g);

/* Returns a new text that names the rows from which a chart's rows were chosen,
 * such as "공매도 거래량 상위 30종목 중", or "" if the group has every stock of
 * the market; the caller frees it. g must be a ranking with at least one
 * record. */
char *group_list_base(const struct group *g);

/* Returns 1 if the group's list may lack stocks. Returns 0 if the list is a
 * complete list, or a "top" list without a filter and with fewer rows than
 * KIS's row limit. g must be a ranking with at least one record. */
int group_is_limited(const struct group *g);

/* Returns the title of the sheet, a static text: "공매도 상위종목" if the sheet
 * has all rows or the first rows of a list that is not partial, otherwise
 * "공매도 종목". If g is a ranking, it must have at least one record. */
const char *group_list_title(const struct group *g);

/* Frees all groups, but not their sheets. Call groups_init() before using the
 * structure again. */
void groups_release(struct groups *all);

#endif
