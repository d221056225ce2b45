/*
 * What libxlsxwriter leaves to its caller: it prints its errors on stderr,
 * where ours is the one line, and it does not look whether its temporary
 * files could be written. A piece lost in the middle of one, when a folder is
 * full for a moment, leaves a workbook that has all its rows and is damaged;
 * so what it writes comes by here (where the C library is GNU's; elsewhere
 * there is the read-back alone).
 */
#ifndef KIS_LIBRARY_H
#define KIS_LIBRARY_H

/* From begin to end what is printed on stderr by stdio disappears; write(2)
 * to it does not. */
void library_quiet_begin(void);
void library_quiet_end(void);

/* 0, or the errno of the first write to one of its temporary files that
 * failed. */
int library_write_errno(void);

#endif
