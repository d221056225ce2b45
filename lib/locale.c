#include "lib/locale.h"

#include <limits.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN    "kis"
#define DIRECTORY "/share/locale"

/* Sets path to the directory of the message catalogues, ../share/locale
 * relative to the directory of the program. This is the layout of the build
 * directory and of an installation. Returns 0, or -1 if the directory cannot be
 * determined. */
static int find_catalogues(char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

	for (int i = 0; i < 2; i++) {
		while (n > 0 && path[n - 1] != '/')
			n--;
		n--;
	}
	if (n < 0 || (size_t)n + sizeof(DIRECTORY) > PATH_MAX)
		return -1;
	memcpy(path + n, DIRECTORY, sizeof(DIRECTORY));
	return 0;
}

void kis_locale_start(void)
{
	const char *name = setlocale(LC_MESSAGES, "");
	/* not on the stack, which may have only 16 KiB */
	static char path[PATH_MAX];

	if (!name || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0 ||
		find_catalogues(path) < 0)
		return;
	bindtextdomain(DOMAIN, path);
	/* Select UTF-8 explicitly. LC_CTYPE stays C, for which gettext() would
	 * replace Korean text with question marks. The domain libc contains the
	 * texts of strerror() and getopt_long(). */
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	bind_textdomain_codeset("libc", "UTF-8");
	textdomain(DOMAIN);
}
