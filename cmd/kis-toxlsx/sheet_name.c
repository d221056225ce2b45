#include "cmd/kis-toxlsx/sheet_name.h"
#include "lib/buf.h"
#include "lib/mem.h"
#include "lib/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_UNITS = 31 };

static int may_stand(uint32_t c)
{
	if (c < 0x20 || c == 0x7f || c == 0xfffe || c == 0xffff)
		return 0;
	return c > 0x7f || !strchr("[]:*?/\\", (int)c);
}

/* Appends at most max_units of UTF-16. */
static void add_cut(struct kis_buf *b, const char *p, size_t max_units)
{
	const char *end = p + strlen(p);
	size_t units = 0;

	while (p < end) {
		const char *from = p;
		uint32_t c = kis_text_utf8_next(&p, end);

		units += c > 0xffff ? 2 : 1;
		if (units > max_units)
			return;
		if (may_stand(c))
			kis_buf_add(b, from, (size_t)(p - from));
		else
			kis_buf_add(b, "_", 1);
	}
}

/* Nothing may begin or end with an apostrophe. */
static void mend_ends(struct kis_buf *b)
{
	if (b->len && b->data[0] == '\'')
		b->data[0] = '_';
	if (b->len && b->data[b->len - 1] == '\'')
		b->data[b->len - 1] = '_';
	if (b->len == 0)
		kis_buf_add_str(b, "_");
}

static void numbered(struct kis_buf *b, const char *wanted, unsigned number)
{
	char tail[16] = "";

	if (number > 1)
		snprintf(tail, sizeof(tail), " (%u)", number);
	kis_buf_reset(b);
	add_cut(b, wanted, MAX_UNITS - strlen(tail));
	mend_ends(b);
	kis_buf_add_str(b, tail);
}

char *sheet_name_make(lxw_workbook *wb, const char *wanted)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	char *name;

	for (unsigned number = 1;; number++) {
		numbered(&b, wanted, number);
		if (strcasecmp(b.data, "History") != 0 &&
			!workbook_get_worksheet_by_name(wb, b.data))
			break;
	}
	name = kis_mem_dup(b.data);
	kis_buf_release(&b);
	return name;
}
