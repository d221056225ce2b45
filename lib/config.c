#include "lib/config.h"
#include "lib/buf.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REAL_SERVER "https://openapi.koreainvestment.com:9443"

enum {
	MAX_FILE = 1 << 20,
	MAX_KEY = 4096, /* the longest known is 350: room for what may come */
};

/* The members of a profile that are plain text, and where they go. */
static const struct member {
	const char *key;
	size_t offset;
	int corporate; /* needed by custtype B, meaningless for P */
} members[] = {
	{"appkey", offsetof(struct kis_config, appkey), 0},
	{"appsecret", offsetof(struct kis_config, appsecret), 0},
	{"custtype", offsetof(struct kis_config, custtype), 0},
	{"personalseckey", offsetof(struct kis_config, personalseckey), 1},
	{"phone_number", offsetof(struct kis_config, phone_number), 1},
	{"ip_addr", offsetof(struct kis_config, ip_addr), 1},
	{"mac_address", offsetof(struct kis_config, mac_address), 1},
};

enum { MEMBERS = sizeof(members) / sizeof(*members) };

static char **place(struct kis_config *c, const struct member *m)
{
	return (char **)((char *)c + m->offset);
}

static const struct member *find_member(const char *key)
{
	for (size_t i = 0; i < MEMBERS; i++)
		if (strcmp(members[i].key, key) == 0)
			return &members[i];
	return NULL;
}

/* An empty variable counts as none: `KIS_APPKEY= kis-token` turns it off. */
static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

int kis_config_clean_key(char *value, const char *what, struct kis_err *err)
{
	kis_text_strip(value);
	if (!*value)
		return kis_fail(err, KIS_EX_CONFIG, "%s is empty", what);
	if (strlen(value) > MAX_KEY)
		return kis_fail(err, KIS_EX_CONFIG, "%s is too long", what);
	for (const char *p = value; *p; p++)
		if (*p <= ' ' || *p > '~')
			return kis_fail(err, KIS_EX_CONFIG,
				"%s holds a blank or a character that no key "
				"has, at position %zu",
				what, (size_t)(p - value) + 1);
	return 0;
}

static int check_url(const char *url, struct kis_err *err)
{
	static const char https[] = "https://";

	if (strncmp(url, https, sizeof(https) - 1) != 0)
		return kis_fail(err, KIS_EX_CONFIG,
			"KIS_BASE_URL must start with https://: the keys are "
			"not sent in the clear");
	for (const char *p = url; *p; p++)
		if (*p <= ' ' || *p > '~' || strchr("@?#\\", *p))
			return kis_fail(err, KIS_EX_CONFIG,
				"KIS_BASE_URL is not a server's address");
	if (!url[sizeof(https) - 1] || url[sizeof(https) - 1] == '/')
		return kis_fail(
			err, KIS_EX_CONFIG, "KIS_BASE_URL names no host");
	return 0;
}

int kis_config_load_server(struct kis_config *c, struct kis_err *err)
{
	const char *url = variable("KIS_BASE_URL");
	size_t n;

	*c = (struct kis_config){0};
	c->base_url = kis_mem_dup(url ? url : REAL_SERVER);
	c->ca_file = kis_mem_dup(variable("KIS_CACERT"));
	if (check_url(c->base_url, err) < 0)
		return -1;
	n = strlen(c->base_url);
	while (c->base_url[n - 1] == '/')
		c->base_url[--n] = '\0';
	if (c->ca_file && access(c->ca_file, R_OK) != 0)
		return kis_fail_errno(err, KIS_EX_CONFIG,
			"cannot read the CA file '%s' of KIS_CACERT",
			c->ca_file);
	return 0;
}

char *kis_config_path(struct kis_err *err)
{
	const char *base = variable("XDG_CONFIG_HOME");
	const char *home = variable("HOME");

	/* the XDG specification: a relative path is to be ignored */
	if (base && base[0] == '/')
		return kis_mem_printf("%s/kis/credentials.json", base);
	if (home)
		return kis_mem_printf("%s/.config/kis/credentials.json", home);
	kis_fail(err, KIS_EX_CONFIG,
		"no credentials: set KIS_APPKEY and KIS_APPSECRET (there is "
		"no HOME to look for a file in)");
	return NULL;
}

static int from_environment(struct kis_config *c, struct kis_err *err)
{
	const char *key = variable("KIS_APPKEY");
	const char *secret = variable("KIS_APPSECRET");

	if (!key && !secret)
		return 0;
	if (!key || !secret)
		return kis_fail(err, KIS_EX_CONFIG,
			"%s is set but %s is not: export both, or neither",
			key ? "KIS_APPKEY" : "KIS_APPSECRET",
			key ? "KIS_APPSECRET" : "KIS_APPKEY");
	if (variable("KIS_PROFILE"))
		return kis_fail(err, KIS_EX_CONFIG,
			"KIS_PROFILE and KIS_APPKEY are both set: "
			"unset one of them");
	c->appkey = kis_mem_dup(key);
	c->appsecret = kis_mem_dup(secret);
	c->source = kis_mem_dup("the environment (KIS_APPKEY)");
	return 0;
}

/* Returns-owned text of a private file; NULL with err->code 0 if missing. */
static char *read_private(const char *path, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(MAX_FILE);
	int fd = kis_file_open_private(path, err);
	char *text = NULL;

	if (fd < 0)
		return NULL;
	/* in one piece: growing would leave copies of secrets behind */
	kis_buf_reserve(&b, MAX_FILE);
	if (kis_file_read_fd(fd, &b) < 0)
		kis_fail_errno(err, KIS_EX_CONFIG, "cannot read '%s'", path);
	else if (b.len && memchr(b.data, '\0', b.len))
		kis_fail(err, KIS_EX_CONFIG, "'%s' holds a NUL", path);
	else
		text = kis_mem_copy(b.data, b.len);
	close(fd);
	kis_buf_release_secret(&b);
	return text;
}

/* systemd's LoadCredential: files made for this unit alone, and owned or
 * readable by it only; their mode is systemd's business. */
static char *read_credential(
	const char *dir, const char *name, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(MAX_KEY * 2);
	char *path = kis_mem_printf("%s/%s", dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;

	err->code = 0;
	if (fd < 0 && errno == ENOENT)
		goto out;
	kis_buf_reserve(&b, b.max_bytes);
	if (fd < 0 || kis_file_read_fd(fd, &b) < 0)
		kis_fail_errno(err, KIS_EX_CONFIG, "cannot read '%s'", path);
	else
		text = kis_mem_copy(b.data, b.len);
out:
	if (fd >= 0)
		close(fd);
	free(path);
	kis_buf_release_secret(&b);
	return text;
}

static int from_systemd(struct kis_config *c, struct kis_err *err)
{
	const char *dir = variable("CREDENTIALS_DIRECTORY");

	if (!dir)
		return 0;
	err->code = 0;
	c->appkey = read_credential(dir, "kis-appkey", err);
	if (!err->code)
		c->appsecret = read_credential(dir, "kis-appsecret", err);
	if (err->code)
		return -1;
	if (!c->appkey != !c->appsecret)
		return kis_fail(err, KIS_EX_CONFIG,
			"'%s' holds only one of kis-appkey and kis-appsecret",
			dir);
	if (c->appkey)
		c->source = kis_mem_dup("systemd's credentials (kis-appkey)");
	return 0;
}

static int take_command(
	struct kis_config *c, const json_t *value, struct kis_err *err)
{
	size_t n = json_array_size(value);

	if (n == 0)
		return kis_fail(err, KIS_EX_CONFIG,
			"appsecret_command must be an array of strings: "
			"the program and its arguments");
	c->secret_command = kis_mem_new(n + 1, sizeof(char *));
	for (size_t i = 0; i < n; i++) {
		const char *word = json_string_value(json_array_get(value, i));

		if (!word)
			return kis_fail(err, KIS_EX_CONFIG,
				"appsecret_command holds what is no string");
		c->secret_command[i] = kis_mem_dup(word);
	}
	return 0;
}

static int take_member(struct kis_config *c, const char *key,
	const json_t *value, struct kis_err *err)
{
	const struct member *m = find_member(key);

	if (strcmp(key, "appsecret_command") == 0)
		return take_command(c, value, err);
	if (!m)
		return kis_fail(err, KIS_EX_CONFIG, "unknown member '%s'", key);
	if (!json_is_string(value))
		return kis_fail(
			err, KIS_EX_CONFIG, "'%s' is not a string", key);
	*place(c, m) = kis_mem_dup(json_string_value(value));
	return 0;
}

static int take_profile(struct kis_config *c, json_t *file, struct kis_err *err)
{
	json_t *profile = json_object_get(file, c->profile);
	const char *key;
	json_t *value;

	if (!json_is_object(file))
		return kis_fail(
			err, KIS_EX_CONFIG, "not an object of profiles");
	if (!profile)
		return kis_fail(err, KIS_EX_CONFIG, "no profile '%s' in it",
			c->profile);
	if (!json_is_object(profile))
		return kis_fail(err, KIS_EX_CONFIG,
			"profile '%s' is not an object", c->profile);
	json_object_foreach(profile, key, value)
	{
		if (take_member(c, key, value, err) < 0)
			return kis_fail_context(
				err, "profile '%s'", c->profile);
	}
	return 0;
}

static int no_file(const char *path, struct kis_err *err)
{
	return kis_fail(err, KIS_EX_CONFIG,
		"no credentials: neither KIS_APPKEY with KIS_APPSECRET nor "
		"'%s' is there; type: kis-token --setup",
		path);
}

static int from_file(
	struct kis_config *c, const char *profile, struct kis_err *err)
{
	char *path = kis_config_path(err);
	char *text = NULL;
	json_t *file = NULL;
	int rc = -1;

	if (!path)
		return -1;
	c->profile = kis_mem_dup(profile);
	c->source = kis_mem_printf("profile '%s' of '%s'", profile, path);
	text = read_private(path, err);
	if (!text) {
		if (!err->code)
			no_file(path, err);
		goto out;
	}
	file = kis_json_parse(text, strlen(text), KIS_EX_CONFIG, err);
	if (file)
		rc = take_profile(c, file, err);
	if (rc < 0)
		kis_fail_context(err, "'%s'", path);
out:
	json_decref(file);
	kis_mem_free_secret(text);
	free(path);
	return rc;
}

static int check_custtype(const struct kis_config *c, struct kis_err *err)
{
	int corporate = strcmp(c->custtype, "B") == 0;

	if (!corporate && strcmp(c->custtype, "P") != 0)
		return kis_fail(err, KIS_EX_CONFIG,
			"custtype must be P (person) or B (corporation)");
	for (size_t i = 0; i < MEMBERS; i++) {
		char *value = *place((struct kis_config *)c, &members[i]);

		if (!members[i].corporate || corporate == (value != NULL))
			continue;
		return kis_fail(err, KIS_EX_CONFIG, "custtype %s %s '%s'",
			c->custtype, corporate ? "lacks" : "does not take",
			members[i].key);
	}
	return 0;
}

/* What is the same for all sources. */
static int check(struct kis_config *c, struct kis_err *err)
{
	if (!c->appkey || (!c->appsecret && !c->secret_command))
		return kis_fail(err, KIS_EX_CONFIG, "no %s",
			c->appkey ? "appsecret" : "appkey");
	if (c->appsecret && c->secret_command)
		return kis_fail(err, KIS_EX_CONFIG,
			"both appsecret and appsecret_command");
	if (!c->custtype)
		c->custtype = kis_mem_dup("P");
	for (size_t i = 0; i < MEMBERS; i++) {
		char *value = *place(c, &members[i]);

		if (value &&
			kis_config_clean_key(value, members[i].key, err) < 0)
			return -1;
	}
	return check_custtype(c, err);
}

int kis_config_load(
	struct kis_config *c, const char *profile, struct kis_err *err)
{
	const char *named = variable("KIS_PROFILE");

	if (kis_config_load_server(c, err) < 0)
		return -1;
	if (!profile) {
		if (from_environment(c, err) < 0)
			return -1;
		if (!c->appkey && from_systemd(c, err) < 0)
			return -1;
	}
	if (!profile)
		profile = named ? named : "default";
	if (!c->appkey && from_file(c, profile, err) < 0)
		return -1;
	if (check(c, err) < 0)
		return kis_fail_context(err, "%s", c->source);
	return 0;
}

void kis_config_release(struct kis_config *c)
{
	for (size_t i = 0; i < MEMBERS; i++)
		kis_mem_free_secret(*place(c, &members[i]));
	for (char **w = c->secret_command; w && *w; w++)
		kis_mem_free_secret(*w);
	free(c->secret_command);
	free(c->base_url);
	free(c->ca_file);
	free(c->profile);
	free(c->source);
	*c = (struct kis_config){0};
}
