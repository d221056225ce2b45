/*
 * What each program does for itself as a process, before anything else.
 */
#ifndef KIS_PROCESS_H
#define KIS_PROCESS_H

/* To be called first in main: makes descriptors 0 to 2 exist (a closed one
 * becomes one that fails when used, so that no file opened later is taken
 * for stdout), turns core dumps and ptrace by others off, lets a write over
 * the file size limit fail instead of ending the process, and children be
 * waited for. The locale is
 * left alone, C: a comma in LC_NUMERIC would write broken numbers. */
void kis_process_start(void);

/* Makes the pipe behind fd hold 1 MiB where the system lets it: two plain
 * cat(1) in a pipe are nearly twice as fast so. Does nothing to other files. */
void kis_process_widen_pipe(int fd);

/* Remembers a file for the signals that end the process (HUP, INT, QUIT,
 * PIPE, TERM, XCPU): it is removed, then the signal takes its course. The
 * name is borrowed until kis_process_cancel_remove() is given the same pointer.
 */
void kis_process_remove_on_signal(const char *path);
void kis_process_cancel_remove(const char *path);

#endif
