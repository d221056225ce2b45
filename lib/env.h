/*
 * Reads environment variables.
 */
#ifndef KIS_ENV_H
#define KIS_ENV_H

/* Returns the value of the environment variable called name, borrowed from the
 * environment, or NULL if the variable is unset or empty. For example, an empty
 * KIS_APPKEY is treated as unset. */
const char *kis_env_get(const char *name);

/* Like kis_env_get(), for a variable that contains the path of a directory.
 * Also returns NULL for a relative path, because the XDG specification requires
 * that relative paths be ignored. */
const char *kis_env_folder(const char *name);

#endif
