#include "cmd/kis-toxlsx/changes.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

static struct changes_row *row_of(struct changes *c, const char *code, size_t n)
{
	size_t known = c->codes.count, i = kis_names_add(&c->codes, code, n);

	if (c->room < c->codes.cap) {
		c->room = c->codes.cap;
		c->rows = kis_mem_resize(c->rows, c->room, sizeof(*c->rows));
	}
	if (i == known)
		memset(&c->rows[i], 0, sizeof(c->rows[i]));
	return &c->rows[i];
}

int changes_add(struct changes *c, uint64_t day, const char *code, size_t n,
	struct changes_row *row)
{
	struct changes_row *last, now = *row;
	int has;

	if (day > c->day) {
		c->before = c->day;
		c->day = day;
	}
	c->descends |= day < c->day;
	if (c->descends)
		return 0;
	last = row_of(c, code, n);
	has = c->before && last->day == c->before;
	row->rank = last->rank - now.rank;
	row->ratio = now.ratio - last->ratio;
	*last = now;
	last->day = day;
	return has;
}

void changes_release(struct changes *c)
{
	kis_names_release(&c->codes);
	free(c->rows);
	memset(c, 0, sizeof(*c));
}
