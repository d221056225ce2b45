#include "lib/json.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

/* Without memory the process ends, here as everywhere, so that no caller
 * takes a document that is missing for one that is wrong. What is freed is
 * wiped; blocks from before are malloc()'s as well. */
static void take_over_memory(void)
{
	json_set_alloc_funcs(kis_mem_alloc, kis_mem_free_wiped);
}

json_t *kis_json_parse(const char *p, size_t n, int code, struct kis_err *err)
{
	json_error_t why;
	json_t *value;
	char *near;

	take_over_memory();
	/* jansson overlooks one behind a number or a word */
	if (n && memchr(p, '\0', n)) {
		kis_fail(err, code, "not JSON (it holds a NUL)");
		return NULL;
	}
	/* jansson takes NULL for an error of ours, not for empty text */
	value = json_loadb(n ? p : "", n, JSON_REJECT_DUPLICATES, &why);
	if (value)
		return value;
	near = strstr(why.text, " near '");
	if (near)
		*near = '\0';
	kis_fail(err, code, "not JSON (line %d, column %d: %s)", why.line,
		why.column, why.text);
	return NULL;
}

int kis_json_is_cut(const char *p, size_t n)
{
	json_error_t why;
	json_t *value;

	take_over_memory();
	value = json_loadb(p, n, 0, &why);
	if (value)
		json_decref(value);
	return !value &&
	       json_error_code(&why) == json_error_premature_end_of_input;
}

char *kis_json_dump(json_t *value, size_t flags)
{
	char *text;

	take_over_memory();
	text = value ? json_dumps(value, flags) : NULL;
	json_decref(value);
	return text;
}

const char *kis_json_text(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}
