/*
 * A library for LD_PRELOAD that makes the Nth call of a C library function
 * fail. It replaces the functions that can fail. Only calls while main() runs
 * are counted, including calls by the program's other libraries.
 *
 * The file $FAULTY_PAGE (struct faulty_page) selects the call that fails and
 * receives the result; without the file, no call fails. This library does not
 * see calls inside the C library, except those of malloc(). For this reason, it
 * replaces fopen() and fdopen() too.
 */
#include "tests/torture/faulty.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MEMORY = 1 << FAULTY_MEMORY,
	CALL = 1 << FAULTY_CALLS,
	SIGNALS = 1 << FAULTY_INTERRUPT, /* calls that may return EINTR */
	PARTS = 1 << FAULTY_SHORT, /* calls that may transfer fewer bytes */
};

static struct faulty_page *page;
static volatile int armed;

/* Counts the call if the kind of failure that the test selected in
 * $FAULTY_PAGE is in "ways", the set of failures that this call can have.
 * Returns 1 if the call must fail, and counts the failure; else returns 0. */
static int strikes(const char *name, int ways)
{
	unsigned n;

	if (!armed || !(ways & 1 << page->way))
		return 0;
	n = __atomic_add_fetch(&page->count, 1, __ATOMIC_RELAXED);
	if (page->at == 0 || n < page->at)
		return 0;
	if (n > page->at && !(page->lasting && strcmp(page->name, name) == 0))
		return 0;
	if (n == page->at)
		strncpy(page->name, name, FAULTY_NAME - 1);
	page->hits++;
	return 1;
}

static void *real_of(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (!found)
		_exit(125);
	return found;
}

/* Sets errno to code, or to EINTR if the kind of failure selected in
 * $FAULTY_PAGE is FAULTY_INTERRUPT. Returns -1. */
static int fails_with(int code)
{
	errno = page->way == FAULTY_INTERRUPT ? EINTR : code;
	return -1;
}

#define REAL(name)                                                             \
	static __typeof__(&name) real;                                         \
	if (!real)                                                             \
	real = (__typeof__(&name))real_of(#name)

/* Defines a replacement that calls the real function or, if the call must fail,
 * returns "value" without calling the real function. */
#define WRAP(type, name, params, args, ways, value)                            \
	type name params;                                                      \
	type name params                                                       \
	{                                                                      \
		REAL(name);                                                    \
		if (strikes(#name, ways))                                      \
			return value;                                          \
		return real args;                                              \
	}

/* Defines a replacement that always calls the real function, because that
 * function releases an object. The replacement returns "value" if the call must
 * fail. */
#define WRAP_RELEASE(type, name, params, args, ways, value)                    \
	type name params;                                                      \
	type name params                                                       \
	{                                                                      \
		REAL(name);                                                    \
		if (!strikes(#name, ways))                                     \
			return real args;                                      \
		(void)!real args;                                              \
		return value;                                                  \
	}

/* Returns the number of bytes that a short transfer of n bytes moves: one byte
 * or, after 4096 short transfers, half of n, so that a run with a megabyte of
 * data ends in time. n is 2 or more. */
static size_t part_of(size_t n)
{
	static unsigned moves;

	return ++moves > 4096 ? n / 2 : 1;
}

/* Defines a replacement that transfers all n bytes or, if the call must fail,
 * none or fewer than n. */
#define WRAP_MOVE(name, params, first, rest, code)                             \
	ssize_t name params;                                                   \
	ssize_t name params                                                    \
	{                                                                      \
		REAL(name);                                                    \
		if (armed && page->way == FAULTY_SHORT && n < 2)               \
			return real(first, n rest);                            \
		if (!strikes(#name, CALL | SIGNALS | PARTS))                   \
			return real(first, n rest);                            \
		if (page->way == FAULTY_SHORT)                                 \
			return real(first, part_of(n) rest);                   \
		return fails_with(code);                                       \
	}

#define PAIR(a, b) a, b
#define AND(...)   , __VA_ARGS__
#define NOTHING
#define NULL_WITH(code) (fails_with(code), NULL)

/* Replacements for functions that allocate memory. */
WRAP(void *, malloc, (size_t n), (n), MEMORY, NULL_WITH(ENOMEM))
WRAP(void *, realloc, (void *p, size_t n), (p, n), MEMORY, NULL_WITH(ENOMEM))
WRAP(void *, calloc, (size_t n, size_t size), (n, size), MEMORY,
	NULL_WITH(ENOMEM))
WRAP(void *, reallocarray, (void *p, size_t n, size_t size), (p, n, size),
	MEMORY, NULL_WITH(ENOMEM))
WRAP(void *, aligned_alloc, (size_t to, size_t n), (to, n), MEMORY,
	NULL_WITH(ENOMEM))
WRAP(int, posix_memalign, (void **p, size_t to, size_t n), (p, to, n), MEMORY,
	ENOMEM)

/* Replacements for functions that read and write bytes. */
WRAP_MOVE(read, (int fd, void *p, size_t n), PAIR(fd, p), NOTHING, EIO)
WRAP_MOVE(
	pread, (int fd, void *p, size_t n, off_t at), PAIR(fd, p), AND(at), EIO)
WRAP_MOVE(pread64, (int fd, void *p, size_t n, off64_t at), PAIR(fd, p),
	AND(at), EIO)
WRAP_MOVE(pwrite, (int fd, const void *p, size_t n, off_t at), PAIR(fd, p),
	AND(at), ENOSPC)
WRAP_MOVE(recv, (int fd, void *p, size_t n, int flags), PAIR(fd, p), AND(flags),
	ECONNRESET)
WRAP_MOVE(send, (int fd, const void *p, size_t n, int flags), PAIR(fd, p),
	AND(flags), EPIPE)
WRAP(ssize_t, getrandom, (void *p, size_t n, unsigned flags), (p, n, flags),
	CALL | SIGNALS, fails_with(ENOSYS))

/* write() to standard error never fails, because the program could not report
 * the error. */
ssize_t write(int fd, const void *p, size_t n)
{
	int parts = page && page->way == FAULTY_SHORT;
	REAL(write);

	if (fd == STDERR_FILENO || (parts && n < 2) ||
		!strikes("write", CALL | SIGNALS | PARTS))
		return real(fd, p, n);
	return parts ? real(fd, p, 1) : fails_with(ENOSPC);
}

/* Replacements for functions for files and directories. */
WRAP(int, fsync, (int fd), (fd), CALL, fails_with(EIO))
WRAP(int, fdatasync, (int fd), (fd), CALL, fails_with(EIO))
WRAP(int, ftruncate, (int fd, off_t n), (fd, n), CALL | SIGNALS,
	fails_with(EIO))
WRAP(int, rename, (const char *a, const char *b), (a, b), CALL, fails_with(EIO))
WRAP(int, linkat, (int a, const char *from, int b, const char *to, int flags),
	(a, from, b, to, flags), CALL, fails_with(EPERM))
WRAP(int, unlink, (const char *path), (path), CALL, fails_with(EPERM))
WRAP(int, remove, (const char *path), (path), CALL, fails_with(EPERM))
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode), CALL,
	fails_with(ENOSPC))
WRAP(int, chmod, (const char *path, mode_t mode), (path, mode), CALL,
	fails_with(EPERM))
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode), CALL, fails_with(EPERM))
WRAP(int, stat, (const char *path, struct stat *st), (path, st), CALL,
	fails_with(EIO))
WRAP(int, lstat, (const char *path, struct stat *st), (path, st), CALL,
	fails_with(EIO))
WRAP(int, fstat, (int fd, struct stat *st), (fd, st), CALL, fails_with(EIO))
WRAP(int, access, (const char *path, int how), (path, how), CALL,
	fails_with(EIO))
WRAP(ssize_t, readlink, (const char *path, char *to, size_t n), (path, to, n),
	CALL, fails_with(EIO))
WRAP(char *, realpath, (const char *path, char *to), (path, to), CALL,
	NULL_WITH(EIO))
WRAP(int, flock, (int fd, int how), (fd, how), CALL | SIGNALS,
	fails_with(ENOLCK))
WRAP(int, mkostemp, (char *name, int flags), (name, flags), CALL,
	fails_with(ENOSPC))
WRAP(int, mkstemp, (char *name), (name), CALL, fails_with(ENOSPC))
WRAP(DIR *, opendir, (const char *path), (path), CALL, NULL_WITH(EMFILE))
WRAP_RELEASE(int, close, (int fd), (fd), CALL | SIGNALS, fails_with(EIO))

/* Replacements for functions for descriptors and processes. */
WRAP(int, dup2, (int a, int b), (a, b), CALL | SIGNALS, fails_with(EMFILE))
WRAP(int, pipe2, (int fds[2], int flags), (fds, flags), CALL,
	fails_with(EMFILE))
WRAP(pid_t, fork, (void), (), CALL, fails_with(EAGAIN))
WRAP(int, posix_spawnp,
	(pid_t * pid, const char *name,
		const posix_spawn_file_actions_t *actions,
		const posix_spawnattr_t *attributes, char *const *argv,
		char *const *env),
	(pid, name, actions, attributes, argv, env), CALL, EAGAIN)
WRAP(pid_t, waitpid, (pid_t pid, int *status, int how), (pid, status, how),
	SIGNALS, fails_with(ECHILD))
WRAP(int, sigaction,
	(int sig, const struct sigaction *new, struct sigaction *old),
	(sig, new, old), CALL, fails_with(EINVAL))
WRAP(int, pthread_create,
	(pthread_t * thread, const pthread_attr_t *attributes,
		void *(*start)(void *), void *arg),
	(thread, attributes, start, arg), CALL, EAGAIN)

/* Replaces sleeping: returns immediately while calls are counted, so that
 * retries take no time. */
int nanosleep(const struct timespec *wanted, struct timespec *left)
{
	REAL(nanosleep);

	if (strikes("nanosleep", SIGNALS)) {
		if (left)
			*left = *wanted;
		return fails_with(EINTR);
	}
	return armed ? 0 : real(wanted, left);
}

/* Replacements for network functions. */
WRAP(int, socket, (int domain, int type, int protocol),
	(domain, type, protocol), CALL, fails_with(EMFILE))
WRAP(int, socketpair, (int domain, int type, int protocol, int fds[2]),
	(domain, type, protocol, fds), CALL, fails_with(EMFILE))
WRAP(int, connect, (int fd, const struct sockaddr *to, socklen_t n),
	(fd, to, n), CALL | SIGNALS, fails_with(ENETUNREACH))
WRAP(int, setsockopt,
	(int fd, int level, int name, const void *value, socklen_t n),
	(fd, level, name, value, n), CALL, fails_with(ENOMEM))
WRAP(int, getsockopt, (int fd, int level, int name, void *value, socklen_t *n),
	(fd, level, name, value, n), CALL, fails_with(ENOBUFS))
WRAP(int, poll, (struct pollfd * fds, nfds_t n, int wait_ms), (fds, n, wait_ms),
	CALL | SIGNALS, fails_with(ENOMEM))
WRAP(int, getaddrinfo,
	(const char *host, const char *port, const struct addrinfo *hints,
		struct addrinfo **found),
	(host, port, hints, found), CALL, EAI_AGAIN)

/* Replacements for functions for text conversion. */
WRAP(iconv_t, iconv_open, (const char *to, const char *from), (to, from), CALL,
	(fails_with(EINVAL), (iconv_t)-1))
WRAP(size_t, iconv, (iconv_t cd, char **in, size_t *n, char **to, size_t *room),
	(cd, in, n, to, room), CALL, (fails_with(EILSEQ), (size_t)-1))

/* Callbacks of stdio streams. This library cannot replace the C library's own
 * read() and write() calls for a stream, so these callbacks call the
 * replacements. */
static ssize_t cookie_read(void *cookie, char *p, size_t n)
{
	return read((int)(intptr_t)cookie, p, n);
}

static ssize_t cookie_write(void *cookie, const char *p, size_t n)
{
	ssize_t done = write((int)(intptr_t)cookie, p, n);

	/* return 0 for an error, as fopencookie(3) requires */
	return done < 0 ? 0 : done;
}

static int cookie_seek(void *cookie, off64_t *at, int from)
{
	*at = lseek((int)(intptr_t)cookie, *at, from);
	return *at < 0 ? -1 : 0;
}

static int cookie_close(void *cookie)
{
	return close((int)(intptr_t)cookie);
}

static FILE *stream_of(int fd, const char *how)
{
	cookie_io_functions_t io = {
		cookie_read, cookie_write, cookie_seek, cookie_close};

	return fopencookie((void *)(intptr_t)fd, how, io);
}

FILE *fdopen(int fd, const char *how)
{
	return strikes("fdopen", CALL) ? NULL_WITH(EMFILE) : stream_of(fd, how);
}

FILE *fopen(const char *path, const char *how)
{
	int flags = strchr(how, '+') ? O_RDWR
		    : how[0] == 'r'  ? O_RDONLY
				     : O_WRONLY;
	int fd;

	flags |= how[0] == 'w' ? O_CREAT | O_TRUNC : 0;
	flags |= how[0] == 'a' ? O_CREAT | O_APPEND : 0;
	fd = open(path, flags, 0666);
	return fd < 0 ? NULL : stream_of(fd, how);
}

FILE *fopen64(const char *path, const char *how)
{
	return fopen(path, how);
}

/* Replacements for the checked variants of read() and other functions, which
 * the compiler calls with _FORTIFY_SOURCE. */
ssize_t __read_chk(int fd, void *p, size_t n, size_t room);
ssize_t __read_chk(int fd, void *p, size_t n, size_t room)
{
	return n > room ? (abort(), -1) : read(fd, p, n);
}

ssize_t __pread_chk(int fd, void *p, size_t n, off_t at, size_t room);
ssize_t __pread_chk(int fd, void *p, size_t n, off_t at, size_t room)
{
	return n > room ? (abort(), -1) : pread(fd, p, n, at);
}

/* Defines a replacement for open() or openat(). If the caller passed no mode,
 * va_arg() returns an undefined value, which the real function ignores. */
#define WRAP_OPEN(name, params, args)                                          \
	int name params;                                                       \
	int name params                                                        \
	{                                                                      \
		va_list ap;                                                    \
		mode_t mode;                                                   \
		REAL(name);                                                    \
                                                                               \
		va_start(ap, flags);                                           \
		mode = va_arg(ap, mode_t);                                     \
		va_end(ap);                                                    \
		if (strikes(#name, CALL | SIGNALS))                            \
			return fails_with(EMFILE);                             \
		return real args;                                              \
	}

WRAP_OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
WRAP_OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
WRAP_OPEN(openat, (int at, const char *path, int flags, ...),
	(at, path, flags, mode))
WRAP_OPEN(openat64, (int at, const char *path, int flags, ...),
	(at, path, flags, mode))

int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
	return open(path, flags);
}

int __open64_2(const char *path, int flags);
int __open64_2(const char *path, int flags)
{
	return open64(path, flags);
}

int fcntl(int fd, int what, ...)
{
	va_list ap;
	void *arg;
	REAL(fcntl);

	va_start(ap, what);
	arg = va_arg(ap, void *);
	va_end(ap);
	/* only a call that duplicates a descriptor may fail; the programs'
	 * other uses of fcntl() cannot fail on a valid descriptor */
	if ((what == F_DUPFD || what == F_DUPFD_CLOEXEC) &&
		strikes("fcntl", CALL))
		return fails_with(EMFILE);
	return real(fd, what, arg);
}

/* The program's main(). Calls are counted from the start of main() until it
 * returns or the program calls exit(). */
static int (*real_main)(int, char **, char **);

static int armed_main(int argc, char **argv, char **env)
{
	int rc;

	armed = page != NULL;
	rc = real_main(argc, argv, env);
	armed = 0;
	return rc;
}

typedef int start_main(int (*start)(int, char **, char **), int argc,
	char **argv, void (*init)(void), void (*fini)(void),
	void (*rtld_fini)(void), void *stack_end);
start_main __libc_start_main;

int __libc_start_main(int (*start)(int, char **, char **), int argc,
	char **argv, void (*init)(void), void (*fini)(void),
	void (*rtld_fini)(void), void *stack_end)
{
	start_main *real = (start_main *)real_of("__libc_start_main");

	real_main = start;
	return real(armed_main, argc, argv, init, fini, rtld_fini, stack_end);
}

void exit(int code)
{
	void (*real)(int) = (void (*)(int))real_of("exit");

	armed = 0;
	real(code);
	_exit(code);
}

/* Maps the file $FAULTY_PAGE into memory, and sets the variable "page" to its
 * address. If that fails, the variable stays NULL. Removes LD_PRELOAD from the
 * environment, so that programs started by the tested program are not
 * affected. */
__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("FAULTY_PAGE");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map = MAP_FAILED;

	unsetenv("LD_PRELOAD");
	if (fd >= 0) {
		map = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE,
			MAP_SHARED, fd, 0);
		close(fd);
	}
	if (map != MAP_FAILED)
		page = map;
}
