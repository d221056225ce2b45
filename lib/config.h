/*
 * The configuration of kis-token and kis-fetch: server and credentials.
 *
 * The credentials come from the first of these sources that exists: the profile
 * named by -p; the environment (KIS_APPKEY and KIS_APPSECRET); systemd's
 * $CREDENTIALS_DIRECTORY (files kis-appkey and kis-appsecret); the profile
 * named by $KIS_PROFILE, or else the profile "default". Profiles are stored in
 * ${XDG_CONFIG_HOME:-~/.config}/kis/credentials.json. If the chosen source is
 * incomplete, contradictory or readable by other users, loading fails (exit
 * status 78).
 */
#ifndef KIS_CONFIG_H
#define KIS_CONFIG_H

#include "lib/err.h"

/* Maximum length of a token in bytes; the longest documented token has 350
 * bytes. */
enum { KIS_TOKEN_MAX = 4096 };

/* All strings are owned; kis_config_release() frees them. */
struct kis_config {
	char *base_url; /* https address of the server, without a final slash */
	char *ca_file;  /* path of the additional CA file, or NULL */
	char *profile;  /* name of the profile; NULL if none is used */
	char *source;   /* source of the credentials, for messages */
	/* how the user corrects rejected credentials, such as "run: …"; NULL
	 * if the user has just entered them */
	char *remedy;
	char *appkey;
	/* NULL if secret_command is set and kis_config_load_secret() has not
	 * run the command yet. */
	char *appsecret;
	char **secret_command; /* owned; argv of appsecret_command, or NULL */
	char *custtype;        /* "P": individual, "B": corporate */
	/* personalseckey, phone_number, ip_addr and mac_address are set if
	 * custtype is "B", otherwise NULL. */
	char *personalseckey;
	char *phone_number;
	char *ip_addr;
	char *mac_address;
};

/* Fills c from the named profile, or, if profile is NULL, from the first
 * available source (see the top of this file). Does not run appsecret_command.
 * Returns 0, or -1 and sets err (78). The caller releases c in both cases. */
int kis_config_load(
	struct kis_config *c, const char *profile, struct kis_err *err);

/* Fills only base_url and ca_file, for 'kis-token --setup', which must work
 * before any credentials exist. Returns 0, or -1 and sets err (78). The caller
 * releases c in both cases. */
int kis_config_load_server(struct kis_config *c, struct kis_err *err);

/* If c->appsecret is NULL, sets it to the output of appsecret_command, stripped
 * as by kis_config_clean_key(); otherwise does nothing. The command runs
 * without a shell, reads /dev/null, writes its errors to the standard error of
 * this program, and has neither KIS_APPKEY nor KIS_APPSECRET in its
 * environment. Returns 0, or -1 and sets err: 71 if no pipe can be created; 78
 * if the command cannot be run, fails or does not end within 120 seconds (it is
 * then killed), or if kis_config_clean_key() or kis_config_check_exchanged()
 * rejects the output. After such a failure, c->appsecret may contain the
 * rejected value. */
int kis_config_load_secret(struct kis_config *c, struct kis_err *err);

/* Removes surrounding whitespace and quotes, which pasting may add, from value
 * in place. Returns 0, or -1 and sets err (78) if the remaining text is empty,
 * is longer than 4096 bytes, or contains anything but printable ASCII without
 * spaces. The error message contains the argument "what" as the name of the
 * value. */
int kis_config_clean_key(char *value, const char *what, struct kis_err *err);

/* Wipes the credentials, then frees all memory of c. c is then empty. */
void kis_config_release(struct kis_config *c);

/* Returns 0, or -1 and sets err (78) if the lengths show that appkey (36
 * characters) and appsecret (180) are swapped. If one of the two is NULL,
 * returns 0. */
int kis_config_check_exchanged(const struct kis_config *c, struct kis_err *err);

#endif
