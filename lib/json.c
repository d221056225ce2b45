#include "lib/json.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

/* Only what is freed matters: blocks from before are malloc()'s as well. */
static void wipe_what_is_freed(void)
{
	json_set_alloc_funcs(malloc, kis_mem_free_wiped);
}

json_t *kis_json_parse(const char *p, size_t n, int code, struct kis_err *err)
{
	json_error_t why;
	json_t *value;
	char *near;

	wipe_what_is_freed();
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

char *kis_json_dump(json_t *value, size_t flags)
{
	char *text;

	wipe_what_is_freed();
	text = value ? json_dumps(value, flags) : NULL;
	json_decref(value);
	return text;
}

const char *kis_json_text(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}
