/*
 * What the driver and the library that it preloads share: one page of memory,
 * the file $FAULTY_PAGE.
 */
#ifndef TORTURE_FAULTY_H
#define TORTURE_FAULTY_H

enum faulty_way {
	FAULTY_MEMORY,    /* malloc and its like return NULL */
	FAULTY_CALLS,     /* every other call fails, each in its own manner */
	FAULTY_INTERRUPT, /* what a signal may interrupt returns EINTR */
	FAULTY_SHORT,     /* one byte is read or written instead of many */
};

enum { FAULTY_NAME = 32 };

struct faulty_page {
	int way;
	int lasting;    /* all later calls of the same function fail too */
	unsigned at;    /* the call that fails, from 1; 0: none */
	unsigned count; /* calls of this way seen so far */
	unsigned hits;  /* calls that failed */
	char name[FAULTY_NAME]; /* the function that failed first */
};

#endif
