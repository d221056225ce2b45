#include "tests/sim/fault_act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/call.h"
#include "tests/sim/reply.h"

/* Most functions in this file do not use their parameters "call" and "f". */
#define UNUSED ((void)call, (void)f)

/* Returns the name of the field that contains the rows. */
static const char *list_of(const struct sim_reply *reply)
{
	return json_object_get(reply->root, "output2") ? "output2" : "output";
}

static json_t *row(const struct sim_reply *reply, size_t i)
{
	return json_array_get(json_object_get(reply->root, list_of(reply)), i);
}

static void set(json_t *object, const char *key, const char *value)
{
	if (object)
		json_object_set_new(object, key, json_string(value));
}

static void set_output(struct sim_reply *reply, json_t *output)
{
	json_object_set_new(reply->root, list_of(reply), output);
}

SIM_ACT(empty)
{
	UNUSED;
	set_output(reply, json_array());
}

SIM_ACT(null_output)
{
	UNUSED;
	set_output(reply, json_null());
}

SIM_ACT(no_output)
{
	UNUSED;
	json_object_del(reply->root, list_of(reply));
}

SIM_ACT(output1)
{
	UNUSED;
	json_object_set(
		reply->root, "output1", json_object_get(reply->root, "output"));
	json_object_del(reply->root, "output");
}

SIM_ACT(empty_rows)
{
	UNUSED;
	set_output(reply, json_pack("[{}, {}]"));
}

SIM_ACT(extra_typed)
{
	UNUSED;
	for (size_t i = 0; row(reply, i); i++)
		json_object_update_new(
			row(reply, i), json_pack("{s:n, s:i, s:{s:[s,b]}}",
					       "new_null", "new_number", 12345,
					       "new_object", "a", "x y", 1));
}

SIM_ACT(object_output)
{
	UNUSED;
	set_output(reply,
		row(reply, 0) ? json_incref(row(reply, 0)) : json_object());
}

SIM_ACT(string_output)
{
	UNUSED;
	set_output(reply, json_string("없음"));
}

/* Changes the fields of a row from strings to numbers or, if to_null is true,
 * to null. The first two fields, code and name, stay strings, because no server
 * would send them as numbers. */
static void change_numbers(json_t *object, bool to_null)
{
	const char *key;
	json_t *value;
	void *next;
	int i = 0;

	json_object_foreach_safe(object, next, key, value)
	{
		const char *text = json_string_value(value);

		if (i++ < 2)
			continue;
		json_object_set_new(object, key,
			to_null             ? json_null()
			: strchr(text, '.') ? json_real(atof(text))
					    : json_integer(atoll(text)));
	}
}

SIM_ACT(numbers)
{
	UNUSED;
	for (size_t i = 0; row(reply, i); i++)
		change_numbers(row(reply, i), false);
}

SIM_ACT(nulls)
{
	UNUSED;
	for (size_t i = 1; row(reply, i); i += 2)
		change_numbers(row(reply, i), true);
}

SIM_ACT(missing_member)
{
	UNUSED;
	for (size_t i = 2; row(reply, i); i += 3)
		json_object_del(row(reply, i), "avrg_prc");
}

SIM_ACT(no_code)
{
	UNUSED;
	json_object_del(row(reply, 1), "mksc_shrn_iscd");
}

SIM_ACT(extra_member)
{
	UNUSED;
	for (size_t i = 0; row(reply, i); i++)
		set(row(reply, i), "ssts_new_rate", "1.25");
}

SIM_ACT(secret_row)
{
	(void)f;
	set(row(reply, 1), "hts_kor_isnm", call->sim->appsecret);
}

SIM_ACT(token_row)
{
	(void)f;
	set(row(reply, 1), "hts_kor_isnm",
		sim_call_header(call, "authorization"));
}

SIM_ACT(no_rtcd)
{
	UNUSED;
	json_object_del(reply->root, "rt_cd");
}

SIM_ACT(rtcd_number)
{
	UNUSED;
	json_object_set_new(reply->root, "rt_cd", json_integer(0));
}

SIM_ACT(rtcd_number_empty)
{
	sim_act_no_output(call, reply, f);
	sim_act_rtcd_number(call, reply, f);
}

static double number(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? atof(text) : 0;
}

/* Prints the numeric value of the field "key" with the printf format "format",
 * and replaces the field with the result. PAD is a macro so that the compiler
 * checks the format. */
#define PAD(object, key, format)                                               \
	do {                                                                   \
		char wide_[64];                                                \
		snprintf(wide_, sizeof(wide_), format, number(object, key));   \
		set(object, key, wide_);                                       \
	} while (0)

SIM_ACT(padded)
{
	UNUSED;
	PAD(row(reply, 0), "prdy_ctrt", "%+.2f");
	PAD(row(reply, 0), "prdy_vrss", "%+.0f");
	PAD(row(reply, 1), "acml_vol", "%016.4f");
	PAD(row(reply, 1), "stck_prpr", "%010.0f");
	PAD(row(reply, 2), "prdy_ctrt", "%16.4f");
	PAD(row(reply, 2), "ssts_cntg_qty", "%-18.0f");
	set(row(reply, 3), "avrg_prc", "");
	set(row(reply, 3), "prdy_vrss_sign", "0");
	set(row(reply, 4), "prdy_vrss", " ");
	set(reply->root, "msg1", "정상처리 되었습니다.                    ");
}

SIM_ACT(swapped)
{
	const char *list = list_of(reply);
	json_t *output = json_incref(json_object_get(reply->root, list));

	UNUSED;
	json_object_del(reply->root, list);
	json_object_set_new(reply->root, list, output);
}

SIM_ACT(date_zero)
{
	UNUSED;
	set(row(reply, 0), "stnd_date1", "0");
	set(row(reply, 0), "stnd_date2", "0");
}

SIM_ACT(out_of_band)
{
	json_t *rows = json_object_get(reply->root, "output");
	size_t n = json_array_size(rows);
	long long price = call->query.low - 1;
	char text[32];

	(void)f;
	if (call->query.high != INT64_MAX)
		price = call->query.high + 1;
	snprintf(text, sizeof(text), "%lld", price);
	if (n > 0 && price > 0)
		set(json_array_get(rows, n - 1), "stck_prpr", text);
}

SIM_ACT(twice)
{
	json_t *rows = json_object_get(reply->root, "output");

	UNUSED;
	if (json_array_size(rows) == 0)
		return;
	json_array_insert_new(rows, 1, json_deep_copy(row(reply, 0)));
	set(row(reply, 1), "stnd_date1", "0");
	set(row(reply, 1), "stnd_date2", "0");
	json_array_remove(rows, (size_t)call->query.cap);
}

SIM_ACT(no_date)
{
	UNUSED;
	json_object_del(reply->root, "access_token_token_expired");
}

SIM_ACT(bad_expiry)
{
	UNUSED;
	set(reply->root, "access_token_token_expired", "2026-13-45 99:99:99");
}

SIM_ACT(token_crlf)
{
	UNUSED;
	set(reply->root, "access_token", "eyJ0.abc\r\nx-injected: 1");
}

SIM_ACT(empty_token)
{
	UNUSED;
	set(reply->root, "access_token", "");
}

SIM_ACT(born_dead)
{
	(void)f;
	sim_token_kill(&call->sim->tokens,
		json_string_value(json_object_get(reply->root, "access_token")),
		false);
}
