#include "cmd/kis-toxlsx/sheet_name.h"
#include "cmd/kis-toxlsx/name.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_UNITS = 31 };

/* What a name may hold, but a sheet's may not. */
static void mend_inside(struct kis_buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (memchr("[]:*?/\\", b->data[i], 7))
			b->data[i] = '_';
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
	name_add(b, wanted, MAX_UNITS - strlen(tail));
	mend_inside(b);
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
