#include "tests/sim/options.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/clock.h"
#include "tests/sim/rate.h"

static int parse_long(const char *text, long min, long max, long *out)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < min || n > max) {
		warnx("'%s' is not a number from %ld to %ld", text, min, max);
		return -1;
	}
	*out = n;
	return 0;
}

static int parse_choice(const char *text, const char *const *choices)
{
	for (int i = 0; choices[i]; i++)
		if (strcmp(text, choices[i]) == 0)
			return i;
	warnx("'%s' is not among the choices", text);
	return -1;
}

static int parse_day(const char *text, long *out)
{
	if (sim_day_parse(text, out) == 0)
		return 0;
	warnx("'%s' is not a date YYYYMMDD", text);
	return -1;
}

static int set_dir(struct sim_options *o, const char *text)
{
	o->dir = text;
	return 0;
}

static int set_body(struct sim_options *o, const char *text)
{
	o->body = text;
	return 0;
}

static int set_prices(struct sim_options *o, const char *text)
{
	static const char *const names[] = {"log", "narrow", "equal", NULL};
	int i = parse_choice(text, names);

	o->prices = i < 0 ? SIM_PRICES_LOG : (enum sim_prices)i;
	return i < 0 ? -1 : 0;
}

static int set_bounds(struct sim_options *o, const char *text)
{
	static const char *const names[] = {
		"inclusive", "half-open", "exclusive", "ignored", NULL};
	int i = parse_choice(text, names);

	o->bounds = i < 0 ? SIM_BOUNDS_INCLUSIVE : (enum sim_bounds)i;
	return i < 0 ? -1 : 0;
}

static int set_today(struct sim_options *o, const char *text)
{
	return parse_day(text, &o->today);
}

static int set_holidays(struct sim_options *o, const char *text)
{
	char day[9];

	for (; *text; text += text[8] ? 9 : 8) {
		snprintf(day, sizeof(day), "%.8s", text);
		if (o->nholidays == SIM_MAX_HOLIDAYS ||
			parse_day(day, &o->holidays[o->nholidays]) < 0)
			return -1;
		o->nholidays++;
		if (text[8] != ',' && text[8] != '\0') {
			warnx("'%s': dates are separated by commas", text);
			return -1;
		}
	}
	return 0;
}

static int set_rollover(struct sim_options *o, const char *text)
{
	int h, m, used = 0;

	if (sscanf(text, "%2d:%2d%n", &h, &m, &used) != 2 || text[used] ||
		h < 0 || m < 0 || m > 59 || h * 60 + m > 24 * 60) {
		warnx("'%s' is not a time HH:MM up to 24:00", text);
		return -1;
	}
	o->rollover_min = h * 60 + m;
	return 0;
}

static int set_now(struct sim_options *o, const char *text)
{
	int h, m, s = 0, used = 0;

	if ((sscanf(text, "%2d:%2d%n:%2d%n", &h, &m, &used, &s, &used) < 2) ||
		text[used] || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 ||
		s > 59) {
		warnx("'%s' is not a time HH:MM or HH:MM:SS", text);
		return -1;
	}
	o->now_s = h * 3600 + m * 60 + s;
	return 0;
}

/* The assumptions that --assume sets (enum sim_assumption), with their possible
 * forms. The first form of each row is the default. */
static const struct {
	const char *name;
	const char *forms[5];
	const char *what;
} assumptions[SIM_ASSUMPTIONS] = {
	[SIM_TOKEN_SHAPE] = {"token-shape", {"jwt", "opaque"},
		"form of a token"},
	[SIM_EXPIRY_ZONE] = {"expiry-zone", {"kst", "utc"},
		"time zone of access_token_token_expired"},
	[SIM_HEADER_CASE] = {"header-case", {"lower", "title"},
		"letter case of the response headers tr_id, tr_cont, gt_uid"},
	[SIM_ORDER] = {"order", {"quantity", "ratio"},
		"order of a ranking: by short volume or by its ratio"},
	[SIM_DATES] = {"dates", {"first", "every"},
		"rows of a ranking that contain the base dates"},
	[SIM_ZERO] = {"zero", {"accepted", "refused"},
		"the filter value 0 (volume, class, excluded classes)"},
	[SIM_COUNTS] = {"counts", {"any", "listed"},
		"accepted values of FID_INPUT_CNT_1"},
	[SIM_CUSTTYPE] = {"custtype", {"optional", "required"},
		"the request header custtype"},
	[SIM_EMPTY] = {"empty", {"list", "missing", "null", "objects"},
		"field output of an empty ranking"},
	[SIM_TEXTS] = {"texts", {"recorded", "other"},
		"error messages for missing query keys and invalid values"},
	[SIM_BAD_TOKEN] = {"bad-token", {"500", "401"},
		"HTTP status for an unknown token"},
	[SIM_KEEP_ALIVE] = {"keep-alive", {"yes", "no"},
		"whether connections stay open"},
	[SIM_TLS] = {"tls", {"any", "1.3"}, "accepted TLS versions"},
	[SIM_WINDOW] = {"window", {"date1", "page"},
		"start of the running totals in daily rows"},
	[SIM_TODAY_ROW] = {"today-row", {"zero", "absent"},
		"daily row of today before the rollover"},
	[SIM_REVERSED] = {"reversed", {"object", "list", "objects"},
		"daily rows if DATE_1 is after DATE_2: [{}], [], [{},{}]"},
	[SIM_UNKNOWN_CODE] = {"unknown-code", {"list", "missing"},
		"daily rows of an unknown stock code"},
	[SIM_BEFORE_LISTING] = {"before-listing", {"none", "zero"},
		"daily rows before a stock is listed"},
	[SIM_SUSPENDED] = {"suspended", {"zero", "none"},
		"daily rows while a stock is suspended"},
	[SIM_SPLIT] = {"split", {"adjusted", "raw"},
		"prices and volumes of daily rows before a split"},
	[SIM_DIVISION] = {"division", {"j", "any"},
		"accepted values of FID_COND_MRKT_DIV_CODE"},
	[SIM_SUMS] = {"sums", {"equal", "differ"},
		"a ranking row compared with the sum of its daily rows"},
};

int sim_assumes(const struct sim_options *o, enum sim_assumption what)
{
	return o->assumed[what];
}

static int set_assumption(struct sim_options *o, const char *text)
{
	size_t n = strcspn(text, "=");

	for (int i = 0; i < SIM_ASSUMPTIONS; i++) {
		int form;

		if (strlen(assumptions[i].name) != n ||
			strncmp(assumptions[i].name, text, n) != 0)
			continue;
		form = parse_choice(
			text + n + (text[n] == '='), assumptions[i].forms);
		o->assumed[i] = form < 0 ? 0 : form;
		return form < 0 ? -1 : 0;
	}
	warnx("'%s': no such assumption", text);
	return -1;
}

static void print_assumptions(FILE *f)
{
	fputs("KIS does not document some of its behavior. --assume NAME=FORM "
	      "chooses\none of these; the first form is the default:\n",
		f);
	for (int i = 0; i < SIM_ASSUMPTIONS; i++) {
		fprintf(f, "  %s=%s", assumptions[i].name,
			assumptions[i].forms[0]);
		for (int k = 1; assumptions[i].forms[k]; k++)
			fprintf(f, "|%s", assumptions[i].forms[k]);
		fprintf(f, "  %s\n", assumptions[i].what);
	}
}

static int set_dump(struct sim_options *o, const char *text)
{
	(void)text;
	o->dump = true;
	return 0;
}

static int set_with_token(struct sim_options *o, const char *text)
{
	(void)text;
	o->with_token = true;
	return 0;
}

static int set_fault(struct sim_options *o, const char *text)
{
	return sim_fault_add(&o->faults, text);
}

#define NUMBER(member, min, max)                                               \
	NULL, offsetof(struct sim_options, member), min, max

static const struct row {
	const char *name;
	const char *arg; /* name of the option's argument, or NULL */
	const char *what;
	int (*set)(struct sim_options *o, const char *text);
	size_t at; /* offset of a long in sim_options, used if `set` is NULL */
	long min, max;
} rows[] = {
	{"dir", "DIR", "write env, ca.pem, requests.ndjson to DIR (required)",
		set_dir, 0, 0, 0},
	{"for", "SECONDS", "exit after SECONDS (default: on a signal)",
		NUMBER(for_s, 1, 1000000)},
	{"shares", "N", "simulate N stocks (default 2600)",
		NUMBER(shares, 0, 90000)},
	{"seed", "N", "generate market number N (default 1)",
		NUMBER(seed, 0, 2000000000)},
	{"prices", "KIND", "spread prices: log (default), narrow or equal",
		set_prices, 0, 0, 0},
	{"bounds", "KIND",
		"treat the limits of a price range as: inclusive\n"
		"                         (default), half-open, exclusive, "
		"ignored",
		set_bounds, 0, 0, 0},
	{"rate", "N", "accept N data requests in any second (default 18)",
		NUMBER(rate, 1, SIM_MAX_RATE)},
	{"minute", "SECONDS", "wait between two token issues (default 60)",
		NUMBER(minute_s, 0, 1000000)},
	{"token-life", "SECONDS", "lifetime of a token (default 86400)",
		NUMBER(token_life_s, 1, 1000000000)},
	{"token-keep", "SECONDS",
		"issue the same token again for SECONDS (default: a\n"
		"                         quarter of its lifetime)",
		NUMBER(token_keep_s, 0, 10000000)},
	{"with-token", NULL, "issue a token at the start and write DIR/token",
		set_with_token, 0, 0, 0},
	{"clock-skew", "SECONDS", "add SECONDS to the server's clock",
		NUMBER(clock_skew_s, -1000000000, 1000000000)},
	{"today", "YYYYMMDD", "set the clock to this day in Korea", set_today,
		0, 0, 0},
	{"now", "HH:MM[:SS]", "set the clock to this time in Korea", set_now, 0,
		0, 0},
	{"holidays", "LIST", "close the market on YYYYMMDD,...", set_holidays,
		0, 0, 0},
	{"rollover", "HH:MM",
		"time when today becomes the base date (default\n"
		"                         20:30; 24:00: never)",
		set_rollover, 0, 0, 0},
	{"cap", "N", "row limit of a ranking (default 30)",
		NUMBER(cap, 1, 10000)},
	{"page", "N", "row limit of daily rows (default 100)",
		NUMBER(page, 1, 10000)},
	{"newest", "N", "row limit if no date is given (default: --page)",
		NUMBER(newest, 1, 10000)},
	{"since", "YEAR", "start daily rows in YEAR (default 2009)",
		NUMBER(since, 1971, 2100)},
	{"assume", "NAME=FORM", "set an assumption, see below (repeatable)",
		set_assumption, 0, 0, 0},
	{"body", "FILE",
		"send FILE as every ranking, or, if it contains\n"
		"                         \"output2\", as all daily rows",
		set_body, 0, 0, 0},
	{"mangle", "SEED", "damage the bytes of each response at random",
		NUMBER(mangle, 0, 2000000000)},
	{"dump", NULL, "write the market to DIR/market.ndjson", set_dump, 0, 0,
		0},
	{"fault", "NAME",
		"cause the fault [token.|ranking.|daily.]NAME[:COUNT]\n"
		"                         (repeatable), see --list-faults",
		set_fault, 0, 0, 0},
};

enum {
	NROWS = sizeof(rows) / sizeof(rows[0]),
	OPT_HELP = 'h',
	OPT_LIST = 1000,
	OPT_ROW = 2000
};

static void print_usage(FILE *f)
{
	fputs("usage: kis-sim --dir DIR [options]\n", f);
	for (int i = 0; i < NROWS; i++)
		fprintf(f, "  --%-10s %-9s %s\n", rows[i].name,
			rows[i].arg ? rows[i].arg : "", rows[i].what);
	fputs("  --list-faults          print all faults\n"
	      "  --help                 print this help\n",
		f);
	print_assumptions(f);
}

static void fill_long(struct option *all)
{
	for (int i = 0; i < NROWS; i++) {
		all[i].name = rows[i].name;
		all[i].has_arg = rows[i].arg ? required_argument : no_argument;
		all[i].flag = NULL;
		all[i].val = OPT_ROW + i;
	}
	all[NROWS] = (struct option){"help", no_argument, NULL, OPT_HELP};
	all[NROWS + 1] =
		(struct option){"list-faults", no_argument, NULL, OPT_LIST};
	all[NROWS + 2] = (struct option){NULL, 0, NULL, 0};
}

static void set_defaults(struct sim_options *o)
{
	*o = (struct sim_options){
		.shares = 2600,
		.seed = 1,
		.rate = 18,
		.minute_s = 60,
		.token_life_s = 86400,
		.token_keep_s = -1,
		.today = -1,
		.mangle = -1,
		.rollover_min = 20 * 60 + 30,
		.now_s = -1,
		.cap = 30,
		.page = 100,
		.since = 2009,
	};
}

static int set_row(struct sim_options *o, const struct row *r, const char *text)
{
	if (r->set)
		return r->set(o, text);
	return parse_long(
		text, r->min, r->max, (long *)(void *)((char *)o + r->at));
}

static enum sim_parse parse_all(struct sim_options *o, int argc, char **argv)
{
	struct option all[NROWS + 3];
	int c;

	fill_long(all);
	while ((c = getopt_long(argc, argv, "h", all, NULL)) != -1) {
		if (c == OPT_HELP) {
			print_usage(stdout);
			return SIM_PARSE_DONE;
		}
		if (c == OPT_LIST) {
			sim_fault_list(stdout);
			return SIM_PARSE_DONE;
		}
		if (c < OPT_ROW || set_row(o, &rows[c - OPT_ROW], optarg) < 0)
			return SIM_PARSE_WRONG;
	}
	if (optind == argc && o->dir && *o->dir)
		return SIM_PARSE_RUN;
	warnx(optind < argc ? "unexpected argument" : "--dir is missing");
	return SIM_PARSE_WRONG;
}

enum sim_parse sim_options_parse(struct sim_options *o, int argc, char **argv)
{
	enum sim_parse verdict;

	set_defaults(o);
	verdict = parse_all(o, argc, argv);
	if (verdict == SIM_PARSE_WRONG)
		print_usage(stderr);
	sim_clock_set(o);
	if (o->token_keep_s < 0)
		o->token_keep_s = o->token_life_s / 4;
	return verdict;
}
