/*
 * The rows of an answer: checked, dated, written as records.
 */
#ifndef KIS_FETCH_ROWS_H
#define KIS_FETCH_ROWS_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/say.h"

#include <jansson.h>

/* What the records of one list have in common. */
struct rows_context {
	const char *market;     /* FID_INPUT_ISCD */
	const char *period;     /* 1d … 3m */
	const char *fetched_at; /* ISO 8601 */
};

/* Takes the rows of a success: an array of objects, each with a code, all
 * members strings; anything else is 76. NULL, null and [] are an empty list.
 * The dates of the first row are filled into the others, which hold "0".
 * Returns a new reference, NULL on failure. */
json_t *rows_take(json_t *output, struct kis_err *err);

/* Appends a record for each row, in the rows' order, ranked from 1. Fails
 * with 71. */
int rows_write(struct kis_buf *out, const json_t *rows,
	const struct rows_context *context, struct kis_err *err);

/* The share's code; borrows from the row. */
const char *rows_code(const json_t *row);

/* A member as a number, blanks, + and leading zeros around it taken off; NAN
 * if it is missing or none. */
double rows_number(const json_t *row, const char *key);

/* The price now in whole won; -1 if the row has none that can be one. */
long rows_price(const json_t *row);

/* Says (-v) which rows contradict themselves: the average price and the two
 * shares against the sums they come from. Never alters a row. */
void rows_check_sums(const json_t *rows, const struct kis_say *say);

#endif
