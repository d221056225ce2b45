/*
 * kis-token prints an access token of the Korea Investment & Securities Open
 * API, followed by a newline. It caches the token and reuses it until shortly
 * before it expires, because KIS sends the account owner a message for each new
 * token and issues at most one token per minute. The manual is kis-token.1.
 */
#include "cmd/kis-token/obtain.h"
#include "cmd/kis-token/setup.h"
#include "lib/cli.h"
#include "lib/config.h"
#include "lib/output.h"
#include "lib/process.h"
#include "lib/clock.h"
#include "lib/locale.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* clang-format off */
static const char usage[] =
N_(
"usage: kis-token [-hqVv] [-o FILE] [-p NAME] [--force] [--wait SECONDS]\n"
"       kis-token --status [-qv] [-o FILE] [-p NAME]\n"
"       kis-token --setup [-qv] [-p NAME] [--wait SECONDS]\n"
"       kis-token --revoke [-qv] [-p NAME]\n"
"\n"
"Print an access token of the KIS Open API. A cached token is reused while it is\n"
"valid, because KIS sends the account owner a message for each new one.\n"
"\n"
"  kis-token --setup                 save your credentials, the first time\n"
"  kis-token | kis-fetch -m kosdaq   fetch a ranking\n"
"  kis-token --status                show when the cached token expires\n"
"\n"
"Instead of printing a token\n"
"      --setup          prompt for appkey and appsecret, verify and save them\n"
"                       (without a terminal: read them as two lines)\n"
"      --status         show when the cached token expires; no network\n"
"      --revoke         revoke the cached token\n"
"Token\n"
"  -p, --profile NAME   use profile NAME of the credentials file\n"
"      --force          request a new token even if the cached one is valid\n"
"      --wait SECONDS   wait up to SECONDS if the server issued a token less than\n"
"                       a minute ago (default 65; 0: exit at once with 75)\n"
"Output\n"
"  -o, --output FILE    write to FILE, atomically, with mode 0600\n"
"  -q, --quiet          print errors only\n"
"  -v, --verbose        print progress\n"
"  -h, --help           show this help\n"
"  -V, --version        show the version\n"
"\n"
"The credentials are the first of these that exist: profile of -p; KIS_APPKEY and\n"
"KIS_APPSECRET; systemd credentials; profile $KIS_PROFILE, or \"default\", of\n"
"~/.config/kis/credentials.json.\n"
"\n"
"Exit status: 0 success, 64 usage error, 65 or 66 invalid or no input (--setup),\n"
"69 request rejected, 71 system error, 73 or 74 output error, 75 retry later, 76\n"
"unexpected response, 77 authentication failed (--status: no valid token), 78\n"
"configuration error.\n"
"See also: man kis-token, man kis-credentials, man kis.\n");
/* clang-format on */

enum mode { PRINT, SETUP, STATUS, REVOKE };

struct opts {
	struct kis_cli cli;
	const char *profile;
	enum mode mode;
	int modes; /* number of different modes that the options select */
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

static int parse_option(struct opts *o, int opt, struct kis_err *err)
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

	while ((opt = kis_cli_getopt(
			&o->cli, argc, argv, KIS_CLI_SHORT "p:", longs)) != -1)
		if (parse_option(o, opt, err) < 0)
			return -1;
	if (optind < argc)
		return kis_cli_usage_error(
			err, "unexpected argument '%s'", argv[optind]);
	if (o->modes > 1)
		return kis_cli_usage_error(err,
			"--setup, --status and --revoke are "
			"mutually exclusive");
	if (o->mode != PRINT && o->force)
		return kis_cli_usage_error(err,
			"--force cannot be combined with "
			"--setup, --status or --revoke");
	if ((o->mode == SETUP || o->mode == REVOKE) && o->cli.output)
		return kis_cli_usage_error(err,
			"-o cannot be combined with --setup "
			"or --revoke, which print nothing");
	if (o->profile && !*o->profile)
		return kis_cli_usage_error(err, "profile name is empty");
	return 0;
}

static int open_output(
	struct kis_output *out, const struct opts *o, struct kis_err *err)
{
	return kis_output_open_until(out, o->cli.output, 1,
		kis_clock_monotonic_ms() + (o->wait_s + 1) * 1000, err);
}

static int print_line(
	struct kis_output *out, const char *line, struct kis_err *err)
{
	if (kis_output_write(out, line, strlen(line), err) < 0 ||
		kis_output_write(out, "\n", 1, err) < 0)
		return -1;
	return kis_output_commit(out, err);
}

/* Prints a token. Opens the output before a token is requested, so that no
 * token is issued if the output cannot be written. */
static int print_token(
	const struct opts *o, struct job *job, struct kis_err *err)
{
	struct kis_output out = KIS_OUTPUT_INIT;
	struct token_entry st = {0};
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
	char line[512], until[KIS_CLOCK_TEXT];
	const char *profile = job->config->profile;
	time_t now = time(NULL);
	struct token_entry st = {0};
	int usable, is_named, rc;
	long left;

	obtain_cached(job, &st);
	is_named = profile && strcmp(profile, "default") != 0;
	left = (long)(st.expires - now);
	usable = state_is_usable(&st, now) && left > 0;
	kis_clock_text_kst(st.expires, until);
	state_release(&st);
	if (!usable)
		return kis_fail(err, KIS_EX_AUTH,
			"no valid cached token for %s; run: kis-token%s%s",
			job->config->source, is_named ? " -p " : "",
			is_named ? profile : "");
	snprintf(line, sizeof(line),
		_("valid until %s KST (%ld h %02ld min left), %s"), until,
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
		.logger = &o->cli.logger,
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
		.cli = {.logger = {.program = "kis-token"}, .usage = usage},
		.wait_s = 65};
	struct kis_err err = {0};
	int rc;

	kis_process_start();
	umask(077); /* Only this user may access files that this program
		       creates. */
	rc = parse(&o, argc, argv, &err);
	if (rc == 0)
		rc = run(&o, &err);
	return kis_cli_finish(&o.cli, rc, &err);
}
