/*
 * Writes the file that -o names, atomically.
 *
 * Data is written to a temporary file in the same directory, and
 * kis_outfile_commit() syncs that file and puts it in place. The temporary file
 * has no name if the system supports that (O_TMPFILE); otherwise it is removed
 * if a signal ends the process. Symlinks are followed, even if their target
 * does not exist. A file that is not a regular file, or an open descriptor
 * named by a path such as /dev/fd/3, is written directly and never replaced.
 * kis_outfile_open() fails if the file cannot be created, so this error is
 * reported before any data is written.
 *
 * A file that replaces another gets the owner, group, permission bits and ACL
 * of the replaced file. A new file gets the same rights as a file created by a
 * shell redirection. If the file system cannot set a right, the file is
 * accessible to fewer users, never to more.
 */
#ifndef KIS_OUTFILE_H
#define KIS_OUTFILE_H

#include "lib/err.h"

#include <stdint.h>
#include <sys/types.h>

struct kis_outfile {
	const char *name; /* borrowed; name as the user typed it, for
			     messages */
	/* Owned; path of the target, or NULL if the file is written directly.
	 */
	char *path;
	/* Owned; name of the temporary file, or NULL if it has none. */
	char *temporary;
	mode_t mode; /* mode of the new file */
	/* 1 if the target exists; uid and gid are then its owner and group. */
	int replaces;
	uid_t uid;
	gid_t gid;
	int has_acl;    /* 1 if the target had an ACL when it was opened */
	int is_private; /* 1: the file must have mode 0600 and no ACL */
};

struct kis_outfile_how {
	int is_private; /* 1: use mode 0600 even if the file exists */
	/* End of the wait for a reader of a FIFO, as a time on the clock of
	 * kis_clock_monotonic_ms(); 0: no limit. */
	int64_t deadline_ms;
};

/* Opens the output file. Borrows name until kis_outfile_release(). Returns the
 * descriptor to write to, which the caller closes, or -1 and sets err: 75 if no
 * program opened a FIFO for reading before the deadline, 74 if a private file
 * would be readable by other users, otherwise 73. The caller releases t in both
 * cases. */
int kis_outfile_open(struct kis_outfile *t, const char *name,
	const struct kis_outfile_how *how, struct kis_err *err);

/* Returns the number of the descriptor that a name leads to (/dev/stderr,
 * /dev/fd/3, or a symlink to such a name), or -1. */
int kis_outfile_descriptor(const char *name);

/* Puts the file in place. fd is the result of kis_outfile_open(). All data must
 * have been written to fd before this call; fd stays open. Does nothing if the
 * file is written directly. Returns 0, or -1 and sets err: 73 if the file
 * cannot be created or replaced, 74 if its data or mode cannot be written. The
 * old file is then unchanged. */
int kis_outfile_commit(struct kis_outfile *t, int fd, struct kis_err *err);

/* Frees the memory of t and removes the temporary file if it was not committed.
 * t may be empty. */
void kis_outfile_release(struct kis_outfile *t);

#endif
