#include "lib/config.h"
#include "lib/credentials.h"
#include "lib/env.h"
#include "lib/mem.h"
#include "lib/server.h"
#include "lib/text.h"
#include "lib/locale.h"

#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_KEY = 4096, /* maximum length of a value in bytes; the longest
			   documented value has 350 bytes */
};

/* The string fields of a profile and their offsets in struct kis_config. */
static const struct member {
	const char *key;
	size_t offset;
	int corporate; /* 1: required for custtype B, rejected for P */
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

int kis_config_clean_key(char *value, const char *what, struct kis_err *err)
{
	kis_text_strip(value);
	if (!*value)
		return kis_fail(err, KIS_EX_CONFIG, "%s is empty", what);
	if (strlen(value) > MAX_KEY)
		return kis_fail(err, KIS_EX_CONFIG, "%s is too long", what);
	for (const char *p = value; *p; p++)
		if (!kis_text_is_graphic(p, 1))
			return kis_fail(err, KIS_EX_CONFIG,
				"%s contains an invalid character at position "
				"%zu",
				what, (size_t)(p - value) + 1);
	return 0;
}

int kis_config_load_server(struct kis_config *c, struct kis_err *err)
{
	*c = (struct kis_config){0};
	c->base_url = kis_server_url(err);
	return c->base_url ? kis_server_ca(&c->ca_file, err) : -1;
}

static int from_environment(struct kis_config *c, struct kis_err *err)
{
	const char *key = kis_env_get("KIS_APPKEY");
	const char *secret = kis_env_get("KIS_APPSECRET");

	if (!key && !secret)
		return 0;
	if (!key || !secret)
		return kis_fail(err, KIS_EX_CONFIG,
			"%s is set but %s is not; export both or neither",
			key ? "KIS_APPKEY" : "KIS_APPSECRET",
			key ? "KIS_APPSECRET" : "KIS_APPKEY");
	if (kis_env_get("KIS_PROFILE"))
		return kis_fail(err, KIS_EX_CONFIG,
			"KIS_PROFILE and KIS_APPKEY are both set; unset one of "
			"them");
	c->appkey = kis_mem_dup(key);
	c->appsecret = kis_mem_dup(secret);
	c->source = kis_mem_dup(_("environment (KIS_APPKEY)"));
	c->remedy = kis_mem_dup(_("correct KIS_APPKEY and KIS_APPSECRET"));
	return 0;
}

static int from_systemd(struct kis_config *c, struct kis_err *err)
{
	const char *dir = kis_env_get("CREDENTIALS_DIRECTORY");

	if (!dir)
		return 0;
	err->code = 0;
	c->appkey = kis_credentials_systemd(dir, "kis-appkey", err);
	if (!err->code)
		c->appsecret =
			kis_credentials_systemd(dir, "kis-appsecret", err);
	if (err->code)
		return -1;
	if (!c->appkey != !c->appsecret)
		return kis_fail(err, KIS_EX_CONFIG,
			"'%s' contains only one of kis-appkey and "
			"kis-appsecret",
			dir);
	if (c->appkey) {
		c->source = kis_mem_dup(_("systemd credentials (kis-appkey)"));
		c->remedy = kis_mem_dup(_("correct these credentials"));
	}
	return 0;
}

static int take_command(
	struct kis_config *c, const json_t *value, struct kis_err *err)
{
	size_t n = json_array_size(value);

	if (n == 0)
		return kis_fail(err, KIS_EX_CONFIG,
			"appsecret_command must be an array of strings: the "
			"command and its arguments");
	c->secret_command = kis_mem_new(n + 1, sizeof(char *));
	for (size_t i = 0; i < n; i++) {
		const char *word = json_string_value(json_array_get(value, i));

		if (!word)
			return kis_fail(err, KIS_EX_CONFIG,
				"appsecret_command contains an element that is "
				"not a string");
		c->secret_command[i] = kis_mem_dup(word);
	}
	return 0;
}

static int is_plain_name(const char *key)
{
	enum { LONGEST_NAME = 24 };

	return strlen(key) <= LONGEST_NAME &&
	       !key[strspn(key, "abcdefghijklmnopqrstuvwxyz_")];
}

static int take_member(struct kis_config *c, const char *key,
	const json_t *value, struct kis_err *err)
{
	const struct member *m = find_member(key);

	if (strcmp(key, "appsecret_command") == 0)
		return take_command(c, value, err);
	/* Do not print a long or unusual field name, because the user may have
	 * put a secret there. */
	if (!m && is_plain_name(key))
		return kis_fail(err, KIS_EX_CONFIG, "unknown field '%s'", key);
	if (!m)
		return kis_fail(err, KIS_EX_CONFIG,
			"unknown field (known: appkey, appsecret, "
			"appsecret_command, custtype …)");
	if (!json_is_string(value))
		return kis_fail(
			err, KIS_EX_CONFIG, "'%s' is not a string", key);
	*place(c, m) = kis_mem_dup(json_string_value(value));
	return 0;
}

static int take_profile(
	struct kis_config *c, const json_t *file, struct kis_err *err)
{
	json_t *profile = kis_credentials_find(file, c->profile, err);
	const char *key;
	json_t *value;

	if (!profile)
		return -1;
	json_object_foreach(profile, key, value)
	{
		if (take_member(c, key, value, err) < 0)
			return kis_fail_context(
				err, "profile '%s'", c->profile);
	}
	return 0;
}

/* Fills c from the profile in the credentials file. is_named is 1 if the user
 * named the profile. In this case, a message about a missing file also names
 * the profile. Returns 0, or -1 and sets err (78). */
static int from_file(struct kis_config *c, const char *profile, int is_named,
	struct kis_err *err)
{
	char *path = kis_credentials_path(err);
	json_t *file = path ? kis_credentials_read(path, err) : NULL;
	int rc = -1;

	c->profile = kis_mem_dup(profile);
	c->source = kis_mem_printf(
		_("profile '%s' in '%s'"), profile, path ? path : "");
	if (file) {
		rc = take_profile(c, file, err);
		c->remedy =
			c->secret_command
				? kis_mem_dup(_("correct the appkey, or the "
						"output of appsecret_command"))
			: is_named ? kis_mem_printf(
					     _("run: kis-token --setup -p %s"),
					     profile)
				   : kis_mem_dup(_("run: kis-token --setup"));
		if (rc < 0)
			kis_fail_context(err, "'%s'", path);
	} else if (path && !err->code && is_named) {
		kis_fail(err, KIS_EX_CONFIG,
			"no credentials for profile '%s': '%s' does not exist; "
			"run: kis-token --setup -p %s",
			profile, path, profile);
	} else if (path && !err->code) {
		kis_fail(err, KIS_EX_CONFIG,
			"no credentials found (KIS_APPKEY is not set, '%s' "
			"does not exist); run: kis-token --setup",
			path);
	}
	json_decref(file);
	free(path);
	return rc;
}

static int check_custtype(const struct kis_config *c, struct kis_err *err)
{
	int corporate = strcmp(c->custtype, "B") == 0;

	if (!corporate && strcmp(c->custtype, "P") != 0)
		return kis_fail(err, KIS_EX_CONFIG,
			"custtype must be P (individual) or B (corporate)");
	for (size_t i = 0; i < MEMBERS; i++) {
		char *value = *place((struct kis_config *)c, &members[i]);

		if (!members[i].corporate || corporate == (value != NULL))
			continue;
		return kis_fail(err, KIS_EX_CONFIG,
			corporate ? N_("custtype %s requires '%s'")
				  : N_("custtype %s does not allow '%s'"),
			c->custtype, members[i].key);
	}
	return 0;
}

/* Checks the configuration, whatever its source, and sets custtype to P if it
 * is missing. Returns 0, or -1 and sets err (78). */
static int check(struct kis_config *c, struct kis_err *err)
{
	if (!c->appkey || (!c->appsecret && !c->secret_command))
		return kis_fail(err, KIS_EX_CONFIG,
			c->appkey ? N_("missing appsecret")
				  : N_("missing appkey"));
	if (c->appsecret && c->secret_command)
		return kis_fail(err, KIS_EX_CONFIG,
			"appsecret and appsecret_command are mutually "
			"exclusive");
	if (!c->custtype)
		c->custtype = kis_mem_dup("P");
	for (size_t i = 0; i < MEMBERS; i++) {
		char *value = *place(c, &members[i]);

		if (value &&
			kis_config_clean_key(value, members[i].key, err) < 0)
			return -1;
	}
	if (kis_config_check_exchanged(c, err) < 0)
		return -1;
	return check_custtype(c, err);
}

int kis_config_check_exchanged(const struct kis_config *c, struct kis_err *err)
{
	enum { APPKEY = 36, APPSECRET = 180 };

	if (c->appkey && c->appsecret && strlen(c->appkey) == APPSECRET &&
		strlen(c->appsecret) == APPKEY)
		return kis_fail(err, KIS_EX_CONFIG,
			"appkey and appsecret are swapped: an appkey has 36 "
			"characters, an appsecret 180");
	return 0;
}

int kis_config_load(
	struct kis_config *c, const char *profile, struct kis_err *err)
{
	const char *named = kis_env_get("KIS_PROFILE");
	int is_named = profile || named;

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
	if (!c->appkey && from_file(c, profile, is_named, err) < 0)
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
	free(c->remedy);
	*c = (struct kis_config){0};
}
