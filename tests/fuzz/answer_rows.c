/*
 * Parses any bytes as the response to a ranking request. An error must have a
 * documented exit status and a message. A success must yield records that the
 * NDJSON reader accepts, with the same fields as jansson reads.
 *
 * The first byte selects the HTTP status.
 */
#include "cmd/kis-fetch/rows.h"
#include "lib/response.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/ndjson_line.h"
#include "tests/fuzz/demand.h"

#include <string.h>

static void check_refusal(const struct kis_response *a)
{
	struct kis_err err = {0};
	int again = -1;

	DEMAND(kis_response_fail(a, &again, &err) == -1);
	DEMAND(err.code >= KIS_EX_REFUSED && err.code <= KIS_EX_CONFIG);
	DEMAND(*err.msg && (again == 0 || again == 1));
	DEMAND(again == 0 || err.code == KIS_EX_TEMP);
}

static void check_member(
	const struct kis_member *m, const char *key, const json_t *value)
{
	DEMAND(m->value == KIS_VALUE_STRING);
	DEMAND(m->key_len == strlen(key) && !memcmp(m->key, key, m->key_len));
	DEMAND(m->text_len == json_string_length(value));
	DEMAND(!memcmp(m->text, json_string_value(value), m->text_len));
}

static void check_record(const struct kis_line *l, const json_t *row)
{
	const char *key;
	json_t *value;
	size_t i = 6; /* skip the first six fields, which kis-fetch adds */

	DEMAND(l->count == 6 + json_object_size(row));
	json_object_foreach((json_t *)row, key, value)
	{
		check_member(&l->members[i++], key, value);
	}
}

static void check_lines(const struct kis_buf *text, const json_t *rows)
{
	char *lines = kis_mem_new(text->len + KIS_NDJSON_READ_PAST, 1);
	char *p = lines, *end = lines + text->len;
	struct kis_line l;
	int same;
	size_t i = 0;

	if (text->len)
		memcpy(lines, text->data, text->len);
	kis_line_init(&l);
	for (; p < end; i++) {
		DEMAND(kis_line_next(&l, &p, end, &same) == 1);
		check_record(&l, json_array_get(rows, i));
	}
	DEMAND(i == json_array_size(rows));
	kis_line_release(&l);
	free(lines);
}

static void check_rows(const json_t *answer, const struct kis_buf *body)
{
	struct rows_context context = {
		"0000", "1d", "top", "", "2026-11-20T18:40:03"};
	struct kis_buf text = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	struct kis_err err = {0};
	json_t *rows = rows_parse(answer, body, &query_ranking, &err);

	DEMAND(rows || (err.code == KIS_EX_PROTOCOL && *err.msg));
	if (rows) {
		DEMAND(rows_write(&text, rows, &context, &err) == 0);
		check_lines(&text, rows);
	}
	kis_buf_release(&text);
	json_decref(rows);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static const long statuses[] = {200, 403, 500, 404, 429, 502};
	struct kis_http_response http = {.retry_after_s = -1};
	struct kis_response a;
	const char *rt_cd;

	if (n == 0)
		return 0;
	http.status = statuses[data[0] % 6];
	kis_buf_init(&http.body, KIS_HTTP_MAX_BODY);
	kis_buf_add(&http.body, (const char *)data + 1, n - 1);
	kis_response_read(&a, &http);
	rt_cd = a.json ? kis_json_text(a.json, "rt_cd") : NULL;
	if (rt_cd && strcmp(rt_cd, "0") == 0)
		check_rows(a.json, &http.body);
	check_refusal(&a);
	kis_response_release(&a);
	kis_http_response_release(&http);
	return 0;
}
