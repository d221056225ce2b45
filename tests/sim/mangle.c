#include "tests/sim/mangle.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/sim/random.h"

enum { MAX_DELAY_MS = 60, MAX_HITS = 4 };

/* A sequence of random numbers, different for each response. */
struct chance {
	uint64_t seed, answer, next;
};

static size_t any(struct chance *c, size_t below)
{
	return below ? sim_mix(c->seed, c->answer, c->next++, 0) % below : 0;
}

static void flip(struct chance *c, struct sim_reply *r)
{
	for (size_t n = 1 + any(c, MAX_HITS); n > 0; n--)
		r->body[any(c, r->size)] ^= (char)(1 << any(c, 8));
}

static void overwrite(struct chance *c, struct sim_reply *r)
{
	static const char likely[] = "\"\\{}[],:0123456789. \n\0\xed\xa0\x80u";

	for (size_t n = 1 + any(c, MAX_HITS); n > 0; n--)
		r->body[any(c, r->size)] = likely[any(c, sizeof(likely) - 1)];
}

static void lose(struct chance *c, struct sim_reply *r)
{
	size_t at = any(c, r->size), n = 1 + any(c, r->size - at);

	if (any(c, 2))
		n = n % 16 + 1;
	if (n > r->size - at)
		n = r->size - at;
	memmove(r->body + at, r->body + at + n, r->size - at - n);
	r->size -= n;
}

static void repeat(struct chance *c, struct sim_reply *r)
{
	size_t from = any(c, r->size), n = 1 + any(c, r->size - from);
	char *piece = malloc(n);

	if (piece == NULL)
		err(EX_OSERR, NULL);
	memcpy(piece, r->body + from, n);
	sim_reply_insert(r, any(c, 2) ? from : any(c, r->size), piece, n);
	free(piece);
}

static void shorten(struct chance *c, struct sim_reply *r)
{
	r->size = any(c, r->size);
}

static void cut(struct chance *c, struct sim_reply *r)
{
	r->wire = SIM_WIRE_CUT;
	r->cut_at = 1 + any(c, r->size - 1);
}

static void (*const manners[])(struct chance *c, struct sim_reply *r) = {
	flip,
	overwrite,
	lose,
	repeat,
	shorten,
	cut,
};

enum { NMANNERS = sizeof(manners) / sizeof(manners[0]) };

static void note(const struct sim_call *call, const struct sim_reply *r)
{
	bool part = r->wire == SIM_WIRE_CUT;
	char path[4096];
	int fd;

	/* delete the file "sent" or "sent-part", whichever is not written
	 * below, so that only the file of the last response exists */
	snprintf(path, sizeof(path), "%s/sent%s", call->sim->dir,
		part ? "" : "-part");
	unlink(path);
	snprintf(path, sizeof(path), "%s/sent%s", call->sim->dir,
		part ? "-part" : "");
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, r->body, part ? r->cut_at : r->size) < 0)
		warn("%s", path);
	if (fd >= 0)
		close(fd);
}

void sim_mangle(struct sim_call *call, struct sim_reply *reply)
{
	struct chance c = {.seed = (uint64_t)call->sim->opt.mangle,
		.answer = ++call->sim->answers};

	if (call->sim->opt.mangle < 0 || reply->size == 0)
		return;
	if (any(&c, 8) == 0)
		sim_call_pause(call, (int)any(&c, MAX_DELAY_MS));
	else
		manners[any(&c, NMANNERS)](&c, reply);
	note(call, reply);
}
