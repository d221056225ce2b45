#include "tests/torture/run.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void put_on(int to, const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd < 0 || dup2(fd, to) != to)
		_exit(126);
	if (fd != to)
		close(fd);
}

static void child(const struct run *r)
{
	sigset_t none;

	put_on(STDIN_FILENO, r->input, O_RDONLY);
	put_on(STDOUT_FILENO, r->out, O_WRONLY | O_CREAT | O_TRUNC);
	put_on(STDERR_FILENO, r->err, O_WRONLY | O_CREAT | O_TRUNC);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (r->way == RUN_FAULTY) {
		setenv("LD_PRELOAD", r->library, 1);
		setenv("FAULTY_PAGE", r->page_path, 1);
	}
	if (r->way == RUN_STEP && ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
		_exit(126);
	execvp(r->argv[0], r->argv);
	_exit(127);
}

/* Waits for the process to end and sets r->status. If the process still runs at
 * the time until_us, kills it and sets r->late. SIGCHLD, which main() blocks,
 * ends the sleep early. */
static void wait_until(struct run *r, pid_t pid, long long until_us)
{
	sigset_t child_ended;

	sigemptyset(&child_ended);
	sigaddset(&child_ended, SIGCHLD);
	while (waitpid(pid, &r->status, WNOHANG) == 0) {
		long long left_us = until_us - now_us();
		struct timespec left = {
			left_us / 1000000, left_us % 1000000 * 1000};

		if (left_us <= 0) {
			kill(pid, SIGKILL);
			r->late = 1;
			waitpid(pid, &r->status, 0);
			return;
		}
		sigtimedwait(&child_ended, NULL, &left);
	}
}

/* Runs the process to its end and counts its stops: the process stops before
 * and after each system call, and after exec(). Kills the process at stop
 * number r->at. Sets r->status. If the process still runs after timeout_s
 * seconds, SIGALRM ends this program and the process. */
static void step(struct run *r, pid_t pid)
{
	int sig = 0;

	alarm(r->timeout_s);
	while (waitpid(pid, &r->status, 0) == pid && WIFSTOPPED(r->status)) {
		sig = WSTOPSIG(r->status);
		if (sig == SIGTRAP || sig == (SIGTRAP | 0x80)) {
			sig = 0;
			if (++r->stops == 1)
				ptrace(PTRACE_SETOPTIONS, pid, 0,
					PTRACE_O_TRACESYSGOOD |
						PTRACE_O_EXITKILL);
			if (r->stops == r->at)
				kill(pid, SIGKILL);
		}
		ptrace(PTRACE_SYSCALL, pid, 0, sig);
	}
	alarm(0);
}

void run_once(struct run *r)
{
	long long began_us = now_us();
	pid_t pid;

	r->late = 0;
	r->stops = 0;
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0)
		child(r);
	if (r->way == RUN_STEP)
		step(r, pid);
	else if (r->way == RUN_MOMENT && r->at)
		wait_until(r, pid, began_us + r->at);
	else
		wait_until(r, pid, began_us + r->timeout_s * 1000000LL);
	r->took_us = now_us() - began_us;
	if (r->way == RUN_MOMENT && r->at)
		r->late = 0;
	if (WIFEXITED(r->status) && WEXITSTATUS(r->status) >= 125)
		errx(1, "cannot run %s", r->argv[0]);
}

int run_was_hit(const struct run *r)
{
	if (r->way == RUN_FAULTY)
		return r->page->hits > 0;
	return WIFSIGNALED(r->status) && WTERMSIG(r->status) == SIGKILL;
}
