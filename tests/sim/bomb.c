#include "tests/sim/bomb.h"

#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum {
	RUNS = 260112, /* number of runs of 258 spaces; together 64 MiB */
	RUN = 258,
	ROOM = RUNS * 13 / 8 + 1024
};

static const char head[] = "{\"output\":[ ";
static const char tail[] =
	"],\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\",\"msg1\":\"\"}";

struct bits {
	unsigned char *at;
	uint32_t held;
	int n;
	uint32_t crc, total;
};

/* Deflate (RFC 1951) stores numbers with the lowest bit first. */
static void put_bits(struct bits *b, uint32_t value, int n)
{
	b->held |= value << b->n;
	for (b->n += n; b->n >= 8; b->n -= 8) {
		*b->at++ = (unsigned char)b->held;
		b->held >>= 8;
	}
}

/* Deflate stores Huffman codes with the highest bit first. */
static void put_code(struct bits *b, uint32_t code, int n)
{
	while (n-- > 0)
		put_bits(b, code >> n & 1, 1);
}

static void count(struct bits *b, unsigned char c)
{
	b->crc ^= c;
	for (int i = 0; i < 8; i++)
		b->crc = b->crc >> 1 ^ (b->crc & 1 ? 0xedb88320u : 0);
	b->total++;
}

/* In deflate's fixed codes, a byte below 144 has an eight-bit code, which is
 * 0x30 plus the byte. */
static void put_text(struct bits *b, const char *text)
{
	for (; *text; text++) {
		put_code(b, 0x30u + (unsigned char)*text, 8);
		count(b, (unsigned char)*text);
	}
}

/* Repeats the previous byte, which must be a space, 258 times. Deflate writes
 * the length 258 as symbol 285 (code 0xc5) and the distance 1 as five zero
 * bits. */
static void put_run(struct bits *b)
{
	put_code(b, 0xc5, 8);
	put_code(b, 0, 5);
	for (int i = 0; i < RUN; i++)
		count(b, ' ');
}

char *sim_bomb_make(size_t *size)
{
	static const unsigned char magic[10] = {
		0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
	unsigned char *bomb = malloc(ROOM);
	struct bits b = {bomb + sizeof(magic), 0, 0, 0xffffffffu, 0};

	if (bomb == NULL)
		err(EX_OSERR, NULL);
	memcpy(bomb, magic, sizeof(magic));
	/* block header of deflate: the last block, with fixed codes */
	put_bits(&b, 1 | 1 << 1, 3);
	put_text(&b, head);
	for (int i = 0; i < RUNS; i++)
		put_run(&b);
	put_text(&b, tail);
	put_code(&b, 0, 7);
	put_bits(&b, 0, (8 - b.n) % 8);
	put_bits(&b, ~b.crc & 0xffff, 16);
	put_bits(&b, ~b.crc >> 16, 16);
	put_bits(&b, b.total & 0xffff, 16);
	put_bits(&b, b.total >> 16, 16);
	*size = (size_t)(b.at - bomb);
	return (char *)bomb;
}
