/*
 * Loads any bytes as the credentials file. The result must be exit status 78
 * with a message, or a complete configuration whose values are valid in HTTP
 * headers.
 */
#include "lib/config.h"
#include "tests/fuzz/demand.h"

#include <fcntl.h>
#include <string.h>

static const char *file(void)
{
	static char made[] = "/dev/shm/kis-fuzz.XXXXXX";
	static char path[128];

	if (*path)
		return path;
	DEMAND(mkdtemp(made));
	setenv("XDG_CONFIG_HOME", made, 1);
	unsetenv("KIS_APPKEY");
	unsetenv("KIS_APPSECRET");
	unsetenv("CREDENTIALS_DIRECTORY");
	snprintf(path, sizeof(path), "%s/kis", made);
	DEMAND(mkdir(path, 0700) == 0);
	snprintf(path, sizeof(path), "%s/kis/credentials.json", made);
	return path;
}

static void check_value(const char *value)
{
	for (const char *p = value; p && *p; p++)
		DEMAND((unsigned char)*p > ' ' && *p != 0x7F);
	DEMAND(!value || *value);
}

static void check_config(const struct kis_config *c)
{
	int corporate = strcmp(c->custtype, "B") == 0;

	DEMAND(c->appkey && !c->appsecret != !c->secret_command);
	DEMAND(corporate || strcmp(c->custtype, "P") == 0);
	DEMAND(corporate == (c->personalseckey != NULL));
	check_value(c->appkey);
	check_value(c->appsecret);
	check_value(c->personalseckey);
	check_value(c->phone_number);
	check_value(c->ip_addr);
	check_value(c->mac_address);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	int fd = open(file(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	struct kis_config c = {0};
	struct kis_err err = {0};

	DEMAND(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	close(fd);
	if (kis_config_load(&c, n % 2 ? NULL : "corp", &err) == 0)
		check_config(&c);
	else
		DEMAND(err.code == KIS_EX_CONFIG && *err.msg);
	kis_config_release(&c);
	return 0;
}
