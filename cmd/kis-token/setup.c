#include "cmd/kis-token/setup.h"
#include "lib/buf.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/when.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum {
	MAX_LINE_BYTES = 8192,
	MAX_FILE = 1 << 20,
};

static struct termios before_hiding;

/* Async-signal-safe: tcsetattr() and raise() are. */
static void show_again(int sig)
{
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_hiding);
	signal(sig, SIG_DFL);
	raise(sig);
}

static int hide_typing(void)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct termios hidden;

	if (tcgetattr(STDIN_FILENO, &before_hiding) != 0)
		return -1;
	for (size_t i = 0; i < sizeof(ending) / sizeof(*ending); i++)
		signal(ending[i], show_again);
	hidden = before_hiding;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	/* what was typed ahead was visible: it is thrown away */
	return tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
}

static void show_typing(void)
{
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_hiding);
}

/* One line of stdin, byte by byte so that nothing behind it is swallowed;
 * its end is cut off. -1 at the end of input or when it is too long. */
static int read_line(struct kis_buf *line)
{
	char c;

	kis_buf_reserve(line, MAX_LINE_BYTES);
	for (;;) {
		ssize_t got = read(STDIN_FILENO, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return line->len ? 0 : -1;
		if (c == '\n')
			return kis_buf_add(line, "", 0);
		if (c == '\0' || kis_buf_add(line, &c, 1) < 0)
			return -1;
	}
}

/* Returns-owned, cleaned; NULL and err. */
static char *ask(const char *what, int terminal, struct kis_err *err)
{
	struct kis_buf line = KIS_BUF_INIT(MAX_LINE_BYTES);
	char *value = NULL;
	int rc;

	if (terminal)
		fprintf(stderr,
			"%s (what you type or paste is not shown): ", what);
	rc = read_line(&line);
	if (terminal)
		fprintf(stderr, "\n");
	if (rc < 0)
		kis_fail(err, KIS_EX_NOINPUT,
			"no %s on standard input: two lines are wanted, appkey "
			"and appsecret",
			what);
	else
		value = kis_mem_copy(line.data, line.len);
	kis_buf_release_secret(&line);
	if (value && kis_config_clean_key(value, what, err) < 0) {
		err->code = KIS_EX_DATA;
		kis_mem_free_secret(value);
		return NULL;
	}
	return value;
}

static int ask_both(struct kis_config *c, int terminal, struct kis_err *err)
{
	if (terminal && hide_typing() < 0)
		return kis_fail_errno(
			err, KIS_EX_IO, "cannot turn the terminal's echo off");
	c->appkey = ask("appkey", terminal, err);
	if (c->appkey)
		c->appsecret = ask("appsecret", terminal, err);
	if (terminal)
		show_typing();
	return c->appsecret ? 0 : -1;
}

static int user_insists(void)
{
	struct kis_buf line = KIS_BUF_INIT(MAX_LINE_BYTES);
	int yes;

	fprintf(stderr, "Keep them all the same? [y/N] ");
	yes = read_line(&line) == 0 && line.len &&
	      (line.data[0] == 'y' || line.data[0] == 'Y');
	kis_buf_release(&line);
	return yes;
}

/* The file's object, an empty one if there is no file; NULL and err (78). */
static json_t *load_file(const char *path, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(MAX_FILE);
	int fd = kis_file_open_private(path, err);
	json_t *file = NULL;

	if (fd < 0)
		return err->code ? NULL : json_object();
	kis_buf_reserve(&b, MAX_FILE);
	if (kis_file_read_fd(fd, &b) < 0)
		kis_fail_errno(err, KIS_EX_CONFIG, "cannot read '%s'", path);
	else
		file = kis_json_parse(b.data, b.len, KIS_EX_CONFIG, err);
	close(fd);
	kis_buf_release_secret(&b);
	if (file && !json_is_object(file)) {
		json_decref(file);
		file = NULL;
		kis_fail(err, KIS_EX_CONFIG, "not an object of profiles");
	}
	if (!file)
		kis_fail_context(err, "'%s'", path);
	return file;
}

/* New key and secret in a profile whose other members (custtype …) stay. */
static int put_profile(
	json_t *file, const char *name, const struct kis_config *c)
{
	json_t *profile = json_object_get(file, name);

	if (!json_is_object(profile)) {
		profile = json_object();
		if (json_object_set_new(file, name, profile) < 0)
			return -1;
	}
	json_object_del(profile, "appsecret_command");
	if (json_object_set_new(profile, "appkey", json_string(c->appkey)) < 0)
		return -1;
	return json_object_set_new(
		profile, "appsecret", json_string(c->appsecret));
}

static int make_folder_of(const char *path, struct kis_err *err)
{
	char *dir = kis_mem_copy(path, (size_t)(strrchr(path, '/') - path));
	int rc = kis_file_make_folder(dir);

	if (rc < 0)
		kis_fail_errno(err, KIS_EX_CREATE, "cannot make '%s'", dir);
	free(dir);
	return rc;
}

/* A symlink (people keep such files in one place) is followed. */
static int store(const char *path, const char *text, struct kis_err *err)
{
	char *target = realpath(path, NULL);
	char *ending = kis_mem_printf("%s\n", text);
	int rc = kis_file_store_private(
		target ? target : path, ending, strlen(ending), err);

	kis_mem_free_secret(ending);
	free(target);
	return rc;
}

static int save(const char *path, const char *name, const struct kis_config *c,
	struct kis_err *err)
{
	json_t *file = load_file(path, err);
	char *text = NULL;
	int rc = -1;

	if (!file)
		return -1;
	if (put_profile(file, name, c) == 0)
		text = json_dumps(file, JSON_INDENT(2));
	json_decref(file);
	if (!text)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	if (make_folder_of(path, err) == 0)
		rc = store(path, text, err);
	kis_mem_free_secret(text);
	return rc;
}

static void tell(struct job *job, const char *path, const char *name,
	const struct state *st)
{
	char until[KIS_WHEN_TEXT];

	kis_when_text_kst(st->expires, until);
	kis_say_note(job->say, "saved in '%s' as profile '%s'", path, name);
	if (st->token)
		kis_say_note(job->say,
			"the key works; a token was issued, valid until %s "
			"Korean time",
			until);
}

static int try_and_save(
	struct job *job, const char *name, int terminal, struct kis_err *err)
{
	char *path = kis_config_path(err);
	struct state st = {0};
	int rc = path ? obtain_token(job, &st, err) : -1;

	if (path && rc < 0 && terminal) {
		kis_say_error(job->say, err);
		rc = user_insists() ? 0 : -1;
		kis_fail(err, err->code, "nothing was saved");
	} else if (rc < 0) {
		kis_fail_context(err, "nothing was saved");
	}
	if (rc == 0)
		rc = save(path, name, job->config, err);
	if (rc == 0)
		tell(job, path, name, &st);
	state_release(&st);
	free(path);
	return rc;
}

int setup_run(const char *profile, struct job *job, struct kis_err *err)
{
	struct kis_config *c = job->config;
	int terminal = isatty(STDIN_FILENO);
	int rc = kis_config_load_server(c, err);

	job->force = 1;
	job->setup = 1;
	if (rc == 0)
		rc = ask_both(c, terminal, err);
	if (rc == 0) {
		c->source = kis_mem_dup("the key that was typed");
		rc = try_and_save(
			job, profile ? profile : "default", terminal, err);
	}
	kis_config_release(c);
	return rc;
}
