#include "lib/ndjson_line.h"

#include <stdlib.h>
#include <string.h>

static void shape_init(struct kis_ndjson_shape *s)
{
	memset(s, 0, sizeof(*s));
	kis_buf_init(&s->keys, KIS_BUF_UNBOUND);
	kis_buf_init(&s->source, KIS_BUF_UNBOUND);
}

static void shape_release(struct kis_ndjson_shape *s)
{
	free(s->members);
	free(s->ahead);
	free(s->gaps);
	kis_buf_release(&s->keys);
	kis_buf_release(&s->source);
}

void kis_ndjson_line_init(struct kis_ndjson_line *l)
{
	shape_init(&l->now);
	shape_init(&l->before);
	l->known = 0;
	l->ahead_end = NULL;
	kis_buf_init(&l->copy, KIS_BUF_UNBOUND);
}

void kis_ndjson_line_release(struct kis_ndjson_line *l)
{
	shape_release(&l->now);
	shape_release(&l->before);
	kis_buf_release(&l->copy);
	kis_ndjson_line_init(l);
}

/* The line behind the last one was read with it; now it is its turn. */
static void turn_ahead(struct kis_ndjson_line *l, char **p)
{
	struct kis_member *members = l->now.members;

	l->now.members = l->now.ahead;
	l->now.ahead = members;
	*p = l->ahead_end;
	l->ahead_end = NULL;
}

int kis_ndjson_take(struct kis_ndjson_line *l, char **p, char *whole,
	int *same_keys, struct kis_err *err)
{
	char *line = *p, *stop;

	*same_keys = 1;
	if (l->ahead_end) {
		turn_ahead(l, p);
		return 1;
	}
	stop = memchr(line, '\n', (size_t)(whole - line));
	*p = stop + 1;
	if (*p < whole && kis_ndjson_scan_two(l, line, *p, &l->ahead_end))
		return 1;
	if (kis_ndjson_scan(l, line, *p))
		return 1;
	return kis_ndjson_exact(l, line, (size_t)(stop - line), same_keys, err);
}
