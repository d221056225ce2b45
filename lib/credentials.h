/*
 * The files that hold keys: the credentials file with its profiles, and what
 * systemd lays down for one unit. kis-credentials(5) describes both.
 */
#ifndef KIS_CREDENTIALS_H
#define KIS_CREDENTIALS_H

#include "lib/err.h"

#include <jansson.h>

/* Path of the credentials file; returns-owned, NULL and 78 without a home. */
char *kis_credentials_path(struct kis_err *err);

/* The file's object of profiles, returns-owned (json_decref). NULL and 78 if
 * others can read it or it is not what it should be; NULL and err->code 0 if
 * there is none. */
json_t *kis_credentials_read(const char *path, struct kis_err *err);

/* The profile of that name, borrowed from file; NULL and 78. */
json_t *kis_credentials_find(
	const json_t *file, const char *name, struct kis_err *err);

/* The text of dir/name, systemd's LoadCredential; returns-owned. NULL and
 * err->code 0 if there is none, 78 if it cannot be used. */
char *kis_credentials_systemd(
	const char *dir, const char *name, struct kis_err *err);

/* 1 if the file has appkey or appsecret where a profile's name belongs. */
int kis_credentials_are_flat(const json_t *file);

#endif
