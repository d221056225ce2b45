/*
 * The file that -o names, and how it comes to be: whole, or not at all.
 *
 * What is written goes into a temporary file in the same directory, without a
 * name where the system can (O_TMPFILE), else under one that the signals which
 * end the process remove; publishing syncs it and puts it in the file's place.
 * Symlinks are followed, a dangling one too. Whatever is not a regular file,
 * and every name that leads to an open descriptor, is written directly and
 * never replaced. What cannot become the file is an error when it is opened,
 * not after minutes of work.
 *
 * A file that replaces another can be used by the same people: it gets its
 * owner, group, permission bits and ACL; a new one gets what > would give it.
 * What the file system cannot set is left out and never widens access.
 */
#ifndef KIS_OUTFILE_H
#define KIS_OUTFILE_H

#include "lib/err.h"

#include <stdint.h>
#include <sys/types.h>

struct kis_outfile {
	const char *name; /* borrows; as given, for messages */
	char *path;       /* owned; the file itself. NULL: written directly */
	char *temporary;  /* owned; its name until then. NULL: it has none */
	mode_t mode;      /* of the file to come */
	int replaces;     /* a file is there, of this owner and group */
	uid_t uid;
	gid_t gid;
	int has_acl;    /* it had one when it was opened */
	int is_private; /* 0600 and no ACL, or it fails */
};

struct kis_outfile_how {
	int is_private;      /* 0600 whatever was there before */
	int64_t deadline_ms; /* of kis_clock_monotonic_ms(), for a FIFO's
			      * reader; 0: none
			      */
};

/* Opens what name stands for. name is borrowed until release. Returns the
 * descriptor to write to, the caller's to close, or -1 (73; 75 if a FIFO had no
 * reader in time). Release t in either case. */
int kis_outfile_open(struct kis_outfile *t, const char *name,
	const struct kis_outfile_how *how, struct kis_err *err);

/* Returns the number of the descriptor that a name leads to (/dev/stderr,
 * /dev/fd/3, a symlink to either …), or -1. */
int kis_outfile_descriptor(const char *name);

/* Puts the file of fd, all written, in its place; of what is written directly
 * nothing is left to do. Fails with 73 or 74, the old file intact. */
int kis_outfile_commit(struct kis_outfile *t, int fd, struct kis_err *err);

/* Frees; what was not published is gone. Legal when empty. */
void kis_outfile_release(struct kis_outfile *t);

#endif
