/*
 * kis-token prints one access token of the Korea Investment & Securities Open
 * API and a newline. It keeps the token in a cache and reuses it until
 * shortly before it expires, because every issue sends the account's owner a
 * message and the server issues one a minute at most. kis-token.1 is the
 * manual.
 */
#include "cmd/kis-token/obtain.h"
#include "cmd/kis-token/setup.h"
#include "lib/cli.h"
#include "lib/config.h"
#include "lib/output.h"
#include "lib/process.h"
#include "lib/when.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* clang-format off */
static const char usage[] =
"usage: kis-token [-hqVv] [-o FILE] [-p NAME] [--force] [--wait SECONDS]\n"
"       kis-token --status [-qv] [-o FILE] [-p NAME]\n"
"       kis-token --setup [-qv] [-p NAME] [--wait SECONDS]\n"
"       kis-token --revoke [-qv] [-p NAME]\n"
"\n"
"Prints an access token of the KIS Open API, from the cache while one is\n"
"good: each new one sends the account's owner a message.\n"
"\n"
"  kis-token --setup                 the first time: asks for the key\n"
"  kis-token | kis-fetch -m kosdaq   what it is for\n"
"  kis-token --status                is there a token, until when\n"
"\n"
"Instead of printing a token\n"
"      --setup          ask for key and secret (two lines on a pipe), try\n"
"                       them, keep them\n"
"      --status         until when the cached token is valid; no network\n"
"      --revoke         revoke the cached token at the server\n"
"How\n"
"  -p, --profile NAME   a profile of the credentials file\n"
"      --force          a new token even if the cached one seems good\n"
"      --wait SECONDS   wait for the one-a-minute rule (default 65; 0: give\n"
"                       up at once with 75)\n"
"Output and messages\n"
"  -o, --output FILE    write there (0600, whole or not at all)\n"
"  -q, --quiet          errors only\n"
"  -v, --verbose        say what is done\n"
"  -h, --help           this text\n"
"  -V, --version        the version\n"
"\n"
"Credentials: -p NAME, else KIS_APPKEY with KIS_APPSECRET, else systemd's\n"
"credentials, else profile $KIS_PROFILE or \"default\" of\n"
"~/.config/kis/credentials.json.\n"
"\n"
"Exit status: 0 done, 64 usage, 69 refused, 71 system, 73 74 output,\n"
"75 try later, 76 not the documented answer, 77 key rejected (--status: no\n"
"usable token), 78 configuration.\n"
"More: man kis-token, man kis-credentials, man kis.\n";
/* clang-format on */

enum mode { PRINT, SETUP, STATUS, REVOKE };

struct opts {
	struct kis_cli cli;
	const char *profile;
	enum mode mode;
	int modes; /* how many were asked for */
	int force;
	long wait_s;
};

enum { OPT_FORCE = 256, OPT_WAIT, OPT_SETUP, OPT_STATUS, OPT_REVOKE };

static const struct option longs[] = {
	KIS_CLI_LONG,
	{"profile", required_argument, NULL, 'p'},
	{"force", no_argument, NULL, OPT_FORCE},
	{"wait", required_argument, NULL, OPT_WAIT},
	{"setup", no_argument, NULL, OPT_SETUP},
	{"status", no_argument, NULL, OPT_STATUS},
	{"revoke", no_argument, NULL, OPT_REVOKE},
	{NULL, 0, NULL, 0},
};

static void set_mode(struct opts *o, enum mode mode)
{
	o->modes += o->modes == 0 || o->mode != mode;
	o->mode = mode;
}

static int take_option(struct opts *o, int opt, struct kis_err *err)
{
	switch (opt) {
	case 'p':
		o->profile = optarg;
		return 0;
	case OPT_FORCE:
		o->force = 1;
		return 0;
	case OPT_WAIT:
		return kis_cli_number(
			"--wait", optarg, 0, 86400, &o->wait_s, err);
	case OPT_SETUP:
		set_mode(o, SETUP);
		return 0;
	case OPT_STATUS:
		set_mode(o, STATUS);
		return 0;
	case OPT_REVOKE:
		set_mode(o, REVOKE);
		return 0;
	default:
		kis_cli_option(&o->cli, opt);
		return 0;
	}
}

static int parse(struct opts *o, int argc, char **argv, struct kis_err *err)
{
	int opt;

	while ((opt = getopt_long(
			argc, argv, KIS_CLI_SHORT "p:", longs, NULL)) != -1)
		if (take_option(o, opt, err) < 0)
			return -1;
	if (optind < argc)
		return kis_cli_wrong(
			err, "'%s': kis-token takes no operands", argv[optind]);
	if (o->modes > 1)
		return kis_cli_wrong(err,
			"--setup, --status and --revoke do not go together");
	if (o->mode != PRINT && o->force)
		return kis_cli_wrong(err, "--force is for printing a token");
	if ((o->mode == SETUP || o->mode == REVOKE) && o->cli.output)
		return kis_cli_wrong(err,
			"--setup and --revoke print nothing: there is nothing "
			"for -o");
	if (o->profile && !*o->profile)
		return kis_cli_wrong(err, "the profile's name is empty");
	return 0;
}

static int open_output(
	struct kis_output *out, const struct opts *o, struct kis_err *err)
{
	return kis_output_open_until(out, o->cli.output, 1,
		kis_when_ms() + (o->wait_s + 1) * 1000, err);
}

static int print_line(
	struct kis_output *out, const char *line, struct kis_err *err)
{
	if (kis_output_write(out, line, strlen(line), err) < 0 ||
		kis_output_write(out, "\n", 1, err) < 0)
		return -1;
	return kis_output_publish(out, err);
}

/* The output first: a token that cannot be put anywhere is not asked for. */
static int print_token(
	const struct opts *o, struct job *job, struct kis_err *err)
{
	struct kis_output out = KIS_OUTPUT_INIT;
	struct state st = {0};
	int rc = open_output(&out, o, err);

	if (rc == 0)
		rc = obtain_token(job, &st, err);
	if (rc == 0)
		rc = print_line(&out, st.token, err);
	state_release(&st);
	kis_output_release(&out);
	return rc;
}

static int print_status(
	const struct opts *o, struct job *job, struct kis_err *err)
{
	struct kis_output out = KIS_OUTPUT_INIT;
	char line[512], until[KIS_WHEN_TEXT];
	time_t now = time(NULL);
	struct state st = {0};
	int usable, rc;
	long left;

	obtain_cached(job, &st);
	left = (long)(st.expires - now);
	usable = state_is_usable(&st, now) && left > 0;
	kis_when_text_kst(st.expires, until);
	state_release(&st);
	if (!usable)
		return kis_fail(err, KIS_EX_AUTH,
			"no usable token in the cache for %s; kis-token gets "
			"one",
			job->config->source);
	snprintf(line, sizeof(line),
		"valid until %s Korean time (%ld h %02ld min), %s", until,
		left / 3600, left % 3600 / 60, job->config->source);
	rc = open_output(&out, o, err);
	if (rc == 0)
		rc = print_line(&out, line, err);
	kis_output_release(&out);
	return rc;
}

static int run(const struct opts *o, struct kis_err *err)
{
	struct kis_config config = {0};
	struct job job = {.config = &config,
		.say = &o->cli.say,
		.force = o->force,
		.wait_s = o->wait_s};
	int rc = -1;

	if (o->mode == SETUP)
		return setup_run(o->profile, &job, err);
	if (kis_config_load(&config, o->profile, err) == 0) {
		if (o->mode == STATUS)
			rc = print_status(o, &job, err);
		else if (o->mode == REVOKE)
			rc = obtain_revoke(&job, err);
		else
			rc = print_token(o, &job, err);
	}
	kis_config_release(&config);
	return rc;
}

int main(int argc, char **argv)
{
	struct opts o = {
		.cli = {.say = {.program = "kis-token"}, .usage = usage},
		.wait_s = 65};
	struct kis_err err = {0};
	int rc;

	kis_process_start();
	umask(077); /* whatever is written here is the user's alone */
	rc = parse(&o, argc, argv, &err);
	if (rc == 0)
		rc = run(&o, &err);
	return kis_cli_finish(&o.cli, rc, &err);
}
