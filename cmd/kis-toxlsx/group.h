/*
 * Groups of records: what goes to one sheet. Ours are grouped by market and
 * period, and all by the member that --sheet-by names. A group knows its
 * columns and what is to be told about its records.
 */
#ifndef KIS_GROUP_H
#define KIS_GROUP_H

#include "cmd/kis-toxlsx/chart_top.h"
#include "cmd/kis-toxlsx/record_keys.h"
#include "lib/buf.h"

#include <stdint.h>
#include <xlsxwriter.h>

enum {
	GROUP_MAX = 255,   /* sheets that a person can still find; also the
			      bound on what long input keeps open */
	FIELD_OTHER = -1,  /* a member that the record's table lacks */
	FIELD_VERSUS = -2, /* derived: price / average short price - 1 */
};

/* A column of the group's sheet. */
struct field {
	int column; /* in kis_record_columns, or FIELD_… */
	char *key;  /* the member's name; NULL if derived */
	size_t key_len;
	unsigned width; /* of the widest cell so far */
	int same;       /* all records of the group have the same value */
};

enum { GROUP_VALUES = 3 };

/* A value that all records of a group share; NULL if they lack it or it is
 * empty in them, or if it does not count. */
struct group_value {
	char *text;
	size_t len;
};

struct group {
	struct group_value
		value[GROUP_VALUES]; /* market, period, --sheet-by's */
	char *name; /* of its sheet, before the workbook's rules */
	int ours;
	int nameable; /* ours, named by words that a formula can name too */
	struct field *fields;
	size_t count;
	int frozen;         /* the header is written: no column can be added */
	int price, average; /* the fields a derived one is made of, or -1 */
	int *field_of;      /* of each column of the record: a field, or -1 */
	size_t *place; /* of each member of the keys last learnt: its field */
	unsigned long learnt; /* their serial; 0: none */

	uint64_t records;
	uint64_t day_first, day_last; /* base dates as their eight digits, the
					 first highest; 0: none */
	double time_first, time_last; /* of the queries, as Excel counts */
	long long seconds_last;       /* and in seconds since 1970 */
	uint64_t newest;              /* records of the last query */
	char *list[2];       /* list and list_rows of the first record, or "" */
	int is_list_special; /* they differ between records, or a filter
				restricts a list: the columns are shown */
	char *time_text;     /* of the last record's query */
	size_t time_len;
	double time;
	struct top top;      /* rows for the charts */
	struct sheet *sheet; /* where it is written; report.c's */
};

struct groups {
	struct group **all;
	size_t count;
	struct group *last; /* where the record before went */
	int by_sheet;       /* --sheet-by was given */
	int sheet_by_seen;  /* and a record had its member */
};

/* The group of a record, made if it is new. NULL with 65 when there would
 * be more than GROUP_MAX. */
struct group *group_of(struct groups *all, const struct keys *k,
	const struct kis_member *members, struct kis_err *err);

/* Makes columns of members that have none yet and fills g->place; costs
 * nothing when the keys are those learnt last. 65 if the group is frozen and
 * cannot take them, or if there are more than a sheet can have. */
int group_learn(struct group *g, const struct keys *k,
	const struct kis_member *members, struct kis_err *err);

/* Counts the record in and notes its dates. */
void group_count(struct group *g, const struct keys *k,
	const struct kis_member *members);

/* Puts the columns in the order in which they are shown and adds derived
 * ones unless plain; no column can be added after. */
void group_freeze(struct group *g, int plain);

/* "2024-06-04 ~ 2024-06-25" of the base dates, or one day, or "". */
enum { GROUP_SPAN = 64 };
void group_days(const struct group *g, char out[GROUP_SPAN]);

/* "2026-11-20 18:40" of a time as Excel counts, or "". */
void group_time(double when, char out[GROUP_SPAN]);

/* 1 if its records are of one query's list. */
int group_is_one_list(const struct group *g);

/* 1 if the last query's list is as long as KIS documents that it makes one at
 * most, so that it is not the whole market. */
int group_is_capped(const struct group *g);

/* 1 if it may have been cut by that or another limit. */
int group_may_be_cut(const struct group *g);

void groups_release(struct groups *all);

#endif
