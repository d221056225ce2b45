/*
 * Reads credentials: the credentials file with its profiles, and the files that
 * systemd provides to a service. kis-credentials(5) describes both.
 */
#ifndef KIS_CREDENTIALS_H
#define KIS_CREDENTIALS_H

#include "lib/err.h"

#include <jansson.h>

/* Returns the path of the credentials file as a new string; the caller frees
 * it. Returns NULL and sets err (78) if neither XDG_CONFIG_HOME nor HOME is
 * set. */
char *kis_credentials_path(struct kis_err *err);

/* Reads the credentials file at path. Returns a new JSON object that contains
 * the profiles; the caller calls json_decref(). Returns NULL and sets err (78)
 * if kis_file_open_private() rejects the file, or if the file cannot be read,
 * exceeds 1 MiB or is not a JSON object in UTF-8. Returns NULL and sets
 * err->code to 0 if the file does not exist. */
json_t *kis_credentials_read(const char *path, struct kis_err *err);

/* Returns the profile called name, borrowed from the argument "file", which is
 * the result of kis_credentials_read(). Returns NULL and sets err (78) if there
 * is no such profile or if the profile is not a JSON object. */
json_t *kis_credentials_find(
	const json_t *file, const char *name, struct kis_err *err);

/* Returns the contents of DIR/NAME, a file that systemd's LoadCredential
 * provides, as a new string; the caller frees it with kis_mem_free_secret().
 * Sets err->code to 0 on success. Returns NULL and sets err->code to 0 if the
 * file does not exist. Returns NULL and sets err (78) if the file cannot be
 * read, is not a regular file, is readable by all users, exceeds 8192 bytes or
 * contains a NUL byte. */
char *kis_credentials_systemd(
	const char *dir, const char *name, struct kis_err *err);

/* Returns 1 if the JSON object that kis_credentials_read() returned has a
 * string field "appkey" or "appsecret" at its top level instead of in a
 * profile. */
int kis_credentials_are_flat(const json_t *file);

#endif
