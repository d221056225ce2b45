#ifndef SIM_CALL_H
#define SIM_CALL_H
/*
 * Declares the state of one request (struct sim_call) and of the whole server
 * (struct sim). The functions that respond to a request read its struct
 * sim_call and fill a reply (reply.h). A fault may change the request or the
 * reply.
 */
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sim/log.h"
#include "tests/sim/market.h"
#include "tests/sim/options.h"
#include "tests/sim/rate.h"
#include "tests/sim/token.h"

enum { SIM_KEY_SIZE = 37, SIM_SECRET_SIZE = 181, SIM_MAX_UPLOAD = 65536 };

struct sim {
	struct sim_options opt;
	char *dir; /* absolute path of --dir; owned */
	char appkey[SIM_KEY_SIZE];
	char appsecret[SIM_SECRET_SIZE];
	struct sim_market market;
	long since; /* first day for which daily rows exist */
	struct sim_tokens tokens;
	struct sim_rate rate;
	struct sim_uids uids;
	struct sim_log log;
	char *body; /* content of --body, or NULL; owned */
	size_t body_size;
	int quit_fd; /* becomes readable when the server ends */
	int port;
	int other_port; /* port of the other host (server.h), with TLS */
	int plain_port; /* port of the other host (server.h), without TLS */
	atomic_ulong connections;
	atomic_ulong moves; /* number of times that the fault "moving" acted */
	atomic_ulong answers; /* number of responses so far, for --mangle */
};

/* A parsed query for a ranking or for daily rows. Prices are in won. */
struct sim_query {
	unsigned market; /* one of the bits SIM_ALL to SIM_KOSDAQ150 */
	int count;       /* period in business days, if months is 0 */
	int months;      /* period in calendar months, or 0 */
	int64_t low;
	int64_t high;   /* INT64_MAX: no upper limit */
	unsigned mask;  /* omit stocks that have one of these sim_share.classes
			   bits */
	int cap;        /* maximum number of rows in the response */
	bool hole;      /* true: omit stocks priced 1,900 to 2,000 won */
	uint64_t shake; /* argument "shake" of sim_market_price() */
	/* The remaining fields are used only for daily rows. */
	int64_t share; /* index of the stock in the market; -1: unknown code */
	long from, to; /* first and last queried day (clock.h) */
	bool blank;    /* true: the query has no dates */
};

struct sim_call {
	struct sim *sim;
	struct MHD_Connection *mhd;
	const char *method;
	const char *path;
	bool other; /* true: the request was sent to the other host */
	bool tls;
	unsigned long conn; /* number of the connection, counted from 1 */
	char *upload;       /* body of the request, or NULL; owned */
	size_t upload_size;
	unsigned target; /* SIM_ON_TOKEN, SIM_ON_RANKING, SIM_ON_DAILY, or 0 */
	const char *fault; /* name of the applied fault, or NULL */
	struct sim_query query;
	struct sim_issue issue;
};

/* Waits ms milliseconds, or without limit if ms is -1. Returns 0, or -1 if the
 * server ends or the client disconnects first. */
int sim_call_pause(const struct sim_call *call, int ms);

/* Returns the tr_id that the requested path requires. */
const char *sim_call_tr_id(const struct sim_call *call);

/* Returns the value of a request header, or NULL if the request does not have
 * the header. The letter case of name is ignored. Borrows from call. */
const char *sim_call_header(const struct sim_call *call, const char *name);

#endif
