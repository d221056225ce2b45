#ifndef SIM_CALL_H
#define SIM_CALL_H
/*
 * One request on its way through the server, and the whole server's state.
 * Who answers reads the call and fills a reply (reply.h); faults may change
 * either.
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
	char *dir; /* absolute */
	char appkey[SIM_KEY_SIZE];
	char appsecret[SIM_SECRET_SIZE];
	struct sim_market market;
	long since; /* the first day of daily rows */
	struct sim_tokens tokens;
	struct sim_rate rate;
	struct sim_uids uids;
	struct sim_log log;
	char *body; /* of --body, or NULL */
	size_t body_size;
	int quit_fd; /* readable when the server ends */
	int port;
	int other_port; /* another host, in TLS */
	int plain_port; /* another host, without */
	atomic_ulong connections;
	atomic_ulong moves;   /* requests that moved the prices */
	atomic_ulong answers; /* that could be damaged */
};

/* What the ranking or the daily rows are asked for; prices in won. */
struct sim_query {
	unsigned market; /* a bit of sim_markets */
	int count;       /* business days, or */
	int months;
	int64_t low;
	int64_t high;   /* INT64_MAX: no limit */
	unsigned mask;  /* classes left out */
	int cap;        /* rows at most */
	bool hole;      /* 1,900 to 2,000 won are left out */
	uint64_t shake; /* see sim_market_price */
	/* of the daily rows: */
	int64_t share; /* index into the market; -1: no such code */
	long from, to; /* days, both inclusive */
	bool blank;    /* neither day was given */
};

struct sim_call {
	struct sim *sim;
	struct MHD_Connection *mhd;
	const char *method;
	const char *path;
	bool other; /* it came to another host */
	bool tls;
	unsigned long conn; /* number of the connection, from 1 */
	char *upload;
	size_t upload_size;
	unsigned target;   /* SIM_ON_TOKEN, _RANKING, _DAILY or 0 */
	const char *fault; /* name of the fault applied, or NULL */
	struct sim_query query;
	struct sim_issue issue;
};

/* Waits; -1 when the server ends or the client has gone meanwhile. */
int sim_call_pause(const struct sim_call *call, int ms);

/* The tr_id that the called path wants. */
const char *sim_call_tr_id(const struct sim_call *call);

/* A request header, however its name is written, or NULL. */
const char *sim_call_header(const struct sim_call *call, const char *name);

#endif
