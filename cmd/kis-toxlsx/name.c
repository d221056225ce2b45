#include "cmd/kis-toxlsx/name.h"
#include "lib/text.h"

#include <string.h>

int name_takes(uint32_t c)
{
	return c >= 0x20 && c != 0x7f && c != 0xfffe && c != 0xffff;
}

void name_add(struct kis_buf *b, const char *text, size_t max_units)
{
	const char *end = text + strlen(text);

	while (text < end) {
		const char *from = text;
		uint32_t c = kis_text_utf8_next(&text, end);
		size_t units = c > 0xffff ? 2 : 1;

		if (units > max_units)
			return;
		max_units -= units;
		if (name_takes(c))
			kis_buf_add(b, from, (size_t)(text - from));
		else
			kis_buf_add(b, "_", 1);
	}
}
