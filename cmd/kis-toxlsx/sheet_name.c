#include "cmd/kis-toxlsx/sheet_name.h"
#include "cmd/kis-toxlsx/name.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

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

/* The library tells names apart by ASCII's case alone, Excel by all. */
static int is_taken(
	struct writer *const *sheets, size_t count, const char *name)
{
	struct kis_buf mine = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	struct kis_buf other = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	int taken;

	name_fold(&mine, name, strlen(name));
	taken = strcmp(mine.data, "history") == 0;
	for (size_t i = 0; i < count && !taken; i++) {
		name_fold(&other, sheets[i]->name, strlen(sheets[i]->name));
		taken = strcmp(mine.data, other.data) == 0;
	}
	kis_buf_release(&mine);
	kis_buf_release(&other);
	return taken;
}

char *sheet_name_make(
	struct writer *const *sheets, size_t count, const char *wanted)
{
	struct kis_buf b = KIS_BUF_INIT(KIS_BUF_UNBOUND);
	char *name;
	unsigned number = 1;

	do
		numbered(&b, wanted, number++);
	while (is_taken(sheets, count, b.data));
	name = kis_mem_dup(b.data);
	kis_buf_release(&b);
	return name;
}
