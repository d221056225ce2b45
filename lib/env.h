/*
 * Variables of the environment.
 */
#ifndef KIS_ENV_H
#define KIS_ENV_H

/* The variable's value, borrowed from the environment. An empty one counts
 * as none (NULL): `KIS_APPKEY= kis-token` turns it off. */
const char *kis_env_get(const char *name);

/* The same for a folder; a relative one is ignored too, as the XDG
 * specification wants. */
const char *kis_env_folder(const char *name);

#endif
