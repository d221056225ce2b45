#include "lib/credentials.h"
#include "lib/buf.h"
#include "lib/env.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/text.h"
#include "lib/locale.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	MAX_FILE = 1 << 20,
	MAX_CREDENTIAL = 8192,
};

char *kis_credentials_path(struct kis_err *err)
{
	const char *base = kis_env_folder("XDG_CONFIG_HOME");
	const char *home = kis_env_get("HOME");

	if (base)
		return kis_mem_printf("%s/kis/credentials.json", base);
	if (home)
		return kis_mem_printf("%s/.config/kis/credentials.json", home);
	kis_fail(err, KIS_EX_CONFIG,
		"no credentials found and HOME is not set; set KIS_APPKEY and "
		"KIS_APPSECRET");
	return NULL;
}

json_t *kis_credentials_read(const char *path, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(MAX_FILE);
	int fd = kis_file_open_private(path, err);
	json_t *file = NULL;

	if (fd < 0)
		return NULL;
	/* Reserve the maximum size, because growing the buffer later would
	 * leave copies of secrets in memory. */
	kis_buf_reserve(&b, MAX_FILE);
	if (kis_file_read_fd(fd, &b) < 0)
		kis_fail_errno(err, KIS_EX_CONFIG, "cannot read '%s'", path);
	else if (kis_text_is_utf16(b.data, b.len))
		kis_fail(err, KIS_EX_CONFIG,
			"'%s' is UTF-16 text; save it as UTF-8", path);
	else if (!(file = kis_json_parse(b.data + kis_text_bom(b.data, b.len),
			   b.len - kis_text_bom(b.data, b.len), KIS_EX_CONFIG,
			   err)))
		kis_fail_context(err, "'%s'", path);
	close(fd);
	kis_buf_release_secret(&b);
	if (!file || json_is_object(file))
		return file;
	json_decref(file);
	kis_fail(err, KIS_EX_CONFIG, "'%s' is not a JSON object of profiles",
		path);
	return NULL;
}

int kis_credentials_are_flat(const json_t *file)
{
	return json_is_string(json_object_get(file, "appkey")) ||
	       json_is_string(json_object_get(file, "appsecret"));
}

json_t *kis_credentials_find(
	const json_t *file, const char *name, struct kis_err *err)
{
	json_t *profile = json_object_get(file, name);

	if (json_is_object(profile))
		return profile;
	if (kis_credentials_are_flat(file)) {
		kis_fail(err, KIS_EX_CONFIG,
			"appkey and appsecret must be in a profile: "
			"{\"%s\": {\"appkey\": …, \"appsecret\": …}}",
			name);
		return NULL;
	}
	kis_fail(err, KIS_EX_CONFIG,
		profile ? N_("profile '%s' is not a JSON object")
			: N_("no such profile: '%s'"),
		name);
	return NULL;
}

/* Rejects a file that all users can read, and a file that is not a regular
 * file. A directory is accepted here, because reading it fails later with a
 * better message. Accepts mode 0440: systemd creates its files with mode 0400
 * and an ACL for the user of the service, which makes the mode appear as 0440.
 * Returns 0, or -1 and sets err (78). */
static int check_others(int fd, const char *path, struct kis_err *err)
{
	struct stat st = {0};

	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return kis_fail(
			err, KIS_EX_CONFIG, "'%s' is not a regular file", path);
	if (S_ISREG(st.st_mode) && (st.st_mode & 04))
		return kis_fail(err, KIS_EX_CONFIG,
			"'%s' is readable by other users; run: chmod o= '%s'",
			path, path);
	return 0;
}

char *kis_credentials_systemd(
	const char *dir, const char *name, struct kis_err *err)
{
	struct kis_buf b = KIS_BUF_INIT(MAX_CREDENTIAL);
	char *path = kis_mem_printf("%s/%s", dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;

	err->code = 0;
	if (fd < 0 && errno == ENOENT)
		goto out;
	if (fd >= 0 && check_others(fd, path, err) < 0)
		goto out;
	kis_buf_reserve(&b, MAX_CREDENTIAL);
	if (fd < 0 || kis_file_read_fd(fd, &b) < 0)
		kis_fail_errno(err, KIS_EX_CONFIG, "cannot read '%s'", path);
	else if (memchr(b.data, '\0', b.len))
		kis_fail(err, KIS_EX_CONFIG, "'%s' contains a NUL byte", path);
	else
		text = kis_mem_copy(b.data, b.len);
out:
	if (fd >= 0)
		close(fd);
	free(path);
	kis_buf_release_secret(&b);
	return text;
}
