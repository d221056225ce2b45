#include "cmd/kis-token/setup.h"
#include "lib/buf.h"
#include "lib/cache.h"
#include "lib/credentials.h"
#include "lib/env.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "lib/clock.h"
#include "lib/locale.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { MAX_LINE_BYTES = 8192, LOCK_WAIT_MS = 10000 };

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

enum { ENDINGS = sizeof(ending) / sizeof(*ending) };

static struct termios before_hiding;
static struct sigaction before_ours[ENDINGS];

/* Handles a signal: turns the terminal echo on again, and ends the process with
 * the same signal. Calls only async-signal-safe functions: tcsetattr(),
 * signal() and raise(). */
static void show_again(int sig)
{
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_hiding);
	signal(sig, SIG_DFL);
	raise(sig);
}

static int hide_typing(void)
{
	struct sigaction action = {.sa_handler = show_again};
	struct termios hidden;

	if (tcgetattr(STDIN_FILENO, &before_hiding) != 0)
		return -1;
	for (size_t i = 0; i < ENDINGS; i++) {
		sigaction(ending[i], NULL, &before_ours[i]);
		if (before_ours[i].sa_handler == SIG_DFL)
			sigaction(ending[i], &action, NULL);
	}
	hidden = before_hiding;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	/* Disable Ctrl-Z, because the shell would turn the echo on again, and
	 * the echo would stay on after the program continues. */
	hidden.c_cc[VSUSP] = _POSIX_VDISABLE;
	/* Discard characters typed before the prompt, because the terminal
	 * already showed them. */
	return tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
}

static void show_typing(void)
{
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_hiding);
	for (size_t i = 0; i < ENDINGS; i++)
		sigaction(ending[i], &before_ours[i], NULL);
}

/* Reads one line of standard input without its newline. Reads byte by byte, so
 * that the next call can read the bytes after the line. The last line may lack
 * a newline. Returns 0. Returns -1 if the input has ended, or if the line is
 * too long or contains a NUL. Returns -2 and sets errno if reading fails. */
static int read_line(struct kis_buf *line)
{
	/* An editor on Windows may write a byte order mark first. */
	static const char bom[] = "\xEF\xBB\xBF";
	char c;

	kis_buf_reserve(line, MAX_LINE_BYTES);
	for (;;) {
		ssize_t got = read(STDIN_FILENO, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -2;
		if (got == 0)
			return line->len ? 0 : -1;
		if (line->len == sizeof(bom) - 1 &&
			memcmp(line->data, bom, line->len) == 0)
			kis_buf_reset(line);
		if (c == '\n')
			return kis_buf_add(line, "", 0);
		if (c == '\0' || kis_buf_add(line, &c, 1) < 0)
			return -1;
	}
}

/* Prompts for the appkey or the appsecret if standard input is a terminal, and
 * reads it. Strips the whitespace and quotes around the value. Returns a new
 * string; the caller frees it with kis_mem_free_secret(). Returns NULL and sets
 * err (65, 66 or 74). */
static char *prompt(const char *what, int terminal, struct kis_err *err)
{
	struct kis_buf line = KIS_BUF_INIT(MAX_LINE_BYTES);
	char *value = NULL;
	int rc;

	if (terminal)
		fprintf(stderr, _("%s (input is hidden): "), what);
	rc = read_line(&line);
	if (rc == -2)
		kis_fail_errno(err, KIS_EX_IO, "cannot read the %s", what);
	if (terminal)
		fprintf(stderr, "\n");
	if (rc == -1)
		kis_fail(err, KIS_EX_NOINPUT,
			"no %s on standard input: expected two lines, appkey "
			"and appsecret",
			what);
	if (rc == 0)
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
			err, KIS_EX_IO, "cannot disable terminal echo");
	c->appkey = prompt("appkey", terminal, err);
	if (c->appkey)
		c->appsecret = prompt("appsecret", terminal, err);
	if (terminal)
		show_typing();
	if (!c->appsecret || kis_config_check_exchanged(c, err) == 0)
		return c->appsecret ? 0 : -1;
	err->code = KIS_EX_DATA;
	return -1;
}

static int confirm_save(void)
{
	struct kis_buf line = KIS_BUF_INIT(MAX_LINE_BYTES);
	int yes;

	fprintf(stderr, _("Save anyway? [y/N] "));
	yes = read_line(&line) == 0 && line.len &&
	      (line.data[0] == 'y' || line.data[0] == 'Y');
	kis_buf_release(&line);
	return yes;
}

/* Changes the credentials file to mode 600 if this user owns it and others can
 * read or write it. */
static void close_to_others(const char *path, const struct kis_log *logger)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		st.st_uid == geteuid() && (st.st_mode & 077) &&
		chmod(path, 0600) == 0)
		kis_log_notice(logger,
			"'%s' was readable by other users; changed its mode to "
			"600",
			path);
}

/* If the file has an appkey or appsecret at its top level, and no profile
 * "default", moves all top-level fields that are not profiles into a new
 * profile "default". */
static void make_profile(json_t *file, const struct kis_log *logger)
{
	json_t *profile, *value;
	const char *key;
	void *next;

	if (!kis_credentials_are_flat(file) ||
		json_is_object(json_object_get(file, "default")))
		return;
	profile = json_object();
	json_object_foreach_safe(file, next, key, value)
	{
		if (json_is_object(value)) /* Do not move a profile, that is,
					      an object at the top level. */
			continue;
		json_object_set(profile, key, value);
		json_object_del(file, key);
	}
	json_object_set_new(file, "default", profile);
	kis_log_notice(
		logger, "moved appkey and appsecret into profile 'default'");
}

/* Returns 1 if the file is too short to contain a profile, for example if it is
 * empty or contains only a byte order mark. */
static int is_empty(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= 3 &&
	       st.st_size != 2; /* not empty: 2 bytes may be "{}", valid JSON */
}

/* Returns a new object with the profiles of the credentials file; the caller
 * calls json_decref(). The object is empty if the file is missing or empty.
 * Changes the mode of the file to 600. In the object, an appkey and appsecret
 * at the top level are moved into the profile "default". Returns NULL and sets
 * err (78) if the file is invalid. */
static json_t *load_file(
	const char *path, const struct kis_log *logger, struct kis_err *err)
{
	json_t *file;

	close_to_others(path, logger);
	if (is_empty(path))
		return json_object();
	file = kis_credentials_read(path, err);
	if (file)
		make_profile(file, logger);
	return file || err->code ? file : json_object();
}

/* Sets appkey and appsecret in the profile called name and keeps the profile's
 * other fields, such as custtype. Removes appsecret_command with a warning.
 * Returns 0, or -1 if memory runs out. */
static int put_profile(json_t *file, const char *name,
	const struct kis_config *c, const struct kis_log *logger)
{
	json_t *profile = json_object_get(file, name);

	if (!json_is_object(profile)) {
		profile = json_object();
		if (json_object_set_new(file, name, profile) < 0)
			return -1;
	}
	if (json_object_del(profile, "appsecret_command") == 0)
		kis_log_warn(logger,
			"replaced appsecret_command of profile '%s' with the "
			"appsecret you entered",
			name);
	if (json_object_set_new(profile, "appkey", json_string(c->appkey)) < 0)
		return -1;
	return json_object_set_new(
		profile, "appsecret", json_string(c->appsecret));
}

/* Creates the directory of path if it is missing, and locks it. Without the
 * lock, two processes that save two profiles at the same time would each write
 * a file without the other's profile. If locks do not work in the directory,
 * continues without a lock. Returns a descriptor that the caller closes.
 * Returns -1 and sets err: 73 if the directory cannot be created or opened, 75
 * if another process still holds the lock after LOCK_WAIT_MS. */
static int lock_folder_of(const char *path, struct kis_err *err)
{
	char *dir = kis_mem_copy(path, (size_t)(strrchr(path, '/') - path));
	int fd = -1;

	if (kis_file_make_folder(dir) != 0)
		kis_fail_errno(err, KIS_EX_CREATE,
			"cannot create directory '%s'", dir);
	else if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		kis_fail_errno(
			err, KIS_EX_CREATE, "cannot open directory '%s'", dir);
	else if (kis_cache_flock(fd, LOCK_WAIT_MS) != 0 &&
		 (errno == EINTR || errno == EWOULDBLOCK)) {
		kis_fail(err, KIS_EX_TEMP,
			"another process holds the lock of '%s'; retry later",
			dir);
		close(fd);
		fd = -1;
	}
	free(dir);
	return fd;
}

/* Writes text and a newline to the file at path. If path is a symbolic link,
 * writes its target, which may not exist yet. Returns 0, or -1 and sets err (73
 * or 74). */
static int store(const char *path, const char *text, struct kis_err *err)
{
	char *target = kis_file_follow(path);
	char *line = kis_mem_printf("%s\n", text);
	int rc = kis_file_store_private(target, line, strlen(line), err);

	kis_mem_free_secret(line);
	free(target);
	return rc;
}

static int save(const char *path, const char *name, const struct job *job,
	struct kis_err *err)
{
	int folder = lock_folder_of(path, err);
	json_t *file = folder < 0 ? NULL : load_file(path, job->logger, err);
	char *text = NULL;
	int rc = -1;

	if (file && put_profile(file, name, job->config, job->logger) == 0)
		text = kis_json_dump(file, JSON_INDENT(2));
	else
		json_decref(file);
	if (text)
		rc = store(path, text, err);
	else if (file)
		kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	kis_mem_free_secret(text);
	if (folder >= 0)
		close(folder);
	return rc;
}

static void report_saved(struct job *job, const char *path, const char *name,
	const struct token_entry *st)
{
	char until[KIS_CLOCK_TEXT];

	kis_clock_text_kst(st->expires, until);
	kis_log_notice(job->logger, "saved in '%s', profile '%s'", path, name);
	if (st->token)
		kis_log_notice(job->logger,
			"credentials verified; token issued, valid until %s "
			"KST",
			until);
	if (kis_env_get("KIS_APPKEY"))
		kis_log_warn(job->logger,
			"KIS_APPKEY is set and takes precedence over the file; "
			"unset it or use -p %s",
			name);
}

static int try_and_save(struct job *job, const char *path, const char *name,
	int terminal, struct kis_err *err)
{
	struct token_entry st = {0};
	/* Hide what the user types or pastes during the request: it may be the
	 * appsecret. */
	int hides = terminal && hide_typing() == 0;
	int rc = obtain_token(job, &st, err);

	if (hides)
		show_typing();
	if (rc < 0 && terminal) {
		kis_log_error(job->logger, err);
		rc = confirm_save() ? 0 : -1;
		kis_fail(err, err->code, "nothing was saved");
		/* A cached token does not prove that the appsecret is valid: it
		 * was issued for an earlier one. */
		state_release(&st);
	} else if (rc < 0) {
		kis_fail_context(err, "nothing was saved");
	}
	if (rc == 0)
		rc = save(path, name, job, err);
	if (rc == 0)
		report_saved(job, path, name, &st);
	state_release(&st);
	return rc;
}

/* Fails with 73 if path is a symbolic link whose target is in a directory that
 * does not exist. */
static int check_place(const char *path, struct kis_err *err)
{
	char *target = kis_file_follow(path), *slash = strrchr(target, '/');
	struct stat st;
	int rc = 0;

	if (strcmp(target, path) != 0 && slash && slash != target) {
		*slash = '\0';
		if (stat(target, &st) != 0)
			rc = kis_fail_errno(err, KIS_EX_CREATE,
				"cannot follow symbolic link '%s': '%s'", path,
				target);
	}
	free(target);
	return rc;
}

/* Checks the credentials file before the user types anything, and changes its
 * mode to 600. Returns the path of the file, which the caller frees, or NULL
 * and sets err (73 or 78). */
static char *find_place(const struct kis_log *logger, struct kis_err *err)
{
	char *path = kis_credentials_path(err);
	json_t *file;

	if (path)
		kis_file_warn_foreign_home(path, logger);
	if (path && check_place(path, err) < 0) {
		free(path);
		return NULL;
	}
	file = path ? load_file(path, logger, err) : NULL;

	if (!file) {
		free(path);
		path = NULL;
	}
	json_decref(file);
	return path;
}

/* Fails with 64 if the name of the profile is not valid UTF-8, because the name
 * is stored as a JSON string. This check comes before a token is requested. */
static int check_name(const char *profile, struct kis_err *err)
{
	size_t n = strlen(profile);

	if (kis_text_utf8_valid(profile, n) == n)
		return 0;
	return kis_fail(err, KIS_EX_USAGE, "profile name is not valid UTF-8");
}

int setup_run(const char *profile, struct job *job, struct kis_err *err)
{
	struct kis_config *c = job->config;
	const char *named = kis_env_get("KIS_PROFILE");
	int terminal = isatty(STDIN_FILENO);
	int rc = kis_config_load_server(c, err);
	char *path = NULL;

	if (!profile)
		profile = named ? named : "default";
	if (rc == 0)
		rc = check_name(profile, err);
	if (rc == 0)
		path = find_place(job->logger, err);
	job->force = 1;
	job->setup = 1;
	rc = path ? ask_both(c, terminal, err) : -1;
	if (rc == 0) {
		c->source = kis_mem_dup(_("the credentials you entered"));
		rc = try_and_save(job, path, profile, terminal, err);
	}
	free(path);
	kis_config_release(c);
	return rc;
}
