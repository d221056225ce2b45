#include "lib/config.h"
#include "lib/buf.h"
#include "lib/file.h"
#include "lib/mem.h"
#include "lib/clock.h"
#include "lib/locale.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum {
	MAX_SECRET = 8192,
	MAX_TIME_MS = 120000, /* the user may have to type a passphrase */
	/* milliseconds between two checks of whether the command has ended */
	LOOK_MS = 20,
};

static const char *const private_variables[] = {
	"KIS_APPKEY=", "KIS_APPSECRET="};

/* Returns the command's name for messages. A long name without a slash is not
 * shown, because the user may have put the secret there. */
static const char *shown(const char *name)
{
	enum { LONGEST_NAME = 64 };

	return strchr(name, '/') || strlen(name) <= LONGEST_NAME
		       ? name
		       : _("(name not shown: too long)");
}

static int is_private(const char *variable)
{
	for (size_t i = 0; i < 2; i++)
		if (strncmp(variable, private_variables[i],
			    strlen(private_variables[i])) == 0)
			return 1;
	return 0;
}

/* Returns a new environment without credentials; the caller frees the array.
 * The strings are borrowed from environ. */
static char **public_environment(void)
{
	size_t n = 0, kept = 0;
	char **copy;

	while (environ[n])
		n++;
	copy = kis_mem_new(n + 1, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		if (!is_private(environ[i]))
			copy[kept++] = environ[i];
	return copy;
}

static int start(char **argv, int to, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t ignored;
	char **env = public_environment();
	int rc;

	posix_spawn_file_actions_init(&actions);
	rc = posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	/* Replace standard input, because it may contain a token, which the
	 * command must not read. A command that requires a passphrase can read
	 * it from the terminal. */
	if (rc == 0)
		rc = posix_spawn_file_actions_addopen(
			&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
#ifdef __GLIBC__
#if __GLIBC_PREREQ(2, 34)
	/* A background agent that the command starts must not inherit the locks
	 * of the calling program. */
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(
			&actions, STDERR_FILENO + 1);
#endif
#endif
	/* Restore the default action of SIGXFSZ for the command. Otherwise the
	 * command would ignore this signal, as this program does. */
	sigemptyset(&ignored);
	sigaddset(&ignored, SIGXFSZ);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &ignored);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	if (rc == 0)
		rc = posix_spawnp(
			pid, argv[0], &actions, &attributes, argv, env);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	free(env);
	return rc;
}

/* Checks the wait status of a command. Returns 0, or -1 and sets err (78) if
 * the command failed. */
static int judge(int status, const char *name, struct kis_err *err)
{
	if (WIFSIGNALED(status))
		return kis_fail(err, KIS_EX_CONFIG,
			"appsecret_command '%s' was killed by signal %d", name,
			WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return kis_fail(err, KIS_EX_CONFIG,
			"appsecret_command '%s' failed with exit status %d",
			name, WEXITSTATUS(status));
	return 0;
}

/* Reads the available output of the command. Returns 1 if more may follow, 0 at
 * the end, or -1 and sets errno. */
static int read_some(int fd, struct kis_buf *printed)
{
	char *to = kis_buf_reserve(printed, 1);
	size_t room = printed->max_bytes - printed->len;
	ssize_t n;

	if (!to) {
		errno = EFBIG;
		return -1;
	}
	n = read(fd, to, room);
	if (n > 0)
		printed->len += (size_t)n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 1;
	return n < 0 ? -1 : n > 0;
}

/* Reads until the command has ended, even if its output is still open then,
 * because an agent that the command started may keep the output open. Returns 0
 * and sets *status to the wait status, or -1 and sets errno: ETIME after
 * MAX_TIME_MS, EFBIG if the output is too large. */
static int read_while_it_runs(
	pid_t pid, int fd, struct kis_buf *printed, int *status)
{
	int64_t deadline_ms = kis_clock_monotonic_ms() + MAX_TIME_MS;
	struct pollfd output = {.fd = fd, .events = POLLIN};
	pid_t ended = 0;

	for (;;) {
		int more = 1;

		ended = waitpid(pid, status, WNOHANG);
		if (ended < 0 && errno != EINTR)
			return -1;
		/* waitpid() is called before reading: if the command has ended,
		 * the pipe contains all of its output. */
		while (more > 0 && poll(&output, 1, 0) > 0)
			more = read_some(fd, printed);
		if (more < 0 || ended == pid)
			return more < 0 ? -1 : 0;
		if (more == 0)
			/* The command has closed its output but still runs, so
			 * stop polling the output. */
			output.fd = -1;
		if (kis_clock_monotonic_ms() > deadline_ms) {
			errno = ETIME;
			return -1;
		}
		poll(&output, 1, LOOK_MS);
	}
}

static int run(char **argv, struct kis_buf *printed, struct kis_err *err)
{
	int ends[2], rc, status = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return kis_fail_errno(
			err, KIS_EX_SYSTEM, "cannot create a pipe");
	rc = start(argv, ends[1], &pid);
	close(ends[1]);
	if (rc != 0) {
		close(ends[0]);
		errno = rc;
		return kis_fail_errno(err, KIS_EX_CONFIG,
			"cannot run appsecret_command '%s'", shown(argv[0]));
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	rc = read_while_it_runs(pid, ends[0], printed, &status);
	close(ends[0]);
	if (rc == 0)
		return judge(status, shown(argv[0]), err);
	rc = errno;
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	errno = rc;
	if (rc == ETIME)
		return kis_fail(err, KIS_EX_CONFIG,
			"appsecret_command '%s' did not end within %d seconds",
			shown(argv[0]), MAX_TIME_MS / 1000);
	return kis_fail_errno(err, KIS_EX_CONFIG,
		"cannot read the output of appsecret_command");
}

int kis_config_load_secret(struct kis_config *c, struct kis_err *err)
{
	struct kis_buf printed = KIS_BUF_INIT(MAX_SECRET);
	int rc;

	if (c->appsecret)
		return 0;
	kis_buf_reserve(&printed, MAX_SECRET);
	rc = run(c->secret_command, &printed, err);
	if (rc == 0 && memchr(printed.data, '\0', printed.len))
		rc = kis_fail(err, KIS_EX_CONFIG,
			"output of appsecret_command contains a NUL byte");
	if (rc == 0) {
		c->appsecret = kis_mem_copy(printed.data, printed.len);
		rc = kis_config_clean_key(
			c->appsecret, _("output of appsecret_command"), err);
		if (rc == 0)
			rc = kis_config_check_exchanged(c, err);
	}
	kis_buf_release_secret(&printed);
	return rc < 0 ? kis_fail_context(err, "%s", c->source) : 0;
}
