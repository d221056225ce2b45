/*
 * The two API requests, the ranking and the daily short sales of one stock:
 * their paths, tr_ids and query parameters. A request must contain every
 * parameter, even if its value is empty; if a parameter is missing, the server
 * rejects the request with OPSQ2001.
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

/* The type of a request: ranking or daily short sales. */
struct query_kind {
	const char *path, *tr_id;
	const char *rows; /* the field of the response that contains the rows */
	const char *row_key;  /* the field that every row must have */
	const char *row_what; /* the name of the field row_key in messages */
	/* query parameters, in the order of the documentation */
	const struct query_key *keys;
	size_t key_count;
};

extern const struct query_kind query_ranking, query_daily;

/* KEY=VALUE pairs of --query. They replace parameters of the same name and add
 * others. */
struct query_extra {
	const char *key[QUERY_MAX_EXTRA];   /* owned */
	const char *value[QUERY_MAX_EXTRA]; /* borrowed from key */
	size_t count;
};

struct query {
	const struct query_kind *kind;
	const struct kis_market *market; /* ranking only */
	const struct kis_period *period; /* ranking only */
	long min_won;                    /* lowest price, -1 for no limit */
	long max_won;                    /* highest price, -1 for no limit */
	const char *stock; /* stock code; daily short sales only */
	/* first and last day, YYYYMMDD; daily short sales only */
	char from[KIS_CLOCK_TEXT], to[KIS_CLOCK_TEXT];
	const struct query_extra *extra; /* borrowed; not NULL */
};

/* Parses and adds one KEY=VALUE pair. Returns 0, or -1 and sets err (64). */
int query_extra_add(
	struct query_extra *e, const char *pair, struct kis_err *err);
/* Returns 1 if e contains the key. */
int query_extra_has(const struct query_extra *e, const char *key);
void query_extra_release(struct query_extra *e);

/* Returns the request's URL as a new string; the caller frees it. The URL has
 * all parameters in the order of the documentation, then the parameters that
 * --query adds. */
char *query_url(const struct query *q, const char *base_url);

/* Return the values of the fields market and period of the records, as the
 * request contains them after --query has replaced parameters. Each function
 * returns a new string; the caller frees it. */
char *query_market_code(const struct query *q);
char *query_period_name(const struct query *q);

/* Returns the parameters that restrict the list, in the form of --query, joined
 * by "&": "FID_APLY_RANG_PRC_1=1000", for example, or "" if the list is
 * unrestricted. Omits market and period, and parameters with their usual value;
 * if the usual value is empty, also a value of only zeros and spaces. Returns a
 * new string; the caller frees it. */
char *query_filter(const struct query *q);

/* Returns the list's name for messages, such as "kosdaq 1d". Returns a new
 * string; the caller frees it. */
char *query_title(const struct query *q);

#endif
