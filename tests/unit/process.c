/*
 * Tests lib/process.h: the removal of files when a signal ends the process.
 */
#include "lib/process.h"
#include "tests/unit/tap.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const names[] = {"first", "second", "third"};

static void make(const char *name)
{
	close(open(name, O_WRONLY | O_CREAT, 0600));
}

/* Registers three files for removal by a signal, cancels the removal of the
 * second file, and raises the signal. */
static void child(int sig)
{
	for (size_t i = 0; i < 3; i++) {
		make(names[i]);
		kis_process_remove_on_signal(names[i]);
	}
	kis_process_cancel_remove(names[1]);
	raise(sig);
	_exit(0);
}

static void test_signal(int sig)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		child(sig);
	waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == sig,
		"signal %d: ends the process", sig);
	ok(access("first", F_OK) != 0 && access("third", F_OK) != 0,
		"signal %d: unfinished files are removed", sig);
	ok(access("second", F_OK) == 0, "signal %d: a finished file stays",
		sig);
	unlink("second");
}

int main(void)
{
	char folder[] = "/tmp/kis-test.XXXXXX";

	if (!ok(mkdtemp(folder) && chdir(folder) == 0,
		    "process: a temporary directory exists"))
		return done();
	test_signal(SIGTERM);
	test_signal(SIGINT);
	ok(rmdir(folder) == 0, "signal: no other files are left");
	return done();
}
