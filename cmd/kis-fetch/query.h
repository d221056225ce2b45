/*
 * Defines the two API requests, for the ranking and for the daily short sales
 * of one stock: their paths, transaction IDs (tr_id) and query parameters. A
 * request must contain every parameter, even if its value is empty. If a
 * parameter is missing, the server rejects the request with OPSQ2001.
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

/* The type of a request: for the ranking or for daily short sales. */
struct query_kind {
	const char *path, *tr_id;
	const char *rows;     /* the response's field that contains the rows */
	const char *row_key;  /* the field that every row must have */
	const char *row_what; /* the name of row_key in messages */
	/* the query parameters, in the order of the KIS documentation */
	const struct query_key *keys;
	size_t key_count;
};

extern const struct query_kind query_ranking, query_daily;

/* The KEY=VALUE pairs of --query. A pair replaces the parameter with the same
 * name, or adds a parameter. */
struct query_extra {
	const char *key[QUERY_MAX_EXTRA];   /* owned; KEY, NUL and VALUE */
	const char *value[QUERY_MAX_EXTRA]; /* each points to VALUE in key */
	size_t count;
};

struct query {
	const struct query_kind *kind;
	const struct kis_market *market; /* for the ranking only */
	const struct kis_period *period; /* for the ranking only */
	long min_won;                    /* lowest price, -1 for no limit */
	long max_won;                    /* highest price, -1 for no limit */
	const char *stock; /* stock code; for daily short sales only */
	/* first and last day, YYYYMMDD; for daily short sales only */
	char from[KIS_CLOCK_TEXT], to[KIS_CLOCK_TEXT];
	const struct query_extra *extra; /* from --query; borrowed, not NULL */
};

/* Parses one KEY=VALUE pair and adds it to e. Returns 0, or -1 and sets err
 * (64) if the pair is invalid or e is full. */
int query_extra_add(
	struct query_extra *e, const char *pair, struct kis_err *err);
/* Returns 1 if a pair in e has this key. */
int query_extra_has(const struct query_extra *e, const char *key);
void query_extra_release(struct query_extra *e);

/* Returns the request's URL as a new string; the caller frees it. The URL
 * contains all parameters in the order of the KIS documentation, then the
 * parameters that --query adds. */
char *query_url(const struct query *q, const char *base_url);

/* These two functions return the values of the record fields `market` and
 * `period`. They are the values that the request contains after --query has
 * replaced parameters. Each returns a new string; the caller frees it. */
char *query_market_code(const struct query *q);
char *query_period_name(const struct query *q);

/* Returns the parameters that restrict the list, joined by "&" and written as
 * for --query, for example "FID_APLY_RANG_PRC_1=1000". Returns "" if the list
 * is unrestricted. Omits the market, the period, and each parameter that has
 * the value that kis-fetch sends by default. If that default is empty, a value
 * of only zeros and spaces is omitted too. Returns a new string; the caller
 * frees it. */
char *query_filter(const struct query *q);

/* Returns the list's name for messages, such as "kosdaq 1d", as a new string;
 * the caller frees it. */
char *query_title(const struct query *q);

#endif
