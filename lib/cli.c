#include "lib/cli.h"
#include "lib/buf.h"
#include "lib/locale.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void show_and_exit(const struct kis_cli *cli, const char *text)
{
	struct kis_err err;

	fputs(text, stdout);
	if (fflush(stdout) == 0 && !ferror(stdout))
		exit(KIS_EX_OK);
	kis_fail_errno(&err, KIS_EX_IO, "cannot write to standard output");
	kis_log_error(&cli->logger, &err);
	exit(KIS_EX_IO);
}

static void point_to_help(const struct kis_cli *cli)
{
	fprintf(stderr, _("Try '%s --help' for more information.\n"),
		cli->logger.program);
}

int kis_cli_getopt(const struct kis_cli *cli, int argc, char **argv,
	const char *shorts, const struct option *longs)
{
	if (argc > 0)
		argv[0] = (char *)cli->logger.program;
	return getopt_long(argc, argv, shorts, longs, NULL);
}

void kis_cli_option(struct kis_cli *cli, int opt)
{
	char version[64];

	switch (opt) {
	case 'h':
		show_and_exit(cli, _(cli->usage));
		break;
	case 'V':
		snprintf(version, sizeof(version), "%s %s\n",
			cli->logger.program, KIS_VERSION);
		show_and_exit(cli, version);
		break;
	case 'q':
		cli->logger.level = -1;
		break;
	case 'v':
		cli->logger.level = 1;
		break;
	case 'o':
		cli->output = optarg;
		break;
	default:
		point_to_help(cli);
		exit(KIS_EX_USAGE);
	}
}

int kis_cli_usage_error(struct kis_err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), _(fmt), ap);
	va_end(ap);
	err->code = KIS_EX_USAGE;
	return -1;
}

int kis_cli_require_pipe(const char *hint, struct kis_err *err)
{
	if (!isatty(STDIN_FILENO))
		return 0;
	return kis_cli_usage_error(
		err, "standard input is a terminal; run: %s", hint);
}

int kis_cli_finish(const struct kis_cli *cli, int rc, const struct kis_err *err)
{
	struct kis_err bug;

	kis_log_progress_end();
	if (rc == 0)
		return KIS_EX_OK;
	if (err->code == 0) {
		kis_fail(&bug, KIS_EX_BUG,
			"internal error: no error message was set");
		err = &bug;
	}
	kis_log_error(&cli->logger, err);
	if (err->code == KIS_EX_USAGE)
		point_to_help(cli);
	return err->code;
}

int kis_cli_number(const char *option, const char *text, long low, long high,
	long *out, struct kis_err *err)
{
	char *end = NULL;

	errno = 0;
	*out = strtol(text, &end, 10);
	if (errno || end == text || *end || *out < low || *out > high ||
		text[0] < '-' || text[0] > '9')
		return kis_cli_usage_error(err,
			"invalid value '%s' for %s: expected an integer from "
			"%ld to %ld",
			text, option, low, high);
	return 0;
}

int kis_cli_choose(const char *option, const char *const *names,
	const char *text, struct kis_err *err)
{
	struct kis_buf known = KIS_BUF_INIT(KIS_BUF_UNBOUND);

	for (int i = 0; names[i]; i++) {
		if (strcasecmp(names[i], text) == 0) {
			kis_buf_release(&known);
			return i;
		}
		kis_buf_printf(&known, "%s%s", i ? ", " : "", names[i]);
	}
	kis_cli_usage_error(err,
		"invalid value '%s' for %s: expected one of %s", text, option,
		known.data);
	kis_buf_release(&known);
	return -1;
}
