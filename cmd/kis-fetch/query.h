/*
 * The two requests, the ranking and the daily short sales of one stock: their
 * paths, names and query keys. All keys must be present even when blank (a
 * missing one gives OPSQ2001).
 */
#ifndef KIS_FETCH_QUERY_H
#define KIS_FETCH_QUERY_H

#include "lib/err.h"
#include "lib/market.h"
#include "lib/clock.h"

#include <stddef.h>

enum {
	QUERY_MAX_EXTRA = 32,
};

/* One of the two requests. */
struct query_kind {
	const char *path, *tr_id;
	const char *rows;     /* the member of the answer that has the rows */
	const char *row_key;  /* the field that every row has */
	const char *row_what; /* what that is, for messages */
	const struct query_key *keys; /* in the documentation's order */
	size_t key_count;
};

extern const struct query_kind query_ranking, query_daily;

/* KEY=VALUE pairs of --query: a key of ours is replaced, another added. */
struct query_extra {
	const char *key[QUERY_MAX_EXTRA];   /* owned */
	const char *value[QUERY_MAX_EXTRA]; /* part of key's memory */
	size_t count;
};

struct query {
	const struct query_kind *kind;
	const struct kis_market *market; /* of the ranking */
	const struct kis_period *period;
	long min_won;      /* lowest price, -1 for no limit */
	long max_won;      /* highest price, -1 for no limit */
	const char *stock; /* code, of the daily rows */
	char from[KIS_CLOCK_TEXT], to[KIS_CLOCK_TEXT]; /* YYYYMMDD, inclusive */
	const struct query_extra *extra;               /* borrows */
};

/* Takes one KEY=VALUE; 64 if it is none. */
int query_extra_add(
	struct query_extra *e, const char *pair, struct kis_err *err);
/* 1 if the key is among them. */
int query_extra_has(const struct query_extra *e, const char *key);
void query_extra_release(struct query_extra *e);

/* The URL with all keys in the documentation's order. Returns-owned. */
char *query_url(const struct query *q, const char *base_url);

/* What the records of the answer say of market and period: what was asked in
 * the end, --query considered. Returns-owned. */
char *query_market_code(const struct query *q);
char *query_period_name(const struct query *q);

/* The keys that restrict the list, as --query takes them, joined by "&":
 * "FID_APLY_RANG_PRC_1=1000"; "" if none does. Blank and 0 restrict nothing;
 * market and period are no restriction. Returns-owned. */
char *query_filter(const struct query *q);

/* The list as people call it, "kosdaq 1d", for messages. Returns-owned. */
char *query_title(const struct query *q);

#endif
