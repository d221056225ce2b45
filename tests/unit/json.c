/*
 * lib/json.h: small documents, strictly.
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

#define REFUSED(text) ok(is_refused(text, sizeof(text) - 1), "refused: " #text)

int main(void)
{
	struct kis_err err = {0};
	json_t *value = kis_json_parse("{\"a\":1}", 7, KIS_EX_DATA, &err);

	ok(json_is_object(value), "an object is taken");
	json_decref(value);
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
