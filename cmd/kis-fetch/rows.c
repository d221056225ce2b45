#include "cmd/kis-fetch/rows.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/number.h"
#include "lib/record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The highest valid price in won. A larger number might not fit in a long,
 * which has 32 bits on some systems. */
#define MOST_WON 2e9

static const char *const dates[] = {"stnd_date1", "stnd_date2"};

static int check_member(
	size_t row, const char *key, const json_t *value, struct kis_err *err)
{
	int known = kis_record_find(key, strlen(key));

	if (known >= 0 && !json_is_string(value))
		return kis_fail(err, KIS_EX_PROTOCOL,
			"row %zu: field '%s' is not a string", row + 1, key);
	if (known >= 0 && (size_t)known < kis_record_context)
		return kis_fail(err, KIS_EX_PROTOCOL,
			"row %zu: field '%s' conflicts with a field that "
			"kis-fetch adds",
			row + 1, key);
	return 0;
}

/* Converts every value of a row to a string. The n bytes of text are the JSON
 * of the row as received. Numbers keep their digits. */
static void make_strings(json_t *row, const char *text, size_t n)
{
	struct kis_buf raw = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	struct kis_json_walk walk;
	const char *key;
	json_t *value;

	kis_json_walk(&walk, text, n);
	json_object_foreach(row, key, value)
	{
		const char *sent = kis_json_walk_next(&walk, &n);

		if (json_is_string(value))
			continue;
		kis_buf_reset(&raw);
		kis_json_compact(&raw, sent, n);
		json_object_set_new(row, key, json_stringn(raw.data, raw.len));
	}
	kis_buf_release(&raw);
}

/* Returns the value of the field `name` as JSON text, exactly as received, and
 * sets *len to the length of the text. The text is borrowed from body. The
 * argument "object" is the parsed body, which must have the field. */
static const char *sent_member(const json_t *object, const struct kis_buf *body,
	const char *name, size_t *len)
{
	struct kis_json_walk walk;
	const char *key, *sent = NULL;
	json_t *value;

	kis_json_walk(&walk, body->data, body->len);
	json_object_foreach((json_t *)object, key, value)
	{
		sent = kis_json_walk_next(&walk, len);
		if (strcmp(key, name) == 0)
			break;
	}
	return sent;
}

static int check_row(size_t i, const json_t *row, const struct query_kind *kind,
	struct kis_err *err)
{
	const char *key, *own;
	json_t *value;

	if (!json_is_object(row))
		return kis_fail(err, KIS_EX_PROTOCOL,
			"row %zu is not an object", i + 1);
	if (json_object_size(row) == 0)
		return 0;
	own = kis_json_text(row, kind->row_key);
	if (!own || !own[strspn(own, " ")])
		return kis_fail(err, KIS_EX_PROTOCOL, "row %zu has no %s (%s)",
			i + 1, kind->row_what, kind->row_key);
	json_object_foreach((json_t *)row, key, value)
	{
		if (check_member(i, key, value, err) < 0)
			return -1;
	}
	return 0;
}

static int holds_no_date(const json_t *row, const char *key)
{
	const char *text = kis_json_text(row, key);

	return text && !text[strspn(text, " 0")];
}

/* Copies the base dates of the first row to the other rows, because the server
 * sends "0" or spaces in these rows. */
static void fill_dates(json_t *rows)
{
	const json_t *first = json_array_get(rows, 0);
	json_t *row;
	size_t i;

	for (size_t d = 0; d < 2; d++) {
		json_t *date = json_object_get(first, dates[d]);

		if (!date)
			continue;
		json_array_foreach(rows, i, row)
		{
			if (holds_no_date(row, dates[d]))
				json_object_set(row, dates[d], date);
		}
	}
}

/* Returns 1 if value is an array that contains a non-empty object. Such a value
 * may be the rows of the response. */
static int is_list_of_rows(const json_t *value)
{
	json_t *row;
	size_t i;

	json_array_foreach((json_t *)value, i, row)
	{
		if (json_object_size(row) > 0)
			return 1;
	}
	return 0;
}

/* Handles a response that lacks the field with the rows. Returns a new empty
 * array. If another field has rows, the form of the response must have changed,
 * so returns NULL and sets err (76). */
static json_t *no_rows(const json_t *answer, const struct query_kind *kind,
	struct kis_err *err)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)answer, key, value)
	{
		if (!is_list_of_rows(value))
			continue;
		kis_fail(err, KIS_EX_PROTOCOL,
			"unexpected response from the server: no '%s', but "
			"rows in '%s'",
			kind->rows, key);
		return NULL;
	}
	return json_array();
}

json_t *rows_parse(const json_t *answer, const struct kis_buf *body,
	const struct query_kind *kind, struct kis_err *err)
{
	json_t *output = json_object_get(answer, kind->rows);
	struct kis_json_walk walk;
	const char *sent;
	json_t *rows, *row;
	size_t i, len = 0;

	if (!output || json_is_null(output))
		return no_rows(answer, kind, err);
	if (!json_is_array(output)) {
		kis_fail(err, KIS_EX_PROTOCOL, "'%s' is not an array",
			kind->rows);
		return NULL;
	}
	rows = json_array();
	sent = sent_member(answer, body, kind->rows, &len);
	kis_json_walk(&walk, sent, len);
	json_array_foreach(output, i, row)
	{
		if (check_row(i, row, kind, err) < 0) {
			json_decref(rows);
			return NULL;
		}
		sent = kis_json_walk_next(&walk, &len);
		make_strings(row, sent, len);
		if (json_object_size(row) > 0)
			json_array_append(rows, row);
	}
	if (kind == &query_ranking)
		fill_dates(rows);
	return rows;
}

/* Returns a new record with the fields that kis-fetch adds, followed by the
 * fields of the row. list_rows is the number of rows in the list. Returns NULL
 * if memory runs out. */
static json_t *record_of(const json_t *row, size_t rank, size_t list_rows,
	const struct rows_context *c)
{
	char position[24], count[24];
	json_t *record;

	snprintf(position, sizeof(position), "%zu", rank);
	snprintf(count, sizeof(count), "%zu", list_rows);
	record = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*, s:s}", "market",
		c->market, "period", c->period, "rank", position, "list",
		c->list, "list_rows", count, "filter",
		*c->filter ? c->filter : NULL, "fetched_at", c->fetched_at);
	if (record && json_object_update(record, (json_t *)row) == 0)
		return record;
	json_decref(record);
	return NULL;
}

static int append(const char *p, size_t n, void *out)
{
	return kis_buf_add(out, p, n);
}

/* Appends the record and a newline to out, and releases the record. record may
 * be NULL, which means that memory ran out. Returns 0, or -1 and sets err
 * (71). */
static int write_record(
	struct kis_buf *out, json_t *record, struct kis_err *err)
{
	int rc = record ? json_dump_callback(record, append, out, JSON_COMPACT)
			: -1;

	json_decref(record);
	if (rc < 0)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	return kis_buf_add_str(out, "\n");
}

int rows_write(struct kis_buf *out, const json_t *rows,
	const struct rows_context *context, struct kis_err *err)
{
	json_t *row;
	size_t i;

	json_array_foreach((json_t *)rows, i, row)
	{
		if (write_record(out,
			    record_of(
				    row, i + 1, json_array_size(rows), context),
			    err) < 0)
			return -1;
	}
	return 0;
}

/* Fields that daily records omit, because their values are totals since the
 * first requested day, or ratios of such totals. They depend on the request and
 * not only on the day. */
static const char *const window_fields[] = {"stnd_vol_smtn",
	"acml_ssts_cntg_qty", "acml_ssts_cntg_qty_rlim", "stnd_tr_pbmn_smtn",
	"acml_ssts_tr_pbmn", "acml_ssts_tr_pbmn_rlim"};

int rows_write_day(struct kis_buf *out, const json_t *row, const char *code,
	const char *name, const char *fetched_at, struct kis_err *err)
{
	const char *own = rows_code(row);
	json_t *record;

	if (own && *own && strcmp(own, code) != 0)
		return kis_fail(err, KIS_EX_PROTOCOL,
			"unexpected response: a row has stock '%.20s', not the "
			"requested stock %s",
			own, code);
	record = json_pack("{s:s, s:s*, s:s}", "mksc_shrn_iscd", code,
		"hts_kor_isnm", name, "fetched_at", fetched_at);
	if (record && (json_object_update(record, (json_t *)row) < 0 ||
			      json_object_set_new(record, "mksc_shrn_iscd",
				      json_string(code)) < 0)) {
		json_decref(record);
		record = NULL;
	}
	for (size_t i = 0; i < sizeof(window_fields) / sizeof(*window_fields);
		i++)
		json_object_del(record, window_fields[i]);
	return write_record(out, record, err);
}

const char *rows_code(const json_t *row)
{
	return kis_json_text(row, "mksc_shrn_iscd");
}

double rows_number(const json_t *row, const char *key)
{
	const char *text = kis_json_text(row, key);
	struct kis_number n;

	if (!text || !kis_number_parse_padded(text, strlen(text), &n))
		return NAN;
	return n.value;
}

long rows_price(const json_t *row)
{
	double won = rows_number(row, "stck_prpr");

	/* Without a valid price, won is NaN, and a comparison with NaN is
	 * false. */
	return won >= 0 && won <= MOST_WON ? (long)won : -1;
}

/* The ratios that the server sends, each with the two totals from which it can
 * be computed. In all recorded rows, the computed ratio matches the sent one
 * within tolerance, which is half of the last decimal place plus an allowance
 * for binary rounding. */
static const struct {
	const char *derived, *part, *whole;
	double factor;
	double tolerance;
} relations[] = {
	{"ssts_vol_rlim", "ssts_cntg_qty", "acml_vol", 100, 0.00501},
	{"ssts_tr_pbmn_rlim", "ssts_tr_pbmn", "acml_tr_pbmn", 100, 0.00501},
};

/* Returns 1 if key names a ratio whose numerator is not adjusted for stock
 * splits, but whose denominator is. In daily records, this ratio is wrong for
 * days before a split. */
static int is_mixed(const char *key)
{
	int known = kis_record_find(key, strlen(key));

	return known >= 0 && kis_record_columns[known].basis == KIS_BASIS_MIXED;
}

static void check_row_sums(
	const json_t *row, const char *stock, const struct kis_log *logger)
{
	const char *own = stock ? kis_json_text(row, query_daily.row_key)
				: rows_code(row);
	char *who = kis_mem_printf(
		"%s%s%s", stock ? stock : "", stock ? " " : "", own);
	double average = rows_number(row, "avrg_prc");
	double exact = rows_number(row, "ssts_tr_pbmn") /
		       rows_number(row, "ssts_cntg_qty");

	/* A comparison with NaN is false, so a row without an average price or
	 * totals passes. */
	if (isfinite(exact) && fabs(average - floor(exact)) >= 1)
		kis_log_info(logger,
			"stock %s: avrg_prc is %.0f but short value / short "
			"volume is %.0f; kept as received",
			who, average, floor(exact));
	for (size_t i = 0; i < sizeof(relations) / sizeof(*relations); i++) {
		double served = rows_number(row, relations[i].derived);
		double ratio = relations[i].factor *
			       rows_number(row, relations[i].part) /
			       rows_number(row, relations[i].whole);

		if (stock && is_mixed(relations[i].derived))
			continue;
		if (isfinite(ratio) &&
			fabs(served - ratio) > relations[i].tolerance)
			kis_log_info(logger,
				"stock %s: %s is %.2f but its totals give "
				"%.2f; kept as received",
				who, relations[i].derived, served, ratio);
	}
	free(who);
}

void rows_check_sums(
	const json_t *rows, const char *stock, const struct kis_log *logger)
{
	json_t *row;
	size_t i;

	json_array_foreach((json_t *)rows, i, row)
	{
		check_row_sums(row, stock, logger);
	}
}
