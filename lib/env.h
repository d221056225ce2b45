/*
 * Environment variables.
 */
#ifndef KIS_ENV_H
#define KIS_ENV_H

/* Returns the value of the variable, borrowed from the environment, or NULL if
 * it is unset or empty. `KIS_APPKEY= kis-token` thus ignores KIS_APPKEY. */
const char *kis_env_get(const char *name);

/* Like kis_env_get(), for a directory. Also returns NULL for a relative path,
 * which the XDG specification requires to be ignored. */
const char *kis_env_folder(const char *name);

#endif
