#include "lib/cache.h"
#include "lib/env.h"
#include "lib/file.h"
#include "lib/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

static int make_digest(
	const char *base_url, const char *appkey, char out[KIS_CACHE_DIGEST])
{
	unsigned char sum[EVP_MAX_MD_SIZE] = {0};
	char *both = kis_mem_printf("%s\n%s", base_url, appkey);
	int done =
		EVP_Digest(both, strlen(both), sum, NULL, EVP_sha256(), NULL);

	for (size_t i = 0; i < (KIS_CACHE_DIGEST - 1) / 2; i++)
		snprintf(out + 2 * i, 3, "%02x", sum[i]);
	kis_mem_free_secret(both);
	return done == 1 ? 0 : -1;
}

/* Returns the path of the cache directory as a new string; the caller frees it.
 * Returns NULL if the environment names no directory. If CACHE_DIRECTORY, which
 * systemd sets, contains several directories separated by colons, the first one
 * is used. */
static char *folder(void)
{
	const char *systemd = kis_env_folder("CACHE_DIRECTORY");
	const char *base = kis_env_folder("XDG_CACHE_HOME");
	const char *home = kis_env_get("HOME");

	if (systemd)
		return kis_mem_copy(systemd, strcspn(systemd, ":"));
	if (base)
		return kis_mem_printf("%s/kis", base);
	if (home)
		return kis_mem_printf("%s/.cache/kis", home);
	return NULL;
}

/* Rejects a path that is not a directory of this user, and a directory that
 * other users can write to, because they could replace the files in it. A
 * directory that other users can list is accepted, because they still cannot
 * read the files in it. Returns 0, or -1 and sets err (73). */
static int check_folder(const char *dir, struct kis_err *err)
{
	struct stat st;

	if (stat(dir, &st) != 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot access '%s'", dir);
	if (!S_ISDIR(st.st_mode))
		return kis_fail(
			err, KIS_EX_CREATE, "'%s' is not a directory", dir);
	if (st.st_uid != geteuid())
		return kis_file_fail_owner(err, KIS_EX_CREATE, dir, &st);
	if (st.st_mode & S_ISVTX)
		return kis_fail(err, KIS_EX_CREATE,
			"'%s' is a directory shared by all users (sticky bit)",
			dir);
	if (st.st_mode & 022)
		return kis_fail(err, KIS_EX_CREATE,
			"'%s' can be written by other users; run: chmod go-w "
			"'%s'",
			dir, dir);
	return 0;
}

char *kis_cache_path(const char *base_url, const char *appkey,
	const char *suffix, char digest[KIS_CACHE_DIGEST],
	const struct kis_log *logger, struct kis_err *err)
{
	char *dir = folder();
	char *path = NULL;

	if (!dir) {
		kis_fail(err, KIS_EX_CREATE,
			"no cache directory: set HOME, or set XDG_CACHE_HOME "
			"to an absolute path");
		return NULL;
	}
	kis_file_warn_foreign_home(dir, logger);
	if (kis_file_make_folder(dir) != 0)
		kis_file_fail_access(err, KIS_EX_CREATE, dir);
	else if (make_digest(base_url, appkey, digest) < 0)
		kis_fail(err, KIS_EX_CREATE,
			"libcrypto does not provide SHA-256; check "
			"OPENSSL_CONF");
	else if (check_folder(dir, err) == 0)
		path = kis_mem_printf("%s/%s%s", dir, digest, suffix);
	free(dir);
	return path;
}

static void wake(int sig)
{
	(void)sig;
}

/* A blocking flock() is used, because the kernel then queues the waiting
 * processes. A timer signal interrupts flock() after wait_ms. The timer
 * repeats, because its first signal may arrive just before flock() is called.
 */
int kis_cache_flock(int fd, int64_t wait_ms)
{
	struct sigaction alarm_action = {.sa_handler = wake}, old;
	struct itimerval off = {{0, 0}, {0, 0}};
	struct itimerval on = {
		.it_value = {wait_ms / 1000, wait_ms % 1000 * 1000},
		.it_interval = {0, 100000}};
	sigset_t alarm, mask;
	int rc, saved;

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK || wait_ms <= 0)
		return -1;
	sigaction(SIGALRM, &alarm_action, &old);
	/* Unblock SIGALRM: the process may have inherited a signal mask that
	 * blocks this signal. */
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &alarm, &mask);
	setitimer(ITIMER_REAL, &on, NULL);
	rc = flock(fd, LOCK_EX);
	saved = errno;
	setitimer(ITIMER_REAL, &off, NULL);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGALRM, &old, NULL);
	errno = saved;
	return rc;
}

int kis_cache_was_replaced(int fd, const char *path)
{
	struct stat own, there;

	return fstat(fd, &own) != 0 || stat(path, &there) != 0 ||
	       own.st_ino != there.st_ino || own.st_dev != there.st_dev;
}

static int fail_lock(const char *name, long wait_ms, struct kis_err *err)
{
	if (errno != EINTR && errno != EWOULDBLOCK)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot lock '%s'", name);
	return kis_fail(err, KIS_EX_TEMP,
		"another process holds the lock of this appkey (waited %ld s); "
		"retry later",
		wait_ms / 1000);
}

/* Opens the file whose path is "name" and locks it. Returns the descriptor; -1
 * and sets err (73 or 75); or -2 if another process removed the file before it
 * was locked. */
static int lock_file(const char *name, long wait_ms, struct kis_err *err)
{
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc;

	if (fd < 0)
		return kis_fail_errno(
			err, KIS_EX_CREATE, "cannot open '%s'", name);
	if (kis_cache_flock(fd, wait_ms) == 0) {
		if (!kis_cache_was_replaced(fd, name))
			return fd;
		rc = -2;
	} else {
		rc = fail_lock(name, wait_ms, err);
	}
	close(fd);
	return rc;
}

int kis_cache_lock(const char *path, long wait_ms, struct kis_err *err)
{
	char *name = kis_mem_printf("%s.lock", path);
	int fd = -2;

	for (int tries = 0; fd == -2 && tries < 100; tries++)
		fd = lock_file(name, wait_ms, err);
	if (fd == -2)
		fd = kis_fail(err, KIS_EX_CREATE,
			"'%s' keeps being removed by another process", name);
	free(name);
	return fd;
}
