#include "tests/sim/fault_act.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "tests/sim/bomb.h"
#include "tests/sim/call.h"
#include "tests/sim/reply.h"

#define UNUSED ((void)call, (void)f)

static void replace(struct sim_reply *reply, const char *text)
{
	char *body = strdup(text);

	if (body == NULL)
		err(EX_OSERR, NULL);
	sim_reply_bytes(reply, body, strlen(text));
}

/* Returns the offset of the byte after the first occurrence of "text" in the
 * body, or the size of the body if there is none. */
static size_t after(const struct sim_reply *reply, const char *text)
{
	const char *p = memmem(reply->body, reply->size, text, strlen(text));

	return p ? (size_t)(p - reply->body) + strlen(text) : reply->size;
}

/* Returns an offset within the first stock name of a ranking, or within the
 * token. For daily rows, which have no stock name, returns the size of the
 * body. */
static size_t within_text(
	const struct sim_call *call, const struct sim_reply *reply)
{
	return after(reply, call->target == SIM_ON_TOKEN
				    ? "\"access_token\":\"ey"
				    : "\"hts_kor_isnm\":\"");
}

SIM_ACT(slow)
{
	UNUSED;
	reply->wire = SIM_WIRE_SLOW;
}

SIM_ACT(stall)
{
	UNUSED;
	reply->wire = SIM_WIRE_STALL;
}

SIM_ACT(cut)
{
	UNUSED;
	reply->wire = SIM_WIRE_CUT;
}

SIM_ACT(huge)
{
	UNUSED;
	reply->wire = SIM_WIRE_FLOOD;
	reply->flood_size = 50 * 1000 * 1000;
}

SIM_ACT(endless)
{
	UNUSED;
	reply->wire = SIM_WIRE_FLOOD;
	reply->flood_size = 0;
}

SIM_ACT(gzip_bomb)
{
	size_t size;
	char *bomb = sim_bomb_make(&size);

	UNUSED;
	sim_reply_bytes(reply, bomb, size);
	reply->encoding = "gzip";
}

SIM_ACT(not_json)
{
	UNUSED;
	replace(reply, "OK, but not JSON\n");
}

SIM_ACT(array_json)
{
	UNUSED;
	sim_reply_insert(reply, 0, "[", 1);
	sim_reply_insert(reply, reply->size, "]", 1);
}

SIM_ACT(bom)
{
	UNUSED;
	sim_reply_insert(reply, 0, "\xef\xbb\xbf", 3);
}

SIM_ACT(junk_after)
{
	UNUSED;
	sim_reply_insert(reply, reply->size, "\n<!-- gateway -->", 17);
}

SIM_ACT(duplicate)
{
	const char *twin = call->target == SIM_ON_TOKEN
				   ? "\"access_token\":\"twin\","
				   : "\"rt_cd\":\"1\",";

	(void)f;
	sim_reply_insert(reply, 1, twin, strlen(twin));
}

SIM_ACT(duplicate_row)
{
	bool daily = call->target == SIM_ON_DAILY;
	const char *twin = daily ? "\"stck_clpr\":\"1\","
				 : "\"mksc_shrn_iscd\":\"999999\",";

	(void)f;
	sim_reply_insert(reply,
		after(reply, daily ? "\"output2\":[{" : "\"output\":[{"), twin,
		strlen(twin));
}

SIM_ACT(wrong_type)
{
	UNUSED;
	reply->type = sim_type_html;
}

SIM_ACT(invalid_utf8)
{
	(void)f;
	sim_reply_insert(reply, within_text(call, reply), "\xff\xc0\x80", 3);
}

SIM_ACT(nul_byte)
{
	(void)f;
	sim_reply_insert(reply, within_text(call, reply), "", 1);
}

SIM_ACT(nul_escape)
{
	(void)f;
	sim_reply_insert(reply, within_text(call, reply), "\\u0000", 6);
}

SIM_ACT(deep)
{
	enum { DEPTH = 10000 };
	char *nest = malloc(2 * DEPTH + 1);

	UNUSED;
	if (nest == NULL)
		err(EX_OSERR, NULL);
	memset(nest, '[', DEPTH);
	memset(nest + DEPTH, ']', DEPTH);
	replace(reply, "{\"output\":,\"rt_cd\":\"0\",\"msg_cd\":\"MCA00000\","
		       "\"msg1\":\"\"}");
	sim_reply_insert(reply, 10, nest, 2 * DEPTH);
	free(nest);
}
