/*
 * The cache directory, which kis-token and kis-fetch share. Each pair of server
 * and appkey has its own set of files. The name of each file begins with a
 * digest of the pair. The digest does not reveal the appkey.
 *
 * The directory is $CACHE_DIRECTORY under systemd, otherwise
 * ${XDG_CACHE_HOME:-~/.cache}/kis. A new directory gets mode 0700; the mode of
 * an existing directory is not changed. If the cache cannot be used, callers
 * print a warning and continue without it.
 */
#ifndef KIS_CACHE_H
#define KIS_CACHE_H

#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>

/* size in bytes of a hexadecimal SHA-256 digest and its NUL */
enum { KIS_CACHE_DIGEST = 65 };

/* Returns a new string: the path of the cache directory, "/", the digest and
 * the suffix; the caller frees it. Creates the cache directory if it does not
 * exist, and writes the digest of base_url and appkey to digest. Returns NULL
 * and sets err (73) if no directory can be used, or if libcrypto does not
 * provide SHA-256. Prints a warning if root creates the cache in a directory of
 * another user. */
char *kis_cache_path(const char *base_url, const char *appkey,
	const char *suffix, char digest[KIS_CACHE_DIGEST],
	const struct kis_log *logger, struct kis_err *err);

/* Locks the open file fd exclusively, waiting at most wait_ms milliseconds (0
 * or less: not at all). Uses SIGALRM and the timer ITIMER_REAL of the process
 * while it waits. Returns 0, or -1 and sets errno: EINTR or EWOULDBLOCK if
 * another process still has the lock, any other value if fd cannot be locked.
 */
int kis_cache_flock(int fd, int64_t wait_ms);

/* Returns 1 if path no longer leads to the open file fd because the file was
 * removed or replaced, otherwise 0. A lock on a replaced file does not exclude
 * other processes. */
int kis_cache_was_replaced(int fd, const char *path);

/* Opens the file PATH.lock, creating it if needed, and locks it, waiting at
 * most wait_ms milliseconds. If another process removes the file before it is
 * locked, tries again. Returns the descriptor; closing it or ending the process
 * releases the lock. Returns -1 and sets err: 75 if another process still has
 * the lock, 73 if the file cannot be used. */
int kis_cache_lock(const char *path, long wait_ms, struct kis_err *err);

#endif
