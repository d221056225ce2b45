/*
 * The cache folder, which kis-token and kis-fetch share: one set of files for
 * each pair of server and appkey, named by a digest of both, so that a file
 * name tells nothing and another server's or key's file is never met.
 *
 * The folder is $CACHE_DIRECTORY under systemd, else
 * ${XDG_CACHE_HOME:-~/.cache}/kis; one that is made is 0700, one that exists is
 * left as it is. A cache that cannot be used is an inconvenience, not a
 * failure: callers warn and go on without.
 */
#ifndef KIS_CACHE_H
#define KIS_CACHE_H

#include "lib/err.h"
#include "lib/log.h"

#include <stdint.h>

enum { KIS_CACHE_DIGEST = 65 }; /* SHA-256 in hex, and a NUL */

/* Path of the file <digest><suffix>, its folder made if missing; the digest
 * of server and key is left in digest too. Returns-owned; NULL and err (73)
 * when there is no folder to use, or libcrypto has no digest: all keys would
 * share one name. */
char *kis_cache_path(const char *base_url, const char *appkey,
	const char *suffix, char digest[KIS_CACHE_DIGEST],
	const struct kis_log *say, struct kis_err *err);

/* Takes the lock of an open file, waiting up to wait_ms for it in the kernel's
 * queue. -1 and errno, EINTR or EWOULDBLOCK when somebody holds it still. */
int kis_cache_flock(int fd, int64_t wait_ms);

/* 1 if path does not lead to the open file fd any more: the folder was cleaned,
 * and a lock on fd holds off nobody who comes later. */
int kis_cache_was_replaced(int fd, const char *path);

/* Opens path.lock, made if missing, and waits up to wait_ms for its lock,
 * which ends with the process however that ends. Returns the descriptor to
 * close; -1 with 75 when somebody else holds it too long, 73 when it cannot
 * be used. */
int kis_cache_lock(const char *path, long wait_ms, struct kis_err *err);

#endif
