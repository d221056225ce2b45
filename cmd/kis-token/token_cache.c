#include "cmd/kis-token/token_cache.h"
#include "lib/buf.h"
#include "lib/config.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "lib/clock.h"
#include "lib/locale.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILE = 16 << 10 };

#define LATEST_S 253402300799 /* last second of the year 9999 (UTC) */

int state_token_is_sound(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= KIS_TOKEN_MAX && kis_text_is_graphic(s, n);
}

/* Returns 1 if the cache file can be trusted. A file that belongs to another
 * user is not trusted, because that user could have planted a token. A file of
 * this user that others can read is changed to mode 600 and trusted. */
static int is_trustworthy(
	int fd, const char *path, const struct kis_log *logger)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		kis_log_warn(logger, "ignoring '%s': not a regular file", path);
		return 0;
	}
	if (st.st_uid != geteuid()) {
		kis_log_warn(
			logger, "ignoring '%s': owned by another user", path);
		return 0;
	}
	if ((st.st_mode & 077) == 0)
		return 1;
	kis_log_warn(logger,
		"'%s' was readable by other users; changed its mode to 600",
		path);
	return fchmod(fd, 0600) == 0;
}

static int open_state(const char *path, const struct kis_log *logger)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 && errno != ENOENT)
		kis_log_warn(logger, "cannot use '%s': %s", path,
			errno == ELOOP ? _("it is a symbolic link")
				       : strerror(errno));
	if (fd >= 0 && !is_trustworthy(fd, path, logger)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Reads a time in seconds since 1970. A missing field is read as 0, which means
 * never. Returns 0, or -1 if the time is negative or after the year 9999. */
static int load_time(const json_t *file, const char *key, time_t *out)
{
	json_int_t s = json_integer_value(json_object_get(file, key));

	*out = (time_t)s;
	return s >= 0 && s <= LATEST_S ? 0 : -1;
}

/* Fills st from the contents of a cache file. digest identifies the server and
 * the appkey. Returns 0. Returns -1, with st unusable, if the file has a
 * different digest or an invalid field. */
static int take(struct token_entry *st, const json_t *file, const char *digest)
{
	const char *whose = kis_json_text(file, "digest");
	const char *token = kis_json_text(file, "token");
	const char *expires = kis_json_text(file, "expires");

	if (!whose || strcmp(whose, digest) != 0)
		return -1;
	if (load_time(file, "asked", &st->issued) < 0 ||
		load_time(file, "first_seen", &st->first_seen) < 0 ||
		load_time(file, "handed", &st->returned) < 0)
		return -1;
	if (!token)
		return 0;
	if (!state_token_is_sound(token) || !expires ||
		kis_clock_parse_kst(expires, &st->expires) < 0)
		return -1;
	st->token = kis_mem_dup(token);
	return 0;
}

void state_load(struct token_entry *st, const char *path, const char *digest,
	const struct kis_log *logger)
{
	struct kis_buf b = KIS_BUF_INIT(MAX_FILE);
	struct kis_err why = {0};
	json_t *file = NULL;
	int fd = open_state(path, logger);

	*st = (struct token_entry){0};
	if (fd < 0)
		return;
	kis_buf_reserve(&b, MAX_FILE);
	if (kis_file_read_fd(fd, &b) == 0)
		file = kis_json_parse(b.data, b.len, KIS_EX_DATA, &why);
	if (!file || take(st, file, digest) < 0) {
		kis_log_info(logger, "ignoring corrupt cache file '%s'", path);
		state_release(st);
	}
	json_decref(file);
	close(fd);
	kis_buf_release_secret(&b);
}

int state_store(const struct token_entry *st, const char *path,
	const char *digest, struct kis_err *err)
{
	char expires[KIS_CLOCK_TEXT];
	json_t *file;
	char *text;
	int rc;

	kis_clock_text_kst(st->expires, expires);
	file = json_pack("{s:s, s:s*, s:s, s:I, s:I, s:I}", "digest", digest,
		"token", st->token, "expires", expires, "first_seen",
		(json_int_t)st->first_seen, "handed", (json_int_t)st->returned,
		"asked", (json_int_t)st->issued);
	text = kis_json_dump(file, JSON_INDENT(1));
	if (!text)
		return kis_fail(err, KIS_EX_SYSTEM, "out of memory");
	rc = kis_file_store_private(path, text, strlen(text), err);
	kis_mem_free_secret(text);
	return rc;
}

static long age_s(time_t then, time_t now)
{
	return then > now || then <= 0 ? TOKEN_MINUTE_S : (long)(now - then);
}

int state_is_usable(const struct token_entry *st, time_t now)
{
	if (!st->token)
		return 0;
	return st->expires - now > TOKEN_MARGIN_S ||
	       age_s(st->returned, now) < TOKEN_MINUTE_S - 1;
}

long state_seconds_to_wait(const struct token_entry *st, time_t now)
{
	long age = age_s(st->issued, now);

	return age >= TOKEN_MINUTE_S ? 0 : TOKEN_MINUTE_S - age;
}

void state_release(struct token_entry *st)
{
	kis_mem_free_secret(st->token);
	*st = (struct token_entry){0};
}
