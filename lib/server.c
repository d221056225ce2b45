#include "lib/server.h"
#include "lib/env.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "lib/locale.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL_SERVER "https://openapi.koreainvestment.com:9443"

static int check_url(const char *url, struct kis_err *err)
{
	static const char https[] = "https://";

	if (strncmp(url, https, sizeof(https) - 1) != 0)
		return kis_fail(err, KIS_EX_CONFIG,
			"KIS_BASE_URL must start with https://, so that "
			"credentials are sent encrypted");
	if (!kis_text_is_graphic(url, strlen(url)) || strpbrk(url, "@?#\\"))
		return kis_fail(err, KIS_EX_CONFIG,
			"KIS_BASE_URL is not the address of a server");
	if (!url[sizeof(https) - 1] || url[sizeof(https) - 1] == '/')
		return kis_fail(err, KIS_EX_CONFIG,
			"KIS_BASE_URL contains no host name");
	return 0;
}

/* Converts the host name to lower case. Host names are case-insensitive, so all
 * spellings of a host name must share one token cache. */
static char *lower_host(char *url)
{
	for (char *p = url + 8; *p && *p != '/'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return url;
}

char *kis_server_url(struct kis_err *err)
{
	const char *url = kis_env_get("KIS_BASE_URL");
	size_t n;

	if (!url)
		return kis_mem_dup(REAL_SERVER);
	if (check_url(url, err) < 0)
		return NULL;
	n = strlen(url);
	while (url[n - 1] == '/')
		n--;
	return lower_host(kis_mem_copy(url, n));
}

const char *kis_server_note(const char *base_url, char out[KIS_SERVER_NOTE])
{
	*out = '\0';
	if (base_url && strcmp(base_url, REAL_SERVER) != 0)
		snprintf(out, KIS_SERVER_NOTE,
			_(" (at %.80s, set by KIS_BASE_URL)"), base_url + 8);
	return out;
}

int kis_server_ca(char **file, struct kis_err *err)
{
	struct stat st;

	*file = kis_mem_dup(kis_env_get("KIS_CACERT"));
	/* Reject a FIFO, because libcurl opens the CA file for each connection,
	 * and opening a FIFO would block. */
	if (*file && stat(*file, &st) == 0 && !S_ISREG(st.st_mode)) {
		kis_fail(err, KIS_EX_CONFIG,
			"the CA file '%s' of KIS_CACERT is not a regular file",
			*file);
		free(*file);
		*file = NULL;
		return -1;
	}
	if (!*file || access(*file, R_OK) == 0)
		return 0;
	kis_fail_errno(err, KIS_EX_CONFIG,
		"cannot read the CA file '%s' of KIS_CACERT", *file);
	free(*file);
	*file = NULL;
	return -1;
}
