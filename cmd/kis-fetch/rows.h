/*
 * Checks the rows of a response, fills in their base dates, and writes them as
 * records.
 */
#ifndef KIS_FETCH_ROWS_H
#define KIS_FETCH_ROWS_H

#include "cmd/kis-fetch/query.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/log.h"

#include <jansson.h>

/* Fields that have the same value in all records of one list. */
struct rows_context {
	const char *market;     /* market code (FID_INPUT_ISCD) */
	const char *period;     /* period name, from 1d to 3m */
	const char *list;       /* "top", "partial" or "complete" */
	const char *filter;     /* result of query_filter(); "" if the list is
				   unrestricted */
	const char *fetched_at; /* query time, ISO 8601 */
};

/* Returns the rows of a successful response as a new array; the caller calls
 * json_decref(). The argument "answer" is the parsed body, and "body" is its
 * text as received. The array shares the rows of answer, which are changed as
 * described below. Returns NULL and sets err (76) if the response is invalid.
 *
 * The field with the rows (output or output2) must be an array of objects. Each
 * row must have a stock code (ranking) or a date (daily short sales). A field
 * that lib/record.h lists must be a string. The values of other fields are
 * converted to strings: their compact JSON, with digits as received. In the
 * ranking, the base dates of the first row are copied to the other rows, in
 * which the server sends "0".
 *
 * The result is empty if the field with the rows is missing, null, [] or has
 * only objects without fields. But if that field is missing or null and a
 * different field has rows, the response is invalid. */
json_t *rows_parse(const json_t *answer, const struct kis_buf *body,
	const struct query_kind *kind, struct kis_err *err);

/* Appends a record for each row to out, with ranks from 1. Returns 0, or -1 and
 * sets err (71). */
int rows_write(struct kis_buf *out, const json_t *rows,
	const struct rows_context *context, struct kis_err *err);

/* Appends the record of one day of a stock to out, without the fields that
 * depend on the requested days. name may be NULL. Fails with 76 if the row has
 * a different stock code, because kis-archive uses the code in file names.
 * Returns 0, or -1 and sets err (71, 76). */
int rows_write_day(struct kis_buf *out, const json_t *row, const char *code,
	const char *name, const char *fetched_at, struct kis_err *err);

/* Returns the row's stock code, borrowed from the row, or NULL if the row has
 * none. */
const char *rows_code(const json_t *row);

/* Returns the value of the field `key` as a number. Ignores whitespace around
 * the value, a leading + and leading zeros. Returns NAN if the field is missing
 * or is not a number. */
double rows_number(const json_t *row, const char *key);

/* Returns the current price (stck_prpr) in whole won, or -1 if the row has no
 * valid price. */
long rows_price(const json_t *row);

/* With -v, reports each row whose average price or ratios do not match the
 * totals from which they are computed. For daily rows, stock is the stock code,
 * and ratios that mix adjusted and unadjusted totals are not checked; for the
 * ranking, stock is NULL. Does not change the rows. */
void rows_check_sums(
	const json_t *rows, const char *stock, const struct kis_log *logger);

#endif
