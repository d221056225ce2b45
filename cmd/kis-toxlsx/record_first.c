#include "cmd/kis-toxlsx/record_first.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>

/* One record is: this, then, unless the keys are those of the record before,
 * each key, then each value. */
struct head {
	size_t count;
	int same_keys;
};

/* A value's length and, in the low bits, what else is known of it. */
enum { KIND_BITS = 4, ESCAPED = 1 << 3, LENGTH_MAX = UINT32_MAX >> KIND_BITS };

_Static_assert((int)KIS_VALUE_NESTED < (int)ESCAPED, "a kind has three bits");
_Static_assert((int)KIS_NDJSON_MAX_LINE < (int)LENGTH_MAX, "no text is longer");

void first_records_init(struct first_records *h)
{
	memset(h, 0, sizeof(*h));
}

/* The most that a record takes. What is given back can be read as far as what
 * was taken: the slack. */
static size_t room_for(
	const struct kis_member *members, size_t count, int same_keys)
{
	size_t n = sizeof(struct head) + KIS_NDJSON_SLACK;

	for (size_t i = 0; i < count; i++) {
		n += sizeof(uint32_t) + members[i].text_len;
		if (!same_keys)
			n += sizeof(members[i].key_len) + members[i].key_len;
	}
	return n;
}

/* A large record has a block to itself: the rest of one would be lost. */
static struct kis_buf *add_block(struct first_records *h, size_t n)
{
	struct kis_buf *b;

	h->blocks = kis_mem_resize(h->blocks, h->count + 1, sizeof(*b));
	b = &h->blocks[h->count++];
	kis_buf_init(b, KIS_BUF_UNBOUND);
	kis_buf_reserve(
		b, n > FIRST_RECORDS_BLOCK / 4 ? n : FIRST_RECORDS_BLOCK);
	return b;
}

/* The block that takes n bytes more. */
static struct kis_buf *block_for(struct first_records *h, size_t n)
{
	struct kis_buf *b = h->count ? &h->blocks[h->count - 1] : NULL;

	return b && b->cap - b->len >= n ? b : add_block(h, n);
}

static char *put(char *to, const void *p, size_t n)
{
	memcpy(to, p, n);
	return to + n;
}

static char *put_key(char *to, const struct kis_member *m)
{
	to = put(to, &m->key_len, sizeof(m->key_len));
	return put(to, m->key, m->key_len);
}

static char *put_value(char *to, const struct kis_member *m)
{
	uint32_t head = (uint32_t)m->text_len << KIND_BITS |
			(m->escaped ? ESCAPED : 0) | (uint32_t)m->value;

	to = put(to, &head, sizeof(head));
	/* most are short, and a copy of a fixed length needs no call */
	if (m->text_len > KIS_NDJSON_SLACK)
		return put(to, m->text, m->text_len);
	memcpy(to, m->text, KIS_NDJSON_SLACK);
	return to + m->text_len;
}

int first_records_add(struct first_records *h, const struct kis_member *members,
	size_t count, int same_keys)
{
	size_t n = room_for(members, count, same_keys);
	struct head head;
	struct kis_buf *b;
	char *to;

	if (h->records == FIRST_RECORDS_MAX ||
		n > FIRST_RECORDS_BYTES - h->bytes)
		return 0;
	b = block_for(h, n);
	memset(&head, 0, sizeof(head));
	head.count = count;
	head.same_keys = same_keys;
	to = put(b->data + b->len, &head, sizeof(head));
	for (size_t i = 0; !same_keys && i < count; i++)
		to = put_key(to, &members[i]);
	for (size_t i = 0; i < count; i++)
		to = put_value(to, &members[i]);
	n = (size_t)(to - b->data) - b->len;
	b->len += n;
	h->bytes += n;
	h->records++;
	return 1;
}

static const char *take(struct first_records *h, size_t n)
{
	const char *p = h->blocks[h->block].data + h->at;

	h->at += n;
	return p;
}

/* Values lie unaligned among text. */
static void take_into(struct first_records *h, void *to, size_t n)
{
	memcpy(to, take(h, n), n);
}

/* The block to read from; 0 at the end. One that was read is given back,
 * unless the keys lie there. */
static int seek(struct first_records *h)
{
	if (h->block < h->count && h->at == h->blocks[h->block].len) {
		if (h->block != h->keys)
			kis_buf_release(&h->blocks[h->block]);
		h->block++;
		h->at = 0;
	}
	return h->block < h->count;
}

static void take_keys(struct first_records *h, size_t count)
{
	if (h->keys != h->block)
		kis_buf_release(&h->blocks[h->keys]);
	h->keys = h->block;
	for (size_t i = 0; i < count; i++) {
		struct kis_member *m = &h->members[i];

		take_into(h, &m->key_len, sizeof(m->key_len));
		m->key = take(h, m->key_len);
	}
}

int first_records_next(struct first_records *h,
	const struct kis_member **members, size_t *count, int *same_keys)
{
	struct head head;

	if (!seek(h))
		return 0;
	take_into(h, &head, sizeof(head));
	if (head.count > h->room) {
		h->members = kis_mem_resize(
			h->members, head.count, sizeof(*h->members));
		h->room = head.count;
	}
	if (!head.same_keys)
		take_keys(h, head.count);
	for (size_t i = 0; i < head.count; i++) {
		struct kis_member *m = &h->members[i];
		uint32_t value;

		take_into(h, &value, sizeof(value));
		m->value = value & (ESCAPED - 1);
		m->escaped = (value & ESCAPED) != 0;
		m->text_len = value >> KIND_BITS;
		m->text = take(h, m->text_len);
	}
	*members = h->members;
	*count = head.count;
	*same_keys = head.same_keys;
	return 1;
}

void first_records_release(struct first_records *h)
{
	for (size_t i = 0; i < h->count; i++)
		kis_buf_release(&h->blocks[i]);
	free(h->blocks);
	free(h->members);
	memset(h, 0, sizeof(*h));
}
