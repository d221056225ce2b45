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

/* Paths of the files to remove on a signal. At most two are in use at a time,
 * for example those of the output and of the token cache. */
static const char *volatile doomed[4];

enum { DOOMED = sizeof(doomed) / sizeof(*doomed) };

static void fill_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		/* Open standard input for writing and the other streams for
		 * reading, so that using them fails. */
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
	/* If the parent process ignores SIGCHLD, this process inherits that,
	 * and the exit status of its child processes would be lost. */
	signal(SIGCHLD, SIG_DFL);
}

void kis_process_widen_pipe(int fd)
{
#ifdef F_SETPIPE_SZ
	/* The call has no effect if fd is not a pipe or the size exceeds the
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
		/* Do not handle a signal that is ignored: nohup, for example,
		 * makes a program ignore SIGHUP, so that the program continues
		 * after a logout. */
		if (old.sa_handler == SIG_DFL)
			sigaction(ending[i], &action, NULL);
	}
}
