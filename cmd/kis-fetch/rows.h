/*
 * The rows of an answer: checked, dated, written as records.
 */
#ifndef KIS_FETCH_ROWS_H
#define KIS_FETCH_ROWS_H

#include "cmd/kis-fetch/query.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/log.h"

#include <jansson.h>

/* What the records of one list have in common. */
struct rows_context {
	const char *market;     /* FID_INPUT_ISCD */
	const char *period;     /* 1d … 3m */
	const char *list;       /* "top", "partial" or "complete" */
	const char *filter;     /* "" if the query restricts nothing */
	const char *fetched_at; /* ISO 8601 */
};

/* Returns the rows of a success as a new array: answer is the parsed body.
 *
 * The rows' member (output, output2) must be an array of objects, each with a
 * code or date. Rows without fields are not rows. The base dates of the
 * ranking's first row are filled into the others, which have "0". A value that
 * is not a string becomes one, its compact JSON with the digits of the body;
 * but a field of the record's table must be a string.
 * [], null, no such member, or only rows without fields are an empty list; but
 * where it is absent or null and another member is an array of objects
 * with members, the answer's shape has changed. NULL and 76 on failure. */
json_t *rows_parse(const json_t *answer, const struct kis_buf *body,
	const struct query_kind *kind, struct kis_err *err);

/* Appends a record for each row, in the rows' order, ranked from 1. Fails
 * with 71. */
int rows_write(struct kis_buf *out, const json_t *rows,
	const struct rows_context *context, struct kis_err *err);

/* Appends the record of a stock's day, without the fields that depend on the
 * window asked for. name may be NULL. Fails with 71. */
int rows_write_day(struct kis_buf *out, const json_t *row, const char *code,
	const char *name, const char *fetched_at, struct kis_err *err);

/* The share's code; borrows from the row. */
const char *rows_code(const json_t *row);

/* A member as a number, blanks, + and leading zeros around it taken off; NAN
 * if it is missing or none. */
double rows_number(const json_t *row, const char *key);

/* The price now in whole won; -1 if the row has none that can be one. */
long rows_price(const json_t *row);

/* Says (-v) which rows contradict themselves: the average price and the ratios
 * against the sums they come from. stock is the code of daily rows,
 * whose ratios of mixed basis are not compared, or NULL. Never alters a row. */
void rows_check_sums(
	const json_t *rows, const char *stock, const struct kis_log *say);

#endif
