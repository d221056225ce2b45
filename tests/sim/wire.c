#include "tests/sim/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/clock.h"
#include "tests/sim/random.h"

enum { PIECES = 30, PIECE_MS = 100, BLOCK = 16384, UID = 32 };

/* The state of the callback that passes the body to libmicrohttpd. The
 * MHD_Response owns this struct and its body. */
struct stream {
	struct sim_call *call;
	enum sim_wire wire;
	char *body;
	size_t size;
	size_t flood_size;
	size_t cut_at;
};

static const char flood_head[] = "{\"output\":[";
static const char flood_row[] =
	"{\"mksc_shrn_iscd\":\"000010\","
	"\"hts_kor_isnm\":\"홍수\",\"stck_prpr\":\"1000\",\"prdy_vrss\":\"0\","
	"\"prdy_vrss_sign\":\"3\",\"prdy_ctrt\":\"0.00\",\"acml_vol\":\"9\","
	"\"acml_tr_pbmn\":\"9000\",\"ssts_cntg_qty\":\"1\","
	"\"ssts_vol_rlim\":\"11.11\",\"ssts_tr_pbmn\":\"1000\","
	"\"ssts_tr_pbmn_rlim\":\"11.11\",\"stnd_date1\":\"0\","
	"\"stnd_date2\":\"0\",\"avrg_prc\":\"1000\"},";

static char flood_byte(uint64_t at)
{
	if (at < sizeof(flood_head) - 1)
		return flood_head[at];
	return flood_row[(at - sizeof(flood_head) + 1) %
			 (sizeof(flood_row) - 1)];
}

static ssize_t read_flood(
	const struct stream *s, uint64_t at, char *out, size_t max)
{
	if (s->flood_size && max > s->flood_size - at)
		max = (size_t)(s->flood_size - at);
	for (size_t i = 0; i < max; i++)
		out[i] = flood_byte(at + i);
	return (ssize_t)max;
}

static ssize_t read_part(
	const struct stream *s, uint64_t at, char *out, size_t max)
{
	size_t end = s->wire == SIM_WIRE_SLOW ? s->size
		     : s->cut_at              ? s->cut_at
					      : s->size / 2;

	if (at >= end) {
		if (s->wire == SIM_WIRE_STALL)
			sim_call_pause(s->call, -1);
		return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	if (s->wire == SIM_WIRE_SLOW) {
		if (sim_call_pause(s->call, PIECE_MS) < 0)
			return MHD_CONTENT_READER_END_WITH_ERROR;
		if (max > s->size / PIECES + 1)
			max = s->size / PIECES + 1;
	}
	if (max > end - at)
		max = (size_t)(end - at);
	memcpy(out, s->body + at, max);
	return (ssize_t)max;
}

static ssize_t read_stream(void *state, uint64_t at, char *out, size_t max)
{
	const struct stream *s = state;

	return s->wire == SIM_WIRE_FLOOD ? read_flood(s, at, out, max)
					 : read_part(s, at, out, max);
}

static void free_stream(void *state)
{
	struct stream *s = state;

	free(s->body);
	free(s);
}

static struct MHD_Response *stream_response(
	struct sim_call *call, struct sim_reply *reply)
{
	struct stream *s = calloc(1, sizeof(*s));
	uint64_t total = reply->size;

	if (s == NULL)
		return NULL;
	*s = (struct stream){call, reply->wire, reply->body, reply->size,
		reply->flood_size, reply->cut_at};
	reply->body = NULL;
	if (s->wire == SIM_WIRE_FLOOD)
		total = s->flood_size ? s->flood_size : MHD_SIZE_UNKNOWN;
	return MHD_create_response_from_callback(
		total, BLOCK, read_stream, s, free_stream);
}

static struct MHD_Response *whole_response(struct sim_reply *reply)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(reply->size,
		reply->body ? reply->body : (void *)"",
		reply->body ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);

	if (r)
		reply->body = NULL;
	return r;
}

static void add(struct MHD_Response *r, const char *name, const char *value)
{
	if (value && *value)
		MHD_add_response_header(r, name, value);
}

/* KIS's gateway sends the names tr_id, tr_cont and gt_uid in lower case and
 * capitalizes the other header names, as in Content-Type. */
static void add_headers(const struct sim_call *call,
	const struct sim_reply *reply, struct MHD_Response *r)
{
	int title = sim_assumes(&call->sim->opt, SIM_HEADER_CASE);
	char date[SIM_TIME_TEXT], uid[UID + 1];

	sim_clock_http(sim_clock_ms(&call->sim->opt), date);
	add(r, "Date", date);
	add(r, "Content-Type", reply->type);
	add(r, "Content-Encoding", reply->encoding);
	add(r, "Retry-After", reply->retry_after);
	add(r, "Location", reply->location);
	if (sim_assumes(&call->sim->opt, SIM_KEEP_ALIVE))
		add(r, "Connection", "close");
	if (!reply->tr_id)
		return;
	sim_secret(uid, UID);
	add(r, title ? "Tr_id" : "tr_id", reply->tr_id);
	/* send " ", which a client reads as an empty value, because
	 * libmicrohttpd rejects an empty header value */
	add(r, title ? "Tr_cont" : "tr_cont", " ");
	add(r, title ? "Gt_uid" : "gt_uid", uid);
}

enum MHD_Result sim_wire_send(struct sim_call *call, struct sim_reply *reply)
{
	struct MHD_Response *r;
	enum MHD_Result result;

	if (reply->wire == SIM_WIRE_HANG) {
		sim_call_pause(call, -1);
		return MHD_NO;
	}
	r = reply->wire == SIM_WIRE_WHOLE ? whole_response(reply)
					  : stream_response(call, reply);
	if (r == NULL)
		return MHD_NO;
	add_headers(call, reply, r);
	result = MHD_queue_response(call->mhd, reply->status, r);
	MHD_destroy_response(r);
	return result;
}
