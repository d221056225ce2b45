#include "lib/names.h"
#include "lib/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

/* Returns a random seed, taken from the random bytes that the kernel gives each
 * process (AT_RANDOM). */
static uint64_t make_seed(void)
{
	const char *random = (const char *)getauxval(AT_RANDOM);
	uint64_t value = 0;

	if (random)
		memcpy(&value, random, sizeof(value));
	return value;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product =
		(__extension__(unsigned __int128) a) * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_of(const struct kis_names *names, const char *p, size_t n)
{
	uint64_t secret = names->seed, hash = secret ^ n, word;

	for (; n >= sizeof(word); p += sizeof(word), n -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		hash = mix(hash ^ word, secret ^ UINT64_C(0x9E3779B97F4A7C15));
	}
	word = 0;
	memcpy(&word, p, n);
	return mix(hash ^ word, secret ^ UINT64_C(0xD6E8FEB86659FD93));
}

static size_t slot_of(
	const struct kis_names *names, const char *p, size_t n, uint64_t hash)
{
	size_t mask = names->slot_count - 1, at = (size_t)hash & mask;

	for (; names->slots[at]; at = (at + 1) & mask) {
		const struct kis_name *name =
			&names->list[names->slots[at] - 1];

		if (name->hash == hash && name->len == n &&
			memcmp(name->text, p, n) == 0)
			break;
	}
	return at;
}

static void grow(struct kis_names *names)
{
	size_t mask;

	if (names->cap == 0)
		names->seed = make_seed();
	names->cap = names->cap ? names->cap * 2 : 32;
	names->list =
		kis_mem_resize(names->list, names->cap, sizeof(*names->list));
	free(names->slots);
	names->slot_count = names->cap * 2;
	names->slots = kis_mem_new(names->slot_count, sizeof(*names->slots));
	mask = names->slot_count - 1;
	for (size_t i = 0; i < names->count; i++) {
		size_t at = (size_t)names->list[i].hash & mask;

		while (names->slots[at])
			at = (at + 1) & mask;
		names->slots[at] = (uint32_t)i + 1;
	}
}

size_t kis_names_add(struct kis_names *names, const char *p, size_t n)
{
	uint64_t hash;
	size_t at;

	if (names->count == names->cap)
		grow(names);
	hash = hash_of(names, p, n);
	at = slot_of(names, p, n, hash);
	if (names->slots[at])
		return names->slots[at] - 1;
	names->list[names->count] = (struct kis_name){
		.text = kis_mem_copy(p, n), .len = n, .hash = hash};
	names->slots[at] = (uint32_t)++names->count;
	return names->count - 1;
}

size_t kis_names_find(const struct kis_names *names, const char *p, size_t n)
{
	size_t at;

	if (names->count == 0)
		return SIZE_MAX;
	at = slot_of(names, p, n, hash_of(names, p, n));
	return names->slots[at] ? names->slots[at] - 1 : SIZE_MAX;
}

void kis_names_release(struct kis_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->list[i].text);
	free(names->list);
	free(names->slots);
	memset(names, 0, sizeof(*names));
}
