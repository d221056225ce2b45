/*
 * Sets up the process, and removes temporary files on a signal.
 */
#ifndef KIS_PROCESS_H
#define KIS_PROCESS_H

/* Prepares the process; main() calls this function first. Opens /dev/null for
 * each closed descriptor from 0 to 2, so that no file opened later is mistaken
 * for a standard stream. Descriptor 0 is opened for writing, 1 and 2 for
 * reading, so that using them fails. Exits (71) if /dev/null cannot be opened.
 * Disables core dumps and ptrace by other processes. Makes writes beyond the
 * file size limit fail instead of ending the process. Restores the default
 * action of SIGCHLD, so that child processes can be waited for.
 *
 * Sets LC_MESSAGES (lib/locale.h). The other locale categories stay C: a
 * decimal comma of LC_NUMERIC would produce invalid numbers. */
void kis_process_start(void);

/* Enlarges the buffer of the pipe fd to 1 MiB if the system permits it. The
 * larger buffer makes a pipeline nearly twice as fast (measured with two cat(1)
 * processes). Does nothing if fd is not a pipe. */
void kis_process_widen_pipe(int fd);

/* kis_process_remove_on_signal() registers path. If a signal (HUP, INT, QUIT,
 * PIPE, TERM, XCPU) ends the process, the file at path is removed first.
 * Borrows path until kis_process_cancel_remove() is called with the same
 * pointer. At most four paths can be registered at a time; a fifth path is
 * ignored. */
void kis_process_remove_on_signal(const char *path);
void kis_process_cancel_remove(const char *path);

#endif
