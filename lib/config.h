/*
 * The configuration of kis-token and kis-fetch: server and credentials.
 *
 * Sources of the credentials, in this order: the profile named by -p; the
 * environment (KIS_APPKEY and KIS_APPSECRET); systemd's $CREDENTIALS_DIRECTORY
 * (files kis-appkey and kis-appsecret); the profile $KIS_PROFILE or else
 * "default" in ${XDG_CONFIG_HOME:-~/.config}/kis/credentials.json. A source
 * that is incomplete, contradictory or readable by other users is an error
 * (78).
 */
#ifndef KIS_CONFIG_H
#define KIS_CONFIG_H

#include "lib/err.h"

/* In bytes; the longest documented token has 350. */
enum { KIS_TOKEN_MAX = 4096 };

struct kis_config {
	char *base_url; /* https address, no trailing slash */
	char *ca_file;  /* additional CA file, or NULL */
	char *profile;  /* name, or NULL if not from the file */
	char *source;   /* source of the credentials, for messages */
	char *appkey;
	/* NULL until kis_config_load_secret() if secret_command is set. */
	char *appsecret;
	char **secret_command; /* argv of the command, or NULL */
	char *custtype;        /* "P" individual, "B" corporate */
	/* This and the next three are set if custtype is "B", otherwise NULL.
	 */
	char *personalseckey;
	char *phone_number;
	char *ip_addr;
	char *mac_address;
};

/* Fills c from the named profile, or, if profile is NULL, from the first
 * available source (see the top of this file). Runs no command. Returns 0, or
 * -1 and sets err (78). The caller releases c in both cases. */
int kis_config_load(
	struct kis_config *c, const char *profile, struct kis_err *err);

/* Fills only base_url and ca_file, for 'kis-token --setup', which runs before
 * any credentials exist. Returns 0, or -1 and sets err (78). The caller
 * releases c in both cases. */
int kis_config_load_server(struct kis_config *c, struct kis_err *err);

/* Sets c->appsecret if it is NULL: runs appsecret_command without a shell and
 * strips its output as kis_config_clean_key() does. The command reads
 * /dev/null, writes to the standard error of this program, and does not get
 * KIS_APPKEY and KIS_APPSECRET in its environment. Returns 0, or -1 and sets
 * err: 78, or 71 if no pipe can be created. */
int kis_config_load_secret(struct kis_config *c, struct kis_err *err);

/* Removes surrounding whitespace and quotes, which pasting may add, from value
 * in place. Returns 0, or -1 and sets err (78) if the rest is empty, longer
 * than 4096 bytes, or contains anything but printable ASCII without spaces.
 * what names the value in the message. */
int kis_config_clean_key(char *value, const char *what, struct kis_err *err);

/* Frees everything, wiping the credentials first. c is then empty. */
void kis_config_release(struct kis_config *c);

/* Returns 0, or -1 and sets err (78) if the lengths show that appkey (36
 * characters) and appsecret (180) are swapped. */
int kis_config_check_exchanged(const struct kis_config *c, struct kis_err *err);

#endif
