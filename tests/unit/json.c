/*
 * Tests lib/json.h: strict parsing of small documents.
 */
#include "lib/json.h"
#include "tests/unit/tap.h"

#include <string.h>

static int is_refused(const char *p, size_t n)
{
	struct kis_err err = {0};
	json_t *value = kis_json_parse(p, n, KIS_EX_PROTOCOL, &err);

	json_decref(value);
	return !value && err.code == KIS_EX_PROTOCOL && *err.msg &&
	       !strstr(err.msg, "secret");
}

#define REFUSED(text)                                                          \
	ok(is_refused(text, sizeof(text) - 1), "kis_json_parse: "              \
					       "rejects " #text)

int main(void)
{
	static const char big[] = "{\"a\":1e999,\"b\":[-12345678901234567890]}";
	struct kis_err err = {0};
	json_t *value = kis_json_parse("{\"a\":1}", 7, KIS_EX_DATA, &err);

	ok(json_is_object(value), "kis_json_parse: accepts an object");
	json_decref(value);
	REFUSED("{\"a\":1e999}");
	value = kis_json_parse_foreign(big, strlen(big), KIS_EX_DATA, &err);
	ok(json_is_object(value),
		"kis_json_parse_foreign: accepts numbers of any size");
	json_decref(value);
	REFUSED("{\"a\":01}");
	REFUSED("{\"a\":1234567890123456789012-}");
	REFUSED("{\"a\":1e}");
	{
		struct kis_buf many = KIS_BUF_INIT(KIS_BUF_UNBOUND);

		kis_buf_add_str(&many, "[{}");
		for (int i = 0; i < 100000; i++)
			kis_buf_add_str(&many, ",{}");
		kis_buf_add_str(&many, "]");
		ok(is_refused(many.data, many.len),
			"kis_json_parse: rejects 100,001 values");
		kis_buf_release(&many);
	}
	REFUSED("");
	REFUSED("{\"a\":1}{}");
	REFUSED("{\"a\":1,\"a\":2}");
	REFUSED("{\"a\":\"secret");
	REFUSED("{\"a\":secret}");
	REFUSED("{\"a\":1\0}");
	REFUSED("{\"a\":true\0}");
	REFUSED("{\"a\":\"\0\"}");
	REFUSED("{\"a\":\"\\u0000\"}");
	REFUSED("{\"a\":1}\0");
	REFUSED("{\"a\":\"\xff\"}");
	REFUSED("{\"a\":\"\\ud800\"}");
	return done();
}
