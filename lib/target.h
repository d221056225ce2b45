/*
 * The file that -o names, and how it comes to be: whole, or not at all.
 *
 * What is written goes beside it, without a name where the system can
 * (O_TMPFILE), else under one that the signals which end the process remove;
 * publishing syncs it and puts it in the file's place. Symlinks are followed,
 * a dangling one too; an existing file's mode is kept. A device, a FIFO or a
 * pipe of /dev/fd is written directly and never replaced. What cannot become
 * the file is said when it is opened, not after minutes of work.
 */
#ifndef KIS_TARGET_H
#define KIS_TARGET_H

#include "lib/err.h"

#include <sys/types.h>

struct kis_target {
	const char *name; /* borrows; as given, for messages */
	char *path;       /* owned; the file itself. NULL: written directly */
	char *temporary;  /* owned; its name until then. NULL: it has none */
	mode_t mode;      /* of the file to come */
};

/* Opens what name stands for. private_file makes it 0600 whatever stood there
 * before. name is borrowed until release. Returns the descriptor to write to,
 * the caller's to close, or -1 (73). Release t in either case. */
int kis_target_open(struct kis_target *t, const char *name, int private_file,
	struct kis_err *err);

/* Puts the file of fd, all written, in its place; of what is written directly
 * nothing is left to do. Fails with 73 or 74, the old file intact. */
int kis_target_publish(struct kis_target *t, int fd, struct kis_err *err);

/* Frees; what was not published is gone. Legal when empty. */
void kis_target_release(struct kis_target *t);

#endif
