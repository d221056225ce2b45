/*
 * Sets up the process, and removes temporary files on a signal.
 */
#ifndef KIS_PROCESS_H
#define KIS_PROCESS_H

/* Prepares the process; main() calls this function first. Opens /dev/null for
 * each closed descriptor from 0 to 2, so that no file opened later is mistaken
 * for a standard stream. /dev/null is opened in the opposite direction, so that
 * using the descriptor fails. Exits (71) if /dev/null cannot be opened.
 * Disables core dumps and ptrace by other processes. Makes writes beyond the
 * file size limit fail instead of ending the process. Restores the default
 * action of SIGCHLD, so that child processes can be waited for.
 *
 * Sets only LC_MESSAGES (lib/locale.h). Other parts of the locale stay C: a
 * comma in LC_NUMERIC would produce invalid numbers. */
void kis_process_start(void);

/* Enlarges the buffer of the pipe fd to 1 MiB if the system permits it, which
 * makes a pipeline nearly twice as fast (measured with two cat(1) processes).
 * Does nothing if fd is not a pipe. */
void kis_process_widen_pipe(int fd);

/* If a signal (HUP, INT, QUIT, PIPE, TERM, XCPU) ends the process after
 * kis_process_remove_on_signal(), the file path is removed first. Borrows path
 * until kis_process_cancel_remove() is called with the same pointer. At most
 * four paths can be registered at a time; any further path is ignored. */
void kis_process_remove_on_signal(const char *path);
void kis_process_cancel_remove(const char *path);

#endif
