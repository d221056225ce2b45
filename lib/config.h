/*
 * Which server, which key: the configuration that kis-token and kis-fetch
 * find by the same code.
 *
 * Sources in their order: a profile named by -p; the environment
 * (KIS_APPKEY with KIS_APPSECRET); systemd's $CREDENTIALS_DIRECTORY
 * (kis-appkey, kis-appsecret); the profile $KIS_PROFILE, else "default", of
 * ${XDG_CONFIG_HOME:-~/.config}/kis/credentials.json. What is half there,
 * contradictory, or readable by others is refused with 78.
 */
#ifndef KIS_CONFIG_H
#define KIS_CONFIG_H

#include "lib/err.h"

/* Bytes; the longest token documented has 350. */
enum { KIS_TOKEN_MAX = 4096 };

struct kis_config {
	char *base_url; /* https://host:port, no slash at the end */
	char *ca_file;  /* a further CA, or NULL */
	char *profile;  /* its name, or NULL when not from the file */
	char *source;   /* where the key came from, for messages */
	char *appkey;
	char *appsecret; /* NULL until kis_config_load_secret() if by command */
	char **secret_command; /* argv ending in NULL, or NULL */
	char *custtype;        /* "P" person, "B" corporation */
	char *personalseckey;  /* B only, as the three below; else NULL */
	char *phone_number;
	char *ip_addr;
	char *mac_address;
};

/* Fills c from the named profile (NULL: as said above). Runs no command.
 * Fails with 78. Release c in either case. */
int kis_config_load(
	struct kis_config *c, const char *profile, struct kis_err *err);

/* Only the server's address and CA: what --setup needs before a key is. */
int kis_config_load_server(struct kis_config *c, struct kis_err *err);

/* Sees to appsecret being there: runs appsecret_command if it is not, without
 * a shell, with its stderr the user's and no secret in its environment; what
 * it prints is stripped. Its failure is 78. */
int kis_config_load_secret(struct kis_config *c, struct kis_err *err);

/* Strips what a paste leaves around a key (blanks, quotes); 78 if blanks or
 * control characters stand inside or nothing is left. In place. */
int kis_config_clean_key(char *value, const char *what, struct kis_err *err);

/* Wipes and frees. */
void kis_config_release(struct kis_config *c);

/* Fails with 78 if each of appkey and appsecret has the length of the other. */
int kis_config_check_exchanged(const struct kis_config *c, struct kis_err *err);

#endif
