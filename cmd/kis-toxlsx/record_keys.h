/*
 * What the members of a record are: worked out once for each set of keys,
 * since nearly all records have the keys of the one before.
 */
#ifndef KIS_RECORD_KEYS_H
#define KIS_RECORD_KEYS_H

#include "lib/ndjson.h"

/* The members that mean something beyond their own cell. */
enum role {
	ROLE_MARKET,
	ROLE_PERIOD,
	ROLE_LIST,
	ROLE_LIST_ROWS,
	ROLE_FILTER,
	ROLE_FETCHED,
	ROLE_CODE,
	ROLE_NAME,
	ROLE_PRICE,
	ROLE_AVERAGE,
	ROLE_SHORT_VALUE,
	ROLE_SHORT_SHARE,
	ROLE_DATE1,
	ROLE_DATE2,
	ROLE_SHEET, /* the member of --sheet-by */
	ROLE_COUNT,
};

struct keys {
	int *column; /* of each member: in kis_record_columns, or -1 */
	size_t count, room;
	unsigned long serial;   /* another one for each set learnt */
	int member[ROLE_COUNT]; /* which one has the role, or -1 */
	int ours; /* a row of the ranking: it has a share's code */
};

/* The record's column that has a role, as an index in kis_record_columns. */
int keys_column(enum role role);

/* Looks at the keys. sheet_by is a member's name or NULL. In a record that
 * is not ours no member is known, whatever its name. */
void keys_learn(struct keys *k, const struct kis_member *members, size_t count,
	const char *sheet_by);

void keys_release(struct keys *k);

#endif
