#include "tests/sim/setup.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/sim/clock.h"
#include "tests/sim/random.h"
#include "tests/sim/rows.h"

/* Returns the path DIR/name in a static buffer, valid until the next call. */
static const char *path_of(const struct sim *sim, const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", sim->dir, name);
	return path;
}

/* Locks the directory until the process ends, because a second server would
 * replace the certificate and the address of the first. Returns 0, or -1 if
 * another server has locked it. On a file system without locks, returns 0. */
static int lock_dir(const struct sim *sim)
{
	int fd = open(sim->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
		return 0; /* fd stays open and keeps the lock */
	warnx("'%s' is in use by another kis-sim", sim->opt.dir);
	close(fd);
	return -1;
}

static int make_dir(struct sim *sim)
{
	if (mkdir(sim->opt.dir, 0700) < 0 && errno != EEXIST) {
		warn("cannot create '%s'", sim->opt.dir);
		return -1;
	}
	sim->dir = realpath(sim->opt.dir, NULL);
	if (sim->dir != NULL && lock_dir(sim) < 0) {
		/* Do not remove the file "env" of the other server. */
		free(sim->dir);
		sim->dir = NULL;
		return -1;
	}
	if (sim->dir == NULL ||
		(unlink(path_of(sim, "env")) < 0 && errno != ENOENT)) {
		warn("cannot use '%s'", sim->opt.dir);
		return -1;
	}
	return 0;
}

static int read_body(struct sim *sim)
{
	FILE *f = sim->opt.body ? fopen(sim->opt.body, "r") : NULL;
	struct stat st;

	if (sim->opt.body == NULL)
		return 0;
	if (f == NULL || fstat(fileno(f), &st) < 0 ||
		(sim->body = malloc((size_t)st.st_size + 1)) == NULL) {
		warn("cannot read '%s'", sim->opt.body);
		if (f)
			fclose(f);
		return -1;
	}
	sim->body_size = fread(sim->body, 1, (size_t)st.st_size, f);
	fclose(f);
	return 0;
}

/* Prints text in single quotes, because a shell reads the file "env". */
static void print_quoted(FILE *f, const char *text)
{
	putc('\'', f);
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", f);
		else
			putc(*text, f);
	putc('\'', f);
}

static void print_path(FILE *f, const struct sim *sim, const char *name)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,@%";
	const char *path = path_of(sim, name);

	if (path[strspn(path, plain)] == '\0')
		fputs(path, f);
	else
		print_quoted(f, path);
}

static FILE *create(const struct sim *sim, const char *name)
{
	FILE *f = fopen(path_of(sim, name), "w");

	if (f == NULL)
		warn("cannot create '%s'", path_of(sim, name));
	return f;
}

static int finish(const struct sim *sim, const char *name, FILE *f)
{
	int bad = ferror(f);

	if (fclose(f) == 0 && !bad)
		return 0;
	warn("cannot write '%s'", path_of(sim, name));
	return -1;
}

static int write_token(struct sim *sim)
{
	struct sim_issue how = {.free = true};
	struct sim_token token;
	FILE *f;

	if (!sim->opt.with_token)
		return 0;
	sim_token_issue(&sim->tokens, &how, sim_clock_ms(&sim->opt), &token);
	f = create(sim, "token");
	if (f == NULL)
		return -1;
	fprintf(f, "%s\n", token.text);
	return finish(sim, "token", f);
}

static int write_market(const struct sim *sim)
{
	if (!sim->opt.dump ||
		sim_rows_dump(sim, path_of(sim, "market.ndjson")) == 0)
		return 0;
	warn("cannot write '%s'", path_of(sim, "market.ndjson"));
	return -1;
}

int sim_setup(struct sim *sim)
{
	sim_secret(sim->appkey, SIM_KEY_SIZE - 1);
	sim_secret(sim->appsecret, SIM_SECRET_SIZE - 1);
	sim_token_init(&sim->tokens, sim->opt.token_life_s,
		sim->opt.token_keep_s, sim->opt.minute_s);
	sim->tokens.opaque = sim_assumes(&sim->opt, SIM_TOKEN_SHAPE);
	sim_rate_init(&sim->rate);
	sim_uids_init(&sim->uids);
	if (make_dir(sim) < 0 || read_body(sim) < 0)
		return -1;
	if (sim_log_open(&sim->log, path_of(sim, "requests.ndjson")) < 0) {
		warn("cannot write the log in '%s'", sim->dir);
		return -1;
	}
	if (sim_market_init(&sim->market, &sim->opt) < 0) {
		warn("the market");
		return -1;
	}
	sim->since = sim_day_of_year(sim->opt.since);
	return write_market(sim) < 0 || write_token(sim) < 0 ? -1 : 0;
}

void sim_setup_release(struct sim *sim)
{
	/* remove the file "env", because a client that reads it later would
	 * find a closed port */
	if (sim->dir)
		unlink(path_of(sim, "env"));
	sim_market_release(&sim->market);
	sim_log_close(&sim->log);
	free(sim->body);
	free(sim->dir);
}

int sim_setup_ca(const struct sim *sim, const struct sim_cert *cert)
{
	FILE *f = create(sim, "ca.pem");

	if (f == NULL)
		return -1;
	fputs(cert->ca, f);
	return finish(sim, "ca.pem", f);
}

int sim_setup_env(const struct sim *sim)
{
	char new_path[PATH_MAX];
	FILE *f = create(sim, "env.new");

	if (f == NULL)
		return -1;
	fprintf(f, "export KIS_BASE_URL=https://127.0.0.1:%d KIS_CACERT=",
		sim->port);
	print_path(f, sim, "ca.pem");
	fprintf(f,
		" KIS_APPKEY=%s KIS_APPSECRET=%s XDG_CACHE_HOME=", sim->appkey,
		sim->appsecret);
	print_path(f, sim, "cache");
	fputs(" NO_PROXY=127.0.0.1\n", f);
	if (finish(sim, "env.new", f) < 0)
		return -1;
	snprintf(new_path, sizeof(new_path), "%s", path_of(sim, "env.new"));
	if (rename(new_path, path_of(sim, "env")) == 0)
		return 0;
	warn("cannot rename '%s'", new_path);
	return -1;
}
