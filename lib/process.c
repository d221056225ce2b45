#include "lib/process.h"
#include "lib/locale.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* Files to remove on a signal. At most two are in use at a time, for example
 * the output and a file of the cache. */
static const char *volatile doomed[4];

enum { DOOMED = sizeof(doomed) / sizeof(*doomed) };

static void fill_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		/* Open for the opposite direction, so that using the descriptor
		 * fails. */
		int flags = fd == 0 ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", flags) != fd)
			_exit(71);
	}
}

static void forbid_dumps(void)
{
	struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
#ifdef PR_SET_DUMPABLE
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

void kis_process_start(void)
{
	fill_standard_descriptors();
	kis_locale_start();
	forbid_dumps();
	signal(SIGXFSZ, SIG_IGN);
	/* An inherited SIG_IGN would discard the exit status of child
	 * processes. */
	signal(SIGCHLD, SIG_DFL);
}

void kis_process_widen_pipe(int fd)
{
#ifdef F_SETPIPE_SZ
	/* Fails without effect if fd is not a pipe or the size exceeds the
	 * user's limit. */
	fcntl(fd, F_SETPIPE_SZ, 1 << 20);
#else
	(void)fd;
#endif
}

static void remove_and_go(int sig)
{
	for (size_t i = 0; i < DOOMED; i++)
		if (doomed[i])
			unlink(doomed[i]);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void replace(const char *old, const char *new)
{
	for (size_t i = 0; i < DOOMED; i++)
		if (doomed[i] == old) {
			doomed[i] = new;
			return;
		}
}

void kis_process_cancel_remove(const char *path)
{
	replace(path, NULL);
}

void kis_process_remove_on_signal(const char *path)
{
	static const int ending[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXCPU};
	struct sigaction action = {.sa_handler = remove_and_go}, old;

	replace(NULL, path);
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(ending) / sizeof(*ending); i++) {
		sigaction(ending[i], NULL, &old);
		if (old.sa_handler == SIG_DFL) /* keep SIG_IGN, set by nohup */
			sigaction(ending[i], &action, NULL);
	}
}
