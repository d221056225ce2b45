#include "lib/env.h"

#include <stddef.h>
#include <stdlib.h>

const char *kis_env_get(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

const char *kis_env_folder(const char *name)
{
	const char *value = kis_env_get(name);

	return value && *value == '/' ? value : NULL;
}
